import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, release } from 'node:os';
import { join } from 'node:path';
import { LOCKFILE, NODE_MODULES } from './paths.mjs';

/**
 * What the last set-up found out, kept inside node_modules so that it goes with it. It is written last, by a rename:
 * if it is there, it is true. `installed` names the lockfile that the packages come from; `runtime` the program that
 * was seen to run, and `machine` where that was.
 */
const STATE_FILE = join(NODE_MODULES, '.firstcome-setup.json');

export async function readState() {
  try {
    return JSON.parse(await readFile(STATE_FILE, 'utf8'));
  } catch {
    return {};
  }
}

/** Someone who may not write here still runs, and only looks again the next time. */
export async function writeState(state) {
  const temporary = `${STATE_FILE}.${process.pid}`;
  try {
    await writeFile(temporary, `${JSON.stringify(state, undefined, 2)}\n`);
    await rename(temporary, STATE_FILE);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Changes with the lockfile and with the platform that packages are chosen for. */
export async function fingerprint() {
  const lockfile = await readFile(LOCKFILE);
  return createHash('sha256').update(lockfile).update(`${process.platform} ${process.arch}`).digest('hex');
}

/** A folder may be seen by several machines or containers, whose libraries differ. */
export function machine() {
  return `${hostname()} ${release()}`;
}
