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
import type { Measure, Order } from '../support/stomp-bench/client-process.ts';
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
/** RabbitMQ takes so much for each that 10,000 would not fit beside all else. */
const CONNECTIONS: Readonly<Record<string, number>> = { rabbitmq: 2_000 };
const CONNECTIONS_OTHERWISE = 10_000;

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
  const run = async (row: string, measure: Measure): Promise<void> => {
    if (isAsked(row)) figures[row] = (await measureOne({ place: server.place, measure, seconds })) as number;
  };
  try {
    await run('sendsPerSecond', { kind: 'ingest' });
    await run('deliveriesPerSecond', { kind: 'fan-out', subscribers: SUBSCRIBERS, underWay: 64 });
    await run('deliveriesPerSecondOneUnderWay', { kind: 'fan-out', subscribers: SUBSCRIBERS, underWay: 1 });
    if (isAsked('roundTrip')) {
      const times = await measureOne({
        place: server.place,
        measure: { kind: 'round-trip', ratePerSecond: RATE },
        seconds,
      });
      Object.assign(figures, times);
    }
    if (isAsked('kbPerConnection'))
      figures['kbPerConnection'] = await measureMemory(server, CONNECTIONS[name] ?? CONNECTIONS_OTHERWISE);
    return figures;
  } finally {
    await server.stop();
  }
}

/** How much the server's process has grown by connections that are let in and do nothing. */
async function measureMemory(server: Running, connections: number): Promise<number> {
  await settled(server);
  const before = residentKb(server.pid);
  const order: Order = { place: server.place, measure: { kind: 'idle', connections }, seconds };
  const client = fork(CLIENT, [JSON.stringify(order)]);
  await nextWord(client);
  await settled(server);
  const after = residentKb(server.pid);
  client.send('looked');
  await once(client, 'exit');
  return Math.round(((after - before) / connections) * 10) / 10;
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
