/**
 * `npm run bench -- stomp [--only=firstcome,nothing] [--rounds=3] [--seconds=5] [--save]`: what our STOMP server takes and
 * gives beside RabbitMQ's Web STOMP and stomp-broker-js, all over WebSocket, in turns. The control is a server that does
 * nothing. Server and client are processes of their own. Prints medians; `--save` keeps them, and `--profile` leaves a
 * profile of each server of Node in test-results.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf } from '../../lab/measure/statistics.ts';
import type { Measure, Order, Rate } from '../support/stomp-bench/client-process.ts';
import {
  CLIENT,
  measureOne,
  nextWord,
  type Running,
  residentKb,
  SERVERS,
} from '../support/stomp-bench/servers.ts';

const BASELINE = new URL('../../lab/baselines/stomp.json', import.meta.url);
const SUBSCRIBERS = 1_000;
const RATE = 10_000;
/** RabbitMQ takes so much for each that more would not fit beside all else. */
const CONNECTIONS: Readonly<Record<string, number>> = { rabbitmq: 1_000 };
const CONNECTIONS_OTHERWISE = 8_000;

const given = (name: string): string | undefined =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const names = given('only')?.split(',') ?? Object.keys(SERVERS);
const rows = given('rows')?.split(',');
const rounds = Number(given('rounds') ?? 3);
const seconds = Number(given('seconds') ?? 5);

type Figures = Record<string, number>;

const all = new Map<string, Figures[]>(names.map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const name of names) {
    const start = SERVERS[name];
    if (start === undefined)
      throw new Error(`there is no server ${name}: ${Object.keys(SERVERS).join(', ')}`);
    const figures = await measureServer(name, await start());
    all.get(name)?.push(figures);
    process.stderr.write(`round ${round + 1}, ${name}: ${JSON.stringify(figures)}\n`);
  }
}
const result = {
  bench: 'stomp',
  node: process.version,
  cores: availableParallelism(),
  rounds,
  seconds,
  subscribers: SUBSCRIBERS,
  roundTripsPerSecond: RATE,
  servers: Object.fromEntries([...all].map(([name, figures]) => [name, mediansOf(figures)])),
};
const text = `${JSON.stringify(result, null, 2)}\n`;
process.stdout.write(text);
if (process.argv.includes('--save')) await writeFile(BASELINE, text);

async function measureServer(name: string, server: Running): Promise<Figures> {
  const figures: Figures = {};
  const isAsked = (row: string): boolean => rows?.includes(row) ?? true;
  const order = (measure: Measure): Order => ({ place: server.place, pid: server.pid, measure, seconds });
  const run = async (row: string, measure: Measure): Promise<void> => {
    if (!isAsked(row)) return;
    const rate = (await measureOne(order(measure))) as Rate;
    figures[`${row}PerSecond`] = rate.perSecond;
    figures[`${row}PerCpuSecond`] = rate.perCpuSecond;
  };
  try {
    // First: what other measurements leave of memory would be used again.
    if (isAsked('kbPerConnection'))
      figures['kbPerConnection'] = await measureMemory(server, CONNECTIONS[name] ?? CONNECTIONS_OTHERWISE);
    await run('sends', { kind: 'ingest' });
    await run('deliveries', { kind: 'fan-out', subscribers: SUBSCRIBERS, underWay: 64 });
    await run('deliveriesOneUnderWay', { kind: 'fan-out', subscribers: SUBSCRIBERS, underWay: 1 });
    if (isAsked('roundTrip')) {
      const times = await measureOne(order({ kind: 'round-trip', ratePerSecond: RATE }));
      Object.assign(figures, times);
    }
    return figures;
  } finally {
    await server.stop();
  }
}

/**
 * How much the server's process grows by connections that are let in and do nothing: by the second lot of them, since with
 * the first one memory is set up that serves all.
 */
async function measureMemory(server: Running, connections: number): Promise<number> {
  const { place, pid } = server;
  const order: Order = { place, pid, measure: { kind: 'idle', connections }, seconds };
  const client = fork(CLIENT, [JSON.stringify(order)]);
  const looks: number[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    await nextWord(client);
    await settled(server);
    looks.push(residentKb(pid));
    client.send('looked');
  }
  await once(client, 'exit');
  const [first = 0, second = 0] = looks;
  return Math.round(((second - first) / connections) * 10) / 10;
}

async function settled(server: Running): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await sleep(500);
    await server.settle();
  }
}

function mediansOf(figures: readonly Figures[]): Figures {
  const keys = Object.keys(figures[0] ?? {});
  return Object.fromEntries(
    keys.map((key) => [key, spreadOf(figures.map((one) => one[key] ?? Number.NaN)).median]),
  );
}
