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
import { ApiClient, type From } from '../../traffic/api-client.ts';
import { cancel, holdSeats, requestOf } from '../../traffic/requests.ts';
import { addEvents, residentMiB, watchMemory } from '../support/export-backlog.ts';
import { makePeople, startSystem } from '../support/system.ts';

const BOOKINGS_PER_SECOND = 300;
const TURN_MS = 10_000;
/** Behind by no more than what bookings add while one looks. */
const NEAR = 1_000;
const PEOPLE = 500;
const SEATS = 2_000;

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
    await until(async () => (await behindOf(database)) === 0);
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
    await until(async () => (await behindOf(database)) < waiting);
    const startedAt = performance.now();
    const [before, booked] = [await behindOf(database), back.length];
    const isOver = async () => performance.now() - startedAt >= TURN_MS || (await behindOf(database)) <= NEAR;
    back.push(...(await bookings.run(() => until(isOver))));
    seconds += (performance.now() - startedAt) / 1_000;
    // A hold and its return are an event each.
    left += before - (await behindOf(database)) + 2 * (back.length - booked);
    platform.postMessage('away');
  }
  const [control, during] = [spread(away), spread(back)];
  return {
    exported: { seconds: rounded(seconds), perSecond: Math.round(left / seconds) },
    bookings: { perSecond: BOOKINGS_PER_SECOND, control, during },
    ratio: {
      p50: rounded(during.p50Ms / control.p50Ms),
      p99: rounded(during.p99Ms / control.p99Ms),
    },
  };
}

function spread(tookMs: readonly number[]) {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.floor(sorted.length * share)] ?? 0);
  return { holds: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: rounded(sorted.at(-1) ?? 0) };
}

/** Events that have not left. */
async function behindOf(database: Database): Promise<number> {
  const [place] = await readExportPlaces(database);
  return place?.behind ?? Number.POSITIVE_INFINITY;
}

async function until(isOver: () => Promise<boolean>): Promise<void> {
  while (!(await isOver())) await sleep(250);
}

/** People who hold a seat and give it back, each at the moment that a clock says, whatever the answers take. */
class Bookings {
  readonly #client: ApiClient;
  readonly #people: readonly From[];
  readonly #performanceId: string;

  private constructor(client: ApiClient, people: readonly From[], performanceId: string) {
    this.#client = client;
    this.#people = people;
    this.#performanceId = performanceId;
  }

  static async open(address: string, dataDir: string): Promise<Bookings> {
    const client = new ApiClient(address, { socketsMax: 200 });
    const seller = await client.logIn({ email: 'seller@demo.example', password: 'demo-seller-1' });
    const runs = [{ grade: 'R', first: 1, count: SEATS, at: [0, 0], by: [1, 0] }];
    const stages = [{ name: 'Main', plan: { sections: [{ id: 'A', rows: [{ id: '1', runs }] }] } }];
    const ask = (words: string, body: object) =>
      client.ask(requestOf<{ id: string; stages: { id: string }[] }>(words, body), seller);
    const venue = await ask('POST /v1/venues', { name: 'Hall', address: '1 Test Street', stages });
    const concert = await ask('POST /v1/concerts', { title: 'Evening', artist: 'Quartet' });
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const sale = await ask(`POST /v1/concerts/${concert.id}/performances`, {
      stageId: venue.stages[0]!.id,
      startsAt: inHours(48),
      opensAt: inHours(-1),
      prices: { R: { amount: 1_000, currency: 'KRW' } },
      roomEnabled: false,
    });
    return new Bookings(client, await makePeople(dataDir, PEOPLE), sale.id);
  }

  /** Holds while `work` goes on. @returns how many ms each took, from when it was to leave */
  async run(work: () => Promise<unknown>): Promise<readonly number[]> {
    const tookMs: number[] = [];
    const under: Promise<void>[] = [];
    let isOver = false;
    const working = work().finally(() => (isOver = true));
    const startedAt = performance.now();
    // A hold and its return are two requests.
    const everyMs = 2_000 / BOOKINGS_PER_SECOND;
    for (let index = 0; !isOver; index++) {
      const dueAt = startedAt + index * everyMs;
      const waitMs = dueAt - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      under.push(this.#book(index, dueAt, tookMs));
    }
    await Promise.all([working, ...under]);
    return tookMs;
  }

  async #book(index: number, dueAt: number, tookMs: number[]): Promise<void> {
    const who = this.#people[index % PEOPLE]!;
    const hold = holdSeats(this.#performanceId, [`A-1-${(index % SEATS) + 1}`]);
    const { id } = await this.#client.ask(hold, who);
    tookMs.push(performance.now() - dueAt);
    await this.#client.ask(cancel(id), who);
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

if (isMainThread) await main();
else await receive();
