/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
/**
 * `npm run bench -- export [--events N] [--rate N]`: a platform that is away for a million events and comes back, and
 * what bookings notice of it. The system is a process of its own on a PostgreSQL that syncs to disk; people hold seats and
 * give them back at a fixed rate. The platform is away and back in turn, some seconds each, until all events have left:
 * away is the control, and what else the machine does meanwhile meets both alike.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createEmbeddedPostgres } from '../../src/adapters/embedded-postgres/index.ts';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { readExportPlaces } from '../../src/adapters/postgres/events/export-places.ts';
import { Bookings, compare, rounded, untilOver } from '../support/bookings.ts';
import { addEvents, residentMiB, watchMemory } from '../support/export-backlog.ts';
import { startSystem } from '../support/system.ts';

const TURN_MS = 10_000;
/** Behind by no more than what bookings add while one looks. */
const NEAR = 1_000;

/** The platform, on a thread of its own: accepts when it is told to, and tells what came. */
async function receive(): Promise<void> {
  let isAway = true;
  const ids = new Set<string>();
  const totals = { received: 0, outOfOrder: 0 };
  let last: readonly number[] = [0, 0];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (isAway) return response.writeHead(503, { 'retry-after': '1' }).end();
      for (const { id } of JSON.parse(String(body)) as { id: string }[]) {
        totals.received += 1;
        if (ids.has(id)) continue;
        const [position = 0, index = 0] = id.split('.').map(Number);
        if (position < last[0]! || (position === last[0] && index < last[1]!)) totals.outOfOrder += 1;
        last = [position, index];
        ids.add(id);
      }
      return response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  parentPort?.on('message', (word) => {
    if (word === 'tell') parentPort?.postMessage({ ...totals, distinct: ids.size });
    else isAway = word === 'away';
  });
  parentPort?.postMessage((server.address() as AddressInfo).port);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: 'string' }, rate: { type: 'string' } } });
  const backlog = Number(values.events ?? 1_000_000);
  const directory = await mkdtemp(join(tmpdir(), 'firstcome-bench-'));
  const platform = new Worker(new URL(import.meta.url));
  const [port] = (await once(platform, 'message')) as [number];
  const environment: Record<string, string> = { EXPORT_URL: `http://127.0.0.1:${port}/` };
  if (values.rate !== undefined) environment['EXPORT_RATE_MAX'] = values.rate;
  try {
    const result = await measure(directory, { environment, platform, backlog });
    process.stdout.write(`${JSON.stringify({ bench: 'export', ...environment, ...result }, null, 2)}\n`);
  } finally {
    await platform.terminate();
    await rm(directory, { recursive: true, force: true });
  }
}

type Bench = {
  readonly environment: Readonly<Record<string, string>>;
  readonly platform: Worker;
  readonly backlog: number;
};

async function measure(dataDir: string, { environment, platform, backlog }: Bench): Promise<object> {
  const system = await startSystem({ dataDir, environment });
  const logger = { info() {}, warn() {}, error() {} };
  const postgres = createEmbeddedPostgres({ dataDir, role: 'tool', logger });
  try {
    await postgres.start();
    const database = createDatabase({ connection: postgres.connection() });
    const bookings = await Bookings.open(system.address, dataDir);
    await bookings.run(() => sleep(5_000));
    const emptyMiB = await residentMiB(system.pid);
    await addEvents(database, backlog);
    await sleep(TURN_MS);
    const awayMiB = await residentMiB(system.pid);
    const memory = watchMemory(system.pid);
    const turns = await takeTurns(database, bookings, platform);
    const mostMiB = memory.stop();
    platform.postMessage('back');
    await untilOver(async () => (await behindOf(database)) === 0);
    platform.postMessage('tell');
    const [totals] = (await once(platform, 'message')) as [object];
    const [record] = await database.query('select sum(size)::integer as events from event');
    await database.close();
    return {
      cores: availableParallelism(),
      backlog,
      ...turns,
      record,
      platform: totals,
      residentMiB: { before: rounded(emptyMiB), away: rounded(awayMiB), most: rounded(mostMiB) },
    };
  } finally {
    await system.stop();
    await postgres.stop();
  }
}

/** The platform away and back in turn, until it has all. */
async function takeTurns(database: Database, bookings: Bookings, platform: Worker): Promise<object> {
  const [away, back]: [number[], number[]] = [[], []];
  let [left, seconds] = [0, 0];
  for (let behind = await behindOf(database); behind > NEAR; behind = await behindOf(database)) {
    away.push(...(await bookings.run(() => sleep(TURN_MS))));
    platform.postMessage('back');
    // It is asked again after a pause.
    const waiting = await behindOf(database);
    await untilOver(async () => (await behindOf(database)) < waiting);
    const startedAt = performance.now();
    const [before, booked] = [await behindOf(database), back.length];
    const isOver = async () => performance.now() - startedAt >= TURN_MS || (await behindOf(database)) <= NEAR;
    back.push(...(await bookings.run(() => untilOver(isOver))));
    seconds += (performance.now() - startedAt) / 1_000;
    // A hold and its return are an event each.
    left += before - (await behindOf(database)) + 2 * (back.length - booked);
    platform.postMessage('away');
  }
  return {
    exported: { seconds: rounded(seconds), perSecond: Math.round(left / seconds) },
    ...compare(away, back),
  };
}

/** Events that have not left. */
async function behindOf(database: Database): Promise<number> {
  const [place] = await readExportPlaces(database);
  return place?.behind ?? Number.POSITIVE_INFINITY;
}

if (isMainThread) await main();
else await receive();
