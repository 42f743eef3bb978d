/**
 * `npm run bench -- gateway [--seconds=4] [--rounds=5] [--save]`: what a hop through the gateway costs, on the cores
 * that all share: the no-op with a token that is known, straight to an api and through the gateway in turns. 64 at
 * once, for the throughput; and one at a time, for the latency of a quiet hour. Prints what it measured, with the
 * processor time that each process takes for a request, which says the same on a machine that does something else.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GeneratorPool } from '../../lab/load/generator-pool.ts';
import { decidedLatency } from '../../lab/load/load-result.ts';
import { targetOf } from '../../lab/load/request.ts';
import { runSystemCommand, type SystemProcess, startSystemProcess } from '../../traffic/system-process.ts';

const BASELINE = new URL('../../lab/baselines/gateway.json', import.meta.url);
const CONNECTIONS = 64;
const PEOPLE = 1_000;
const WAYS = ['direct', 'gateway'] as const;
type Way = (typeof WAYS)[number];
type Figures = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the api and of the gateway, for each request. */
  readonly apiUs: number;
  readonly gatewayUs: number;
};

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, rounds: { type: 'string' }, save: { type: 'boolean' } },
});
const seconds = Number(values.seconds ?? 4);
const rounds = Number(values.rounds ?? 5);
const dataDir = await mkdtemp(join(tmpdir(), 'firstcome-bench-'));
const shared = {
  DATA_DIR: dataDir,
  PORT: '0',
  INTERNAL_PORT: '0',
  ACCOUNT_WRITES_PER_SECOND: '1000000',
  ACCOUNT_WRITES_AT_ONCE: '1000000',
  ACCOUNT_REQUESTS_MAX: '1000000',
};
const systems: SystemProcess[] = [];
const generators = new GeneratorPool(1);
try {
  const api = await startSystemProcess({ environment: { ...shared, ROLES: 'api,worker' } });
  systems.push(api);
  const people = join(dataDir, 'people.jsonl');
  const made = await runSystemCommand(['tokens', '--count', String(PEOPLE)], {
    environment: shared,
    toFile: people,
  });
  if (made.code !== 0) throw new Error(made.stderr);
  const gateway = await startSystemProcess({
    environment: { ...shared, ROLES: 'gateway', API_INSTANCES: api.address },
  });
  systems.push(gateway);
  const result = await compare({ direct: api.address, gateway: gateway.address }, people);
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(text);
  if (values.save) await writeFile(BASELINE, text);
} finally {
  await generators.close();
  for (const system of systems.toReversed()) await system.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function compare(addresses: Readonly<Record<Way, string>>, people: string): Promise<object> {
  const busy: Record<Way, Figures[]> = { direct: [], gateway: [] };
  const quiet: Record<Way, Figures[]> = { direct: [], gateway: [] };
  for (const way of WAYS) await offer(addresses[way], people, CONNECTIONS);
  for (let round = 0; round < rounds; round++) {
    for (const way of WAYS) {
      busy[way].push(await offer(addresses[way], people, CONNECTIONS));
      quiet[way].push(await offer(addresses[way], people, 1));
    }
  }
  const median = (figures: readonly Figures[], name: keyof Figures) =>
    figures.map((one) => one[name]).toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
  const of = (figures: readonly Figures[]) => ({
    perSecond: Math.round(median(figures, 'perSecond')),
    p50Ms: rounded(median(figures, 'p50Ms')),
    p99Ms: rounded(median(figures, 'p99Ms')),
    processorUs: {
      api: Math.round(median(figures, 'apiUs')),
      gateway: Math.round(median(figures, 'gatewayUs')),
    },
  });
  const summary = {
    busy: { direct: of(busy.direct), gateway: of(busy.gateway) },
    quiet: { direct: of(quiet.direct), gateway: of(quiet.gateway) },
  };
  return {
    bench: 'gateway',
    startedAt: new Date().toISOString(),
    cores: availableParallelism(),
    node: process.version,
    connections: CONNECTIONS,
    rounds,
    seconds,
    ...summary,
    ratio: { throughput: rounded(summary.busy.gateway.perSecond / summary.busy.direct.perSecond) },
    addedMs: { p50AtLowLoad: rounded(summary.quiet.gateway.p50Ms - summary.quiet.direct.p50Ms) },
  };
}

async function offer(address: string, people: string, concurrency: number): Promise<Figures> {
  const before = await Promise.all(systems.map(processorMs));
  const { result } = await generators.offer({
    target: targetOf(address),
    traffic: { kind: 'no-op', method: 'POST', people },
    order: { loop: 'closed', concurrency, durationMs: seconds * 1_000 },
    firstIndex: 0,
    cold: false,
    connections: concurrency,
    timeoutMs: 10_000,
    drainMs: 10_000,
    signal: new AbortController().signal,
  });
  const { won, error, refused } = result.outcomes;
  if (error + refused > 0) throw new Error(`not all were answered: ${JSON.stringify(result.errors)}`);
  const after = await Promise.all(systems.map(processorMs));
  const [apiUs = 0, gatewayUs = 0] = after.map((ms, at) => (1_000 * (ms - (before[at] ?? 0))) / won);
  const latency = decidedLatency(result.latency);
  return {
    apiUs,
    gatewayUs,
    perSecond: (1_000 * won) / result.offeringMs,
    p50Ms: latency.percentile(50),
    p99Ms: latency.percentile(99),
  };
}

/** Of a process since its start, in user and kernel mode (proc(5)), at the usual hundred ticks a second. */
async function processorMs({ pid }: SystemProcess): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
