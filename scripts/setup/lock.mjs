import { appendFile, link, readFile, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './paths.mjs';
import { SetupFailure, say } from './terminal.mjs';

/** Of the set-up: beside node_modules, which an installation removes. */
export const SETUP_LOCK = join(ROOT, '.setup-lock');
const TOUCH_MS = 2_000;
const POLL_MS = 200;
/** A holder that has not touched its lock for so long is gone, whatever process has its number now. */
const SILENT_MS_MAX = 60_000;

/**
 * Runs `work` while nobody else holds the lock `file`; `what` names the work for those who wait. The lock of a process
 * that was killed is taken over, once the program that it ran has ended as well: `work` gets a function that it tells
 * the number of that program.
 */
export async function withLock(file, what, work) {
  await acquire(file, what);
  const touching = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, TOUCH_MS);
  try {
    return await work((pid) => appendFile(file, `${pid}\n`));
  } finally {
    clearInterval(touching);
    await rm(file, { force: true });
  }
}

async function acquire(file, what) {
  let waitingFor;
  let seen = { touchedAt: 0, sinceMs: 0 };
  while (!(await create(file, what))) {
    const holder = await readHolder(file);
    if (holder === undefined) continue;
    if (seen.touchedAt !== holder.touchedAt)
      seen = { touchedAt: holder.touchedAt, sinceMs: performance.now() };
    const isSilent = performance.now() - seen.sinceMs > SILENT_MS_MAX;
    if (isSilent || !holder.pids.some(isRunning)) {
      await remove(file, holder);
      continue;
    }
    if (waitingFor !== holder.pids[0]) say(`waiting for ${what} by process ${holder.pids[0]}`);
    waitingFor = holder.pids[0];
    await sleep(POLL_MS);
  }
}

/** The file appears with its content: a lock without a number could not be judged. */
async function create(file, what) {
  const own = `${file}.${process.pid}`;
  try {
    await writeFile(own, `${process.pid}\n`);
    await link(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new SetupFailure(
      `${what} needs to write ${file} and cannot (${error.code}): run this as the owner of ${dirname(file)}.`,
    );
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
}

async function readHolder(file) {
  try {
    const { mtimeMs } = await stat(file);
    return { pids: parse(await readFile(file, 'utf8')), touchedAt: mtimeMs };
  } catch {
    return undefined;
  }
}

/** Taken by a rename, and put back if another set-up made a new one in between. */
async function remove(file, holder) {
  const taken = `${file}.stale-${process.pid}`;
  try {
    await rename(file, taken);
    if (parse(await readFile(taken, 'utf8'))[0] !== holder.pids[0]) await link(taken, file);
    await unlink(taken);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
}

/** The set-up first, then what it runs. */
function parse(text) {
  return text.trim().split('\n').map(Number);
}

function isRunning(pid) {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
