import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const END_MS = 20_000;
const POLL_MS = 50;
const LOG_LINES = 15;

/**
 * Starts processes that outlive this one, each leader of a group of its own, with its output in a log of `directory`.
 * What is known of a process is its id and when it began, so that another one with the same id is never ended for it.
 */
export function launcher(directory) {
  const started = [];
  let save = async () => undefined;
  let saving = Promise.resolve();
  let isClosed = false;
  return {
    processes: () => [...started],
    /** `record` is called after each launch, one call after the other. */
    onLaunch(record) {
      save = record;
    },
    /** No process is started from now on: what failed is being cleaned up. */
    close() {
      isClosed = true;
    },
    async run(name, file, args, options = {}) {
      if (isClosed) throw new Error('the start was given up');
      const log = openSync(join(directory, `${name}.log`), 'a');
      const child = spawn(file, args, {
        cwd: directory,
        ...options,
        detached: true,
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      const failed = new Promise((_resolve, reject) => {
        child.on('error', reject);
        child.on('exit', (code, signal) => reject(new Error(`${name} ended with ${code ?? signal}`)));
      });
      failed.catch(() => undefined);
      child.unref();
      if (child.pid === undefined) await failed;
      started.push({ pid: child.pid, beganAt: await beginOf(child.pid) });
      saving = saving.then(save);
      await saving;
      return { failed };
    },
    ports: (count, beside) => keptPorts(join(directory, 'ports.json'), count, beside),
    lastWords: () => lastWords(directory),
  };
}

/** The ports of the last start where they are free again, so that data which names them stays good; else new ones. */
async function keptPorts(file, count, beside = 0) {
  const kept = JSON.parse(await readFile(file, 'utf8').catch(() => '[]'));
  const all = kept.flatMap((port) => (beside === 0 ? [port] : [port, port + beside]));
  if (kept.length === count && (await Promise.all(all.map(isFree))).every(Boolean)) return kept;
  const ports = await freePorts(count, beside);
  await writeFile(file, JSON.stringify(ports));
  return ports;
}

/** Whether the process runs still, and is the one that was started. */
export async function isSameProcess({ pid, beganAt }) {
  const now = await beginOf(pid);
  return now !== undefined && now === beganAt;
}

/** Ends processes with all of their groups: politely, and after a while for good. */
export async function endProcesses(processes, signal = 'SIGTERM') {
  const own = [];
  for (const process of processes) if (await isSameProcess(process)) own.push(process);
  sendTo(own, signal);
  for (const until = Date.now() + END_MS; Date.now() < until; await sleep(POLL_MS))
    if (!(await anyOf(own))) return;
  sendTo(own, 'SIGKILL');
  while (await anyOf(own)) await sleep(POLL_MS);
}

async function anyOf(processes) {
  const alive = await Promise.all(processes.map(isSameProcess));
  return alive.some(Boolean);
}

function sendTo(processes, signal) {
  for (const { pid } of processes) {
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

/** When a process began, in the system's own words; undefined if it has ended. A zombie holds nothing. */
async function beginOf(pid) {
  if (process.platform !== 'linux') return isThere(pid) ? 'unknown' : undefined;
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  // proc(5): field 3 is the state, 22 the start in ticks since boot; the name before them may hold spaces.
  return fields === undefined || /[ZX]/.test(fields[0]) ? undefined : fields[19];
}

function isThere(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function lastWords(directory) {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.log'));
  const logs = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { path, at: (await stat(path)).mtimeMs };
    }),
  );
  const newest = logs.toSorted((one, other) => other.at - one.at)[0];
  if (newest === undefined) return '';
  const lines = (await readFile(newest.path, 'utf8')).trimEnd().split('\n').slice(-LOG_LINES);
  return `The end of ${newest.path}:\n${lines.join('\n')}`;
}

/**
 * Ports of the loopback address that are free now, and so is the one `beside` above each where that is given. They lie
 * below those that systems give to connections.
 */
async function freePorts(count, beside) {
  const found = [];
  // Far apart, since what starts at the same moment looks for ports too and has not taken its own yet.
  const spread = beside === 0 ? 11_000 : 2_000;
  for (let port = 20_000 + Math.floor(Math.random() * spread); found.length < count; port += 1) {
    if (port > 32_000) throw new Error('there is no free port between 20000 and 32000');
    if (!(await isFree(port))) continue;
    if (beside === 0 || (await isFree(port + beside))) found.push(port);
  }
  return found;
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Asks until `probe` answers without an error, a process has ended, or the time is over. */
export async function untilReady(probe, { limitMs, failed = [] }) {
  const until = Date.now() + limitMs;
  const ended = failed.length > 0 ? Promise.race(failed) : new Promise(() => undefined);
  for (;;) {
    try {
      return await Promise.race([probe(), ended]);
    } catch (error) {
      await Promise.race([sleep(POLL_MS * 4), ended]);
      if (Date.now() > until)
        throw new Error(`not ready after ${limitMs / 1000} s: ${error.message}`, { cause: error });
    }
  }
}
