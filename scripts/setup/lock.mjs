import { appendFile, link, readFile, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupFailure } from './failure.mjs';
import { ROOT } from './paths.mjs';
import { say } from './progress.mjs';

/** Beside node_modules, which an installation removes. */
const LOCK_FILE = join(ROOT, '.setup-lock');
const TOUCH_MS = 2_000;
const POLL_MS = 200;
/** A holder that has not touched its lock for so long is gone, whatever process has its number now. */
const SILENT_MS_MAX = 60_000;

/**
 * Runs `work` while no other set-up of this folder runs. The lock of a set-up that was killed is taken over, once the
 * program that it ran has ended as well: `work` gets a function that it tells the number of that program.
 */
export async function withSetupLock(work) {
  await acquire();
  const touching = setInterval(() => {
    const now = new Date();
    utimes(LOCK_FILE, now, now).catch(() => undefined);
  }, TOUCH_MS);
  try {
    return await work((pid) => appendFile(LOCK_FILE, `${pid}\n`));
  } finally {
    clearInterval(touching);
    await rm(LOCK_FILE, { force: true });
  }
}

async function acquire() {
  let waitingFor;
  let seen = { touchedAt: 0, sinceMs: 0 };
  while (!(await create())) {
    const holder = await readHolder();
    if (holder === undefined) continue;
    if (seen.touchedAt !== holder.touchedAt)
      seen = { touchedAt: holder.touchedAt, sinceMs: performance.now() };
    const isSilent = performance.now() - seen.sinceMs > SILENT_MS_MAX;
    if (isSilent || !holder.pids.some(isRunning)) {
      await remove(holder);
      continue;
    }
    if (waitingFor !== holder.pids[0])
      say(`waiting for the set-up that process ${holder.pids[0]} is running`);
    waitingFor = holder.pids[0];
    await sleep(POLL_MS);
  }
}

/** The file appears with its content: a lock without a number could not be judged. */
async function create() {
  const own = `${LOCK_FILE}.${process.pid}`;
  try {
    await writeFile(own, `${process.pid}\n`);
    await link(own, LOCK_FILE);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new SetupFailure(
      `there is something to set up, but ${ROOT} cannot be written (${error.code}): run this as its owner.`,
    );
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
}

async function readHolder() {
  try {
    const { mtimeMs } = await stat(LOCK_FILE);
    return { pids: parse(await readFile(LOCK_FILE, 'utf8')), touchedAt: mtimeMs };
  } catch {
    return undefined;
  }
}

/** Taken by a rename, and put back if another set-up made a new one in between. */
async function remove(holder) {
  const taken = `${LOCK_FILE}.stale-${process.pid}`;
  try {
    await rename(LOCK_FILE, taken);
    if (parse(await readFile(taken, 'utf8'))[0] !== holder.pids[0]) await link(taken, LOCK_FILE);
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
