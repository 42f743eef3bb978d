import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { ROOT } from './setup/paths.mjs';

/**
 * A child that is given this variable finds there the number of a descriptor (a stream, to be read to its end): it ends
 * when the child is to stop in order, and when this process has ended in any way, kill -9 included. Nothing is sent on it.
 */
export const PARENT_DESCRIPTOR = 'FIRSTCOME_PARENT_FD';

const CHILD_DESCRIPTOR = 3;
const PARENT_CHECK_MS = 1_000;
const TERMINAL_GRACE_MS = 1_000;

/**
 * Runs a program with this one's terminal and streams, and ends with its exit code, never before it. Signals:
 * - SIGTERM, SIGHUP and SIGINT are passed on. Sent to the whole process group they reach the child twice, so a child
 *   counts repetitions within a few seconds as one.
 * - A terminal's Ctrl-C goes to the whole group: it is passed on a second later, only if the child is still there.
 *
 * @returns {Promise<number>} the exit code; 128 and the signal's number for a child that was killed
 */
export function runChild(file, args, { env = process.env, watched = false } = {}) {
  const child = spawn(file, args, {
    cwd: ROOT,
    env: watched ? { ...env, [PARENT_DESCRIPTOR]: String(CHILD_DESCRIPTOR) } : env,
    stdio: watched ? ['inherit', 'inherit', 'inherit', 'pipe'] : 'inherit',
  });
  // A child that has ended closes its side: no reason to fail.
  child.stdio[CHILD_DESCRIPTOR]?.on('error', () => undefined);
  const timers = [passOnSignals(child)];
  if (watched) timers.push(watchNpm(child));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const stop of timers) stop();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

function passOnSignals(child) {
  let delayed;
  const handlers = {
    SIGTERM: () => child.kill('SIGTERM'),
    SIGHUP: () => child.kill('SIGHUP'),
    SIGINT: () => {
      if (!isInForeground()) child.kill('SIGINT');
      else delayed ??= setTimeout(() => interrupt(child), TERMINAL_GRACE_MS);
    },
  };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return () => {
    clearTimeout(delayed);
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
  };
}

/** The end of the stream says the same as a signal, and cannot be taken for a second one. */
function interrupt(child) {
  const stream = child.stdio[CHILD_DESCRIPTOR];
  if (stream) stream.destroy();
  else child.kill('SIGINT');
}

/** Whether a terminal's Ctrl-C reaches this process: its group is the foreground group of its terminal (proc(5)). */
function isInForeground() {
  if (process.platform !== 'linux') return process.stdin.isTTY;
  try {
    const text = readFileSync('/proc/self/stat', 'utf8');
    const [, , , group, , , foreground] = text.slice(text.lastIndexOf(')') + 1).split(' ');
    return group === foreground;
  } catch {
    return false;
  }
}

/** The shell that npm starts scripts in may die of a signal without passing it on. Then nobody waits for this. */
function watchNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, PARENT_CHECK_MS);
  return () => clearInterval(timer);
}

export const MAIN = `${ROOT}/src/main.ts`;
export const LAB = `${ROOT}/lab/main.ts`;
