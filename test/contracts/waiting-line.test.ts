import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { settleRooms } from '../../src/adapters/postgres/waiting-room/room-settling.ts';
import { createRoomStores } from '../../src/adapters/postgres/waiting-room/room-store.ts';
import { createManualClock, type ManualClock, systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { LineEngine } from '../../src/modules/waiting-room/line/line-engine.ts';
import type { RoomStores } from '../../src/modules/waiting-room/ports.ts';
import { createMemoryRoomStore } from '../support/memory-room-store.ts';
import { openDatabase } from '../support/open-database.ts';
import { until } from '../support/until.ts';
import { addPerformance } from '../support/waiting-room/big-room.ts';
import { contractRules, waitingLineContract } from './waiting-line.contract.ts';
import type { LineFixture } from './waiting-line.words.ts';

const ids = createIds(systemClock, systemRandom);

type StoreUnderTest = Pick<LineFixture, 'addPerformance' | 'loseStore'> & {
  readonly store: RoomStores;
  close(): Promise<void>;
};

async function openFixture(openStore: (clock: ManualClock) => Promise<StoreUnderTest>): Promise<LineFixture> {
  const clock = createManualClock();
  const { store, close, ...rest } = await openStore(clock);
  const create = () => new LineEngine({ stores: store, clock, rules: contractRules });
  const fixture: LineFixture = {
    ...rest,
    clock,
    line: create(),
    async reopen() {
      await fixture.line.stop();
      fixture.line = create();
      await fixture.line.start();
    },
    accountId: () => ids.next(),
    async close() {
      await fixture.line.stop();
      await close();
    },
  };
  await fixture.line.start();
  return fixture;
}

waitingLineContract('memory', () =>
  openFixture(async () => {
    const store = createMemoryRoomStore();
    return {
      store,
      addPerformance: () => Promise.resolve(ids.next()),
      loseStore: async () => store.failNext('after'),
      close: () => Promise.resolve(),
    };
  }),
);

waitingLineContract('PostgreSQL', () =>
  openFixture(async (clock) => {
    const { database, close } = await openDatabase();
    return {
      store: createRoomStores({ database, clock }),
      addPerformance: () => addPerformance(database),
      loseStore: () => endWriter(database),
      close,
    };
  }),
);

/** As when the server is restarted: the session that holds the right to write is gone. */
async function endWriter(database: Database): Promise<void> {
  const ended = await database.query(
    `select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );
  assert.equal(ended.length, 1);
}

test('of two processes each keeps the rooms that it opened; when one ends, the other goes on with them', async () => {
  const { database, close } = await openDatabase();
  const open = async () => {
    const store = createRoomStores({ database, clock: systemClock });
    const line = new LineEngine({ stores: store, clock: systemClock, rules: contractRules });
    await line.start();
    return line;
  };
  const [first, second] = [await open(), await open()];
  const [here, there] = [await addPerformance(database), await addPerformance(database)];
  const join = (line: LineEngine, performanceId: string, accountId = ids.next()) =>
    line.write([{ kind: 'join', performanceId, accountId }]);
  const accountId = ids.next();
  await join(first, here, accountId);
  await join(second, there);
  for (const [line, other] of [
    [second, here],
    [first, there],
  ] as const) {
    await assert.rejects(join(line, other), { code: 'room_elsewhere' });
    await assert.rejects(async () => line.absence({ performanceId: other }), { code: 'room_elsewhere' });
    assert.equal(line.isElsewhere(other), true);
  }
  assert.equal((await join(second, there))[0]?.standing?.number, 2, 'its own room goes on');
  await first.stop();
  await until(
    async () => {
      await second.admit([]);
      return second.isElsewhere(here);
    },
    (isElsewhere) => !isElsewhere,
  );
  const [standing] = await second.look([{ performanceId: here, accountId }], 'unseen');
  assert.equal(standing?.number, 1);
  assert.equal((await join(second, here))[0]?.standing?.number, 2);
  await second.stop();
  await close();
});

test('of two processes that make the same room at once, one has it', async () => {
  const { database, close } = await openDatabase();
  const lines = await Promise.all(
    [1, 2].map(async () => {
      const store = createRoomStores({ database, clock: systemClock });
      const line = new LineEngine({ stores: store, clock: systemClock, rules: contractRules });
      await line.start();
      return line;
    }),
  );
  for (let round = 0; round < 10; round++) {
    const performanceId = await addPerformance(database);
    const answers = await Promise.allSettled(
      lines.map((line) => line.write([{ kind: 'join', performanceId, accountId: ids.next() }])),
    );
    const won = answers.filter(({ status }) => status === 'fulfilled');
    assert.equal(won.length, 1);
    const rows = await database.query('select number from room_entry where performance_id = $1', [
      performanceId,
    ]);
    assert.deepEqual(rows, [{ number: 1 }]);
    // Who lost such a race reads everything again.
    for (const line of lines)
      await until(
        () =>
          line.admit([]).then(
            () => true,
            () => false,
          ),
        Boolean,
      );
  }
  for (const line of lines) await line.stop();
  await close();
});

/** A performance in a database of the test's own, and lines that start on it one after the other, as a process does. */
async function openStoredRoom(t: TestContext) {
  const { database, close } = await openDatabase();
  const clock = createManualClock(systemClock.now());
  const started: LineEngine[] = [];
  t.after(async () => {
    for (const line of started) await line.stop();
    await close();
  });
  const open = async () => {
    const line = new LineEngine({
      stores: createRoomStores({ database, clock }),
      clock,
      rules: contractRules,
    });
    started.push(line);
    await line.start();
    return line;
  };
  const settledTo = async () =>
    (await database.query<{ to: number }>('select settled_to as to from room'))[0]!.to;
  return { database, clock, open, settledTo, performanceId: await addPerformance(database) };
}

test('a room is settled no further than to its last entry, also where nobody has joined it yet', async (t) => {
  const { database, clock, open, settledTo, performanceId } = await openStoredRoom(t);
  let line = await open();
  await line.write([{ kind: 'configure', performanceId, change: { state: 'paused' }, changedBy: null }]);
  await clock.advance(61_000);
  await settleRooms(database, clock.now());
  assert.equal(await settledTo(), 0);
  const accountId = ids.next();
  await line.write([{ kind: 'join', performanceId, accountId }]);
  await line.stop();
  line = await open();
  const [standing] = await line.look([{ performanceId, accountId }], 'seen');
  assert.deepEqual([standing?.number, standing?.status], [1, 'waiting']);
  await line.write([{ kind: 'leave', performanceId, accountId }]);
  await clock.advance(61_000);
  for (let times = 0; times < 2; times++) await settleRooms(database, clock.now());
  assert.equal(await settledTo(), 1);
});

test('a start needs nothing of those who ended at the head of a room, and knows how the last of them ended', async (t) => {
  const { database, clock, open, settledTo, performanceId } = await openStoredRoom(t);
  const people = Array.from({ length: 20 }, () => ids.next());
  let line = await open();
  const write = (kind: 'join' | 'leave', accountIds: readonly string[]) =>
    line.write(accountIds.map((accountId) => ({ kind, performanceId, accountId })));
  await write('join', people);
  const [admission] = await line.admit([performanceId]);
  assert.ok(admission && admission.admitted.length > 0 && admission.admitted.length < 20);
  // The first twelve go, admitted or not; the thirteenth stays, later ones go.
  await write('leave', people.slice(0, 12));
  await write('leave', people.slice(15, 18));
  await settleRooms(database, clock.now());
  assert.equal(await settledTo(), 0, 'what ended just now is left alone');
  await clock.advance(61_000);
  const seen = async () => ({
    stats: (await line.stats([performanceId]))[0],
    places: await line.look(
      people.map((accountId) => ({ performanceId, accountId })),
      'seen',
    ),
  });
  await line.stop();
  line = await open();
  const before = await seen();
  await line.stop();
  await Promise.all([settleRooms(database, clock.now()), settleRooms(database, clock.now())]);
  assert.equal(await settledTo(), 12);
  const endOf = (accountId: string) => line.absence({ performanceId, accountId });
  line = await open();
  assert.deepEqual([await endOf(people[0]!), await endOf(people[16]!)], ['left', 'left']);
  await line.stop();
  await database.query('delete from room_entry where number <= 12');
  line = await open();
  assert.deepEqual(await seen(), before);
  const [joined] = await write('join', [ids.next()]);
  assert.equal(joined?.standing?.number, 21);
  await line.stop();
});
