import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import { runNpm } from './npm.mjs';
import { LOCKFILE, NODE_MODULES, ROOT } from './paths.mjs';
import { showProgress } from './progress.mjs';

/** npm writes this copy of the lockfile at the very end of an installation. */
const INSTALLED_LOCKFILE = join(NODE_MODULES, '.package-lock.json');
const COUNT_MS = 500;

/**
 * Whether node_modules holds what the lockfile says, however it was installed. Packages for other platforms are not
 * missing.
 */
export async function matchesLockfile() {
  const wanted = await readPackages(LOCKFILE);
  const installed = await readPackages(INSTALLED_LOCKFILE).catch(() => ({}));
  const same = Object.entries(wanted).every(
    ([path, { version, integrity }]) =>
      installed[path]?.version === version && installed[path]?.integrity === integrity,
  );
  return same && (await arePresent(Object.keys(wanted)));
}

/** Whether no package was deleted since. npm may leave optional ones out, for instance for the version of Node. */
export async function isWhole() {
  const wanted = await readPackages(LOCKFILE);
  return arePresent(Object.keys(wanted).filter((path) => wanted[path].optional !== true));
}

/** Installs exactly what the lockfile says. Install scripts stay off: the set-up itself does what they would do. */
export async function install(onStart) {
  const paths = Object.keys(await readPackages(LOCKFILE));
  const total = paths.length;
  let present = 0;
  const count = async () => {
    present = (await presence(paths)).filter(Boolean).length;
  };
  const counting = setInterval(() => void count(), COUNT_MS);
  const flags = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const end = showProgress(() => `installing packages, ${present} of ${total}`);
  try {
    await runNpm(['ci', ...flags], onStart);
    end(`installed ${total} packages`);
  } catch (error) {
    end();
    throw error;
  } finally {
    clearInterval(counting);
  }
}

/** The packages of a lockfile that belong on this platform, by their path. */
async function readPackages(file) {
  const text = await readFile(file, 'utf8').catch((error) => {
    if (file !== LOCKFILE) throw error;
    throw new SetupFailure(
      `${file} cannot be read (${error.code}): take the whole folder from the repository.`,
    );
  });
  const { packages } = JSON.parse(text);
  return Object.fromEntries(
    Object.entries(packages).filter(([path, entry]) => path !== '' && isForThisPlatform(entry)),
  );
}

/** An optional package that names no platform serves those that do, and is only needed where one of them is. */
function isForThisPlatform({ optional, os, cpu, libc }) {
  if (optional === true && os === undefined && cpu === undefined) return false;
  if (!allows(os, process.platform) || !allows(cpu, process.arch)) return false;
  return libc === undefined || process.platform !== 'linux' || allows(libc, isMusl() ? 'musl' : 'glibc');
}

/** As npm reads the fields `os` and `cpu`: a list of names, or of names that are excluded. */
function allows(field, value) {
  const names = [field ?? []].flat();
  if (names.includes(`!${value}`)) return false;
  const wanted = names.filter((name) => !name.startsWith('!'));
  return wanted.length === 0 || wanted.includes(value) || wanted.includes('any');
}

let musl;
function isMusl() {
  musl ??= process.report.getReport().header.glibcVersionRuntime === undefined;
  return musl;
}

async function arePresent(paths) {
  return (await presence(paths)).every(Boolean);
}

/** npm makes the folders first and fills them later. */
async function presence(paths) {
  const found = await Promise.allSettled(paths.map((path) => access(join(ROOT, path, 'package.json'))));
  return found.map(({ status }) => status === 'fulfilled');
}
