import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { type OpenDatabase, openDatabase } from '../support/open-database.ts';
import {
  accountOf,
  addPerformance,
  type CountedLine,
  joinMany,
  openCountedLine,
} from '../support/waiting-room/big-room.ts';

const PEOPLE = 1_000_000;
const MEGABYTE = 1024 * 1024;
const MEMORY_MAX = 400 * MEGABYTE;

let database: Database;
let close: OpenDatabase['close'];
let room: CountedLine;
let performanceId: string;
let emptyBytes: number;

before(async () => {
  ({ database, close } = await openDatabase());
  performanceId = await addPerformance(database);
  room = openCountedLine(database);
  await room.line.start();
  emptyBytes = residentBytes();
});

after(async () => {
  await room.line.stop();
  await close();
});

/** What the process holds when nothing is left to be collected. */
function residentBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().rss;
}

async function placeOf(number: number) {
  const who = { performanceId, accountId: accountOf(number) };
  const [standing] = await room.line.look([who], 'seen');
  return standing && [standing.number, standing.status, standing.ahead, standing.behind];
}

test(`${PEOPLE} people join, one write for each batch, in under 400 MB`, async (t) => {
  const statements = room.statements();
  const writes = await joinMany(room.line, performanceId, PEOPLE);
  // The first also takes and makes the room: two transactions of five statements.
  assert.ok(room.statements() - statements <= writes + 10, `${room.statements() - statements} for ${writes}`);
  const moreBytes = residentBytes() - emptyBytes;
  t.diagnostic(`${Math.round(moreBytes / MEGABYTE)} MB more than empty`);
  assert.ok(moreBytes < MEMORY_MAX, `${moreBytes} bytes`);
});

test('everybody finds the exact place, without a query', async () => {
  const statements = room.statements();
  for (let number = 1; number <= PEOPLE; number += 997) {
    assert.deepEqual(await placeOf(number), [number, 'waiting', number - 1, PEOPLE - number]);
  }
  assert.equal(room.statements(), statements);
});

test('ten thousand are admitted in one round trip, and are the first', async () => {
  const change = { state: 'open', ratePerSecond: 50_000, concurrency: PEOPLE } as const;
  await room.line.write([{ kind: 'configure', performanceId, change, changedBy: null }]);
  const statements = room.statements();
  const [admission] = await room.line.admit([performanceId]);
  assert.equal(room.statements() - statements, 1);
  assert.deepEqual(
    admission?.admitted.map(({ number }) => number),
    Array.from({ length: 10_000 }, (_, index) => index + 1),
  );
  const stored = await database.query(
    'select count(*)::int as count from room_entry where performance_id = $1 and status = 1 and number <= 10000',
    [performanceId],
  );
  assert.deepEqual(stored, [{ count: 10_000 }]);
});

test('those in the middle leave, and places stay exact', async () => {
  const leavers = Array.from({ length: 1_000 }, (_, index) => 20_001 + index);
  await room.line.write(
    leavers.map((number) => ({ kind: 'leave', performanceId, accountId: accountOf(number) })),
  );
  assert.deepEqual(await placeOf(20_000), [20_000, 'waiting', 9_999, PEOPLE - 21_000]);
  assert.deepEqual(await placeOf(21_001), [21_001, 'waiting', 10_000, PEOPLE - 21_001]);
  assert.equal(await placeOf(20_500), undefined);
});

test('all are there after a restart, in their order, in under 400 MB', async (t) => {
  await room.line.stop();
  const stoppedBytes = residentBytes();
  room = openCountedLine(database);
  let peakBytes = 0;
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage().rss)), 20);
  await room.line.start();
  clearInterval(sampler);
  t.diagnostic(`${Math.round((peakBytes - emptyBytes) / MEGABYTE)} MB at the peak of loading`);
  assert.ok(peakBytes - Math.min(emptyBytes, stoppedBytes) < MEMORY_MAX, `${peakBytes} bytes`);
  const [stats] = await room.line.stats([performanceId]);
  assert.deepEqual([stats?.waiting, stats?.active], [PEOPLE - 11_000, 10_000]);
  assert.deepEqual(await placeOf(PEOPLE), [PEOPLE, 'waiting', PEOPLE - 11_001, 0]);
  assert.deepEqual(await placeOf(5_000), [5_000, 'admitted', 0, PEOPLE - 11_000]);
  const [answer] = await room.line.write([{ kind: 'join', performanceId, accountId: accountOf(PEOPLE + 1) }]);
  assert.equal(answer?.standing?.number, PEOPLE + 1);
});
