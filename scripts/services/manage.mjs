import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../setup/lock.mjs';
import { SetupFailure, say, showProgress } from '../setup/terminal.mjs';
import { endProcesses, isSameProcess, launcher } from './processes.mjs';

/** Short, since sockets of some services lie below it. Data of services is for tests: a restart of the machine may lose it. */
const ROOT =
  process.env.FIRSTCOME_SERVICES_DIR ?? join(tmpdir(), `firstcome-services-${process.getuid?.() ?? 0}`);

/**
 * Starts a service, or finds it running. One that was left half started or whose processes died in part is ended first.
 *
 * @param {{ fresh: boolean }} options fresh: ends it if it runs, and begins with empty data
 * @throws SetupFailure when a program cannot be installed or the service does not become ready
 */
export async function startService(service, { fresh }) {
  await mkdir(ROOT, { recursive: true, mode: 0o755 });
  const lockFile = join(ROOT, `${service.name}.lock`);
  await withLock(lockFile, `the start of ${service.name}`, async () => {
    const state = await readState(service.name);
    if (!fresh && (await isRunning(state))) {
      say(`${service.name} is running`);
      return;
    }
    await end(service.name, state);
    const directory = join(ROOT, service.name);
    if (fresh) await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await service.install(say);
    await launch(service, directory);
  });
}

async function launch(service, directory) {
  const place = { directory, ...launcher(directory) };
  const finish = showProgress(() => `starting ${service.name}`);
  const save = (state) => writeState(service.name, { processes: place.processes(), ...state });
  place.onLaunch(() => save({ state: 'starting', env: {} }));
  try {
    await save({ state: 'running', ...(await service.launch(place)) });
    finish(`${service.name} is running`);
  } catch (error) {
    finish();
    place.close();
    const last = await place.lastWords();
    await endProcesses(place.processes());
    await rm(stateFile(service.name), { force: true });
    if (error instanceof SetupFailure) throw error;
    throw new SetupFailure(`${service.name} does not start: ${error.message}\n${last}`);
  }
}

/** Ends the processes of a service, by their ids; its data stays. Ending one that does not run is no error. */
export async function stopService({ name, endSignal }) {
  const state = await readState(name);
  if (state === undefined) return;
  await end(name, state, endSignal);
  say(`${name} is stopped`);
}

/** @returns {Promise<{ name: string, state: 'running' | 'stopped', env: Record<string, string>, ports?: object, certificate?: string }>} */
export async function statusOf({ name }) {
  const state = await readState(name);
  if (!(await isRunning(state))) return { name, state: 'stopped', env: {} };
  const { env, ports, certificate } = state;
  return { name, state: 'running', env, ...(ports && { ports }), ...(certificate && { certificate }) };
}

async function end(name, state, signal) {
  if (state === undefined) return;
  await endProcesses(state.processes, signal);
  await rm(stateFile(name), { force: true });
}

/** All of its processes: a cluster that lost one is not what its user started. */
async function isRunning(state) {
  if (state?.state !== 'running') return false;
  const alive = await Promise.all(state.processes.map(isSameProcess));
  return alive.every(Boolean);
}

const stateFile = (name) => join(ROOT, `${name}.json`);

async function readState(name) {
  const text = await readFile(stateFile(name), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

async function writeState(name, state) {
  const file = stateFile(name);
  await writeFile(`${file}.new`, JSON.stringify(state));
  await rename(`${file}.new`, file);
}
