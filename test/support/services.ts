import { execFile } from 'node:child_process';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../scripts/services.mjs', import.meta.url));
const START_MS_MAX = 300_000;

export type ServiceStatus = {
  readonly name: string;
  readonly state: 'running' | 'stopped';
  readonly env: Readonly<Record<string, string>>;
  readonly ports?: Readonly<Record<string, number>>;
  readonly certificate?: string;
};

/** Runs `npm run services` with these words; `directory` keeps apart what a test wants for itself: one broker of Kafka, or so many. */
export async function services(
  words: readonly string[],
  directory?: string,
  { kafkaBrokers = 1 } = {},
): Promise<string> {
  const own = { FIRSTCOME_SERVICES_DIR: directory, FIRSTCOME_KAFKA_BROKERS: String(kafkaBrokers) };
  const env = directory === undefined ? process.env : { ...process.env, ...own };
  const { stdout } = await execute(process.execPath, [SCRIPT, ...words], { env, timeout: START_MS_MAX });
  return stdout;
}

export async function statusOfServices(
  names: readonly string[],
  directory?: string,
): Promise<readonly ServiceStatus[]> {
  const answer = JSON.parse(await services(['status', ...names], directory)) as {
    readonly services: readonly ServiceStatus[];
  };
  return answer.services;
}

/**
 * Real services for the tests of a file: those that run are used as they are, the others run until the file ends.
 * @returns what is asked for by name, once `before` has run
 */
export function useServices(...names: readonly string[]): (name: string) => ServiceStatus {
  let running: readonly ServiceStatus[] = [];
  let started: readonly string[] = [];
  before(
    async () => {
      const found = await statusOfServices(names);
      started = found.filter(({ state }) => state !== 'running').map(({ name }) => name);
      if (started.length > 0) await services(['start', ...started]);
      running = await statusOfServices(names);
    },
    { timeout: START_MS_MAX },
  );
  after(async () => {
    if (started.length > 0) await services(['stop', ...started]);
  });
  return (name) => {
    const service = running.find((candidate) => candidate.name === name);
    if (service === undefined) throw new Error(`${name} was not asked for`);
    return service;
  };
}
