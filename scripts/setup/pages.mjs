import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SETUP_LOCK, withLock } from './lock.mjs';
import { LOCKFILE, NODE_MODULES, ROOT } from './paths.mjs';
import { runQuietly } from './run-quietly.mjs';
import { say, showProgress } from './terminal.mjs';

const PAGES = {
  source: join(ROOT, 'web'),
  built: join(ROOT, 'dist', 'web'),
  /** What builds; the folder to build into is added to it. */
  command: [
    join(NODE_MODULES, 'vite', 'bin', 'vite.js'),
    'build',
    '--config=web/vite.config.ts',
    '--configLoader=native',
    '--logLevel=warn',
    '--outDir',
  ],
};
/** Names, inside the build, what it was made of; it arrives with the build, by one rename. */
const FINGERPRINT_FILE = '.fingerprint';

/**
 * Builds the pages unless they are built from just these sources. A failure costs the pages, not the system: it is
 * said in one line, and tried again at the next start.
 *
 * @param {string} node the Node to build with
 */
export async function buildPages(node, pages = PAGES) {
  const wanted = await fingerprintOf(pages.source);
  if ((await fingerprintIn(pages.built)) === wanted) return;
  await withLock(SETUP_LOCK, 'the set-up', async (onStart) => {
    // The set-up that was waited for may have built them.
    if ((await fingerprintIn(pages.built)) === wanted) return;
    const end = showProgress(() => 'building the pages');
    const failure = await build({ ...pages, node, onStart }, wanted);
    if (failure === undefined) {
      end('built the pages');
      return;
    }
    end();
    const kept =
      (await fingerprintIn(pages.built)) === undefined ? 'the system has none' : 'those built before stay';
    say(`the pages cannot be built, ${kept}: ${failure}`);
  });
}

/** Changes with every file that the pages are made of, and with the packages. */
async function fingerprintOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of [LOCKFILE, ...files]) {
    const content = createHash('sha256').update(await readFile(file));
    hash.update(`${file.slice(ROOT.length)}\n${content.digest('hex')}\n`);
  }
  return hash.digest('hex');
}

function fingerprintIn(folder) {
  return readFile(join(folder, FINGERPRINT_FILE), 'utf8').catch(() => undefined);
}

/** Builds beside the present pages and then takes their place. Returns what went wrong, if anything did. */
async function build({ built, command, node, onStart }, fingerprint) {
  const folder = `${built}.${process.pid}`;
  try {
    await mkdir(dirname(built), { recursive: true });
    await removeUnfinished(built);
    const env = { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' };
    const { code, output, error } = await runQuietly(node, [...command, folder], { env, onStart });
    if (code !== 0) return error?.message ?? tellingLine(output);
    await writeFile(join(folder, FINGERPRINT_FILE), fingerprint);
    await rm(built, { recursive: true, force: true });
    await rename(folder, built);
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What builds that were killed left behind; only one runs at a time. */
async function removeUnfinished(built) {
  for (const name of await readdir(dirname(built))) {
    if (name.startsWith(`${basename(built)}.`))
      await rm(join(dirname(built), name), { recursive: true, force: true });
  }
}

function tellingLine(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/^(?:error during build:|. Build failed in|Build failed with|$)/.test(line));
  return lines.find((line) => /error|\[[A-Z_]+\]/i.test(line)) ?? lines[0] ?? 'no reason was given';
}
