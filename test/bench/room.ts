/**
 * `npm run bench -- room`: what a room of a million costs beside one of ten thousand, both in this very process, on
 * a PostgreSQL that syncs to disk. Prints what it measured; `--save` keeps it as the baseline.
 *
 * Times depend on the machine, so what is promised of a position is a ratio: each round measures the small room and
 * the large one in turn, and the medians are compared.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedPostgres } from '../../src/adapters/embedded-postgres/index.ts';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import type { Visitor } from '../../src/modules/waiting-room/gate.ts';
import type { WaitingLine } from '../../src/modules/waiting-room/ports.ts';
import {
  accountOf,
  addPerformance,
  type CountedLine,
  joinMany,
  openCountedLine,
} from '../support/waiting-room/big-room.ts';
import { createPollServer } from '../support/waiting-room/poll-server.ts';

const BASELINE = new URL('../../lab/baselines/room.json', import.meta.url);
const [SMALL, LARGE] = [10_000, 1_000_000];
const ROUNDS = 31;
const LOOKS = 20_000;
const POLLS = 1_000;
const ADMITTED_AT_ONCE = 10_000;
const WINDOW_MS = 1_000;

type Rooms = { readonly small: string; readonly large: string };

const directory = await mkdtemp(join(tmpdir(), 'firstcome-bench-'));
const logger = { info() {}, warn() {}, error() {} };
const postgres = createEmbeddedPostgres({ dataDir: join(directory, 'data'), role: 'server', logger });
try {
  await postgres.start();
  await migrate(postgres.connection());
  const database = createDatabase({ connection: postgres.connection() });
  const result = await measure(database);
  await database.close();
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(text);
  if (process.argv.includes('--save')) await writeFile(BASELINE, text);
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}

async function measure(database: Database): Promise<object> {
  const first = openCountedLine(database);
  await first.line.start();
  const rooms = { small: await addPerformance(database), large: await addPerformance(database) };
  const filled = await fill(first.line, rooms);
  const lookUp = await measureLookUps(first.line, rooms);
  const poll = await measurePolls(first.line, rooms);
  const admission = await measureAdmission(first, rooms.large);
  await first.line.stop();
  const reload = await measureReload(database);
  return {
    bench: 'room',
    node: process.version,
    cores: availableParallelism(),
    people: { small: SMALL, large: LARGE },
    joinsPerSecond: filled,
    lookUp,
    poll,
    admission,
    reload,
  };
}

async function fill(line: WaitingLine, rooms: Rooms): Promise<number> {
  await joinMany(line, rooms.small, SMALL);
  const startedAt = performance.now();
  await joinMany(line, rooms.large, LARGE);
  return Math.round((LARGE * 1_000) / (performance.now() - startedAt));
}

/**
 * The place alone. Every look is at somebody else, anywhere in the line, so that nothing is near in the caches by
 * chance: among a million it costs two or three accesses to main memory more.
 */
function measureLookUps(line: WaitingLine, rooms: Rooms): Promise<object> {
  return compare({
    small: sample(rooms.small, SMALL, LOOKS),
    large: sample(rooms.large, LARGE, LOOKS),
    run(people) {
      for (const who of people) void line.look([who], 'seen');
    },
  });
}

/** A position as it is asked for: the whole poll, from the request to the bytes of the answer, without a socket. */
async function measurePolls(line: WaitingLine, rooms: Rooms): Promise<object> {
  const server = await createPollServer(line);
  const result = await compare({
    small: sample(rooms.small, SMALL, POLLS),
    large: sample(rooms.large, LARGE, POLLS),
    async run(people) {
      for (const { performanceId, accountId } of people) {
        const url = `/v1/performances/${performanceId}/room/entries/me`;
        const { statusCode } = await server.inject({
          url,
          headers: { authorization: `Bearer ${accountId}` },
        });
        if (statusCode !== 200) throw new Error(`a poll was answered with ${statusCode}`);
      }
    },
  });
  await server.close();
  return result;
}

type Comparison = {
  readonly small: readonly Visitor[];
  readonly large: readonly Visitor[];
  readonly run: (people: readonly Visitor[]) => void | Promise<void>;
};

async function compare({ run, ...people }: Comparison): Promise<object> {
  const times: { small: number[]; large: number[] } = { small: [], large: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const size of ['small', 'large'] as const) {
      const startedAt = performance.now();
      await run(people[size]);
      times[size].push(((performance.now() - startedAt) * 1e3) / people[size].length);
    }
  }
  const [small, large] = [median(times.small), median(times.large)];
  return { smallUs: rounded(small), largeUs: rounded(large), ratio: rounded(large / small) };
}

function sample(performanceId: string, people: number, count: number): readonly Visitor[] {
  // A step that shares no factor with the size visits all of them before any twice.
  const step = Math.floor(people * 0.618) | 1;
  return Array.from({ length: count }, (_, index) => {
    const number = ((index * step) % people) + 1;
    return { performanceId, accountId: accountOf(number) };
  });
}

async function measureAdmission({ line, statements }: CountedLine, performanceId: string): Promise<object> {
  // A fifth of a second's rate may come at once.
  const change = { state: 'open', ratePerSecond: ADMITTED_AT_ONCE * 5, concurrency: LARGE } as const;
  await line.write([{ kind: 'configure', performanceId, change, changedBy: null }]);
  const times: number[] = [];
  let roundTrips = 0;
  for (let round = 0; round < 5; round++) {
    const sent = statements();
    const startedAt = performance.now();
    const [admission] = await line.admit([performanceId]);
    times.push(performance.now() - startedAt);
    roundTrips = Math.max(roundTrips, statements() - sent);
    const count = admission?.admitted.length;
    if (count !== ADMITTED_AT_ONCE) throw new Error(`${count} were admitted, not ${ADMITTED_AT_ONCE}`);
    await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  }
  return {
    admitted: ADMITTED_AT_ONCE,
    roundTrips,
    ms: rounded(median(times)),
    msMax: rounded(Math.max(...times)),
  };
}

async function measureReload(database: Database): Promise<object> {
  const { line } = openCountedLine(database);
  const startedAt = performance.now();
  await line.start();
  const ms = Math.round(performance.now() - startedAt);
  const stats = await line.stats();
  await line.stop();
  return { people: stats.reduce((sum, { waiting, active }) => sum + waiting + active, 0), ms };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
