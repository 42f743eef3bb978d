import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { createRoomStores } from '../../src/adapters/postgres/waiting-room/room-store.ts';
import { createManualClock, type ManualClock, systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { LineEngine } from '../../src/modules/waiting-room/line/line-engine.ts';
import type { RoomStores } from '../../src/modules/waiting-room/ports.ts';
import { createMemoryRoomStore } from '../support/memory-room-store.ts';
import { acquireTestDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { addPerformance } from '../support/waiting-room/big-room.ts';
import { contractRules, waitingLineContract } from './waiting-line.contract.ts';
import type { LineStage } from './waiting-line.words.ts';

const ids = createIds(systemClock, systemRandom);

type StoreUnderTest = Pick<LineStage, 'addPerformance' | 'loseStore'> & {
  readonly store: RoomStores;
  close(): Promise<void>;
};

async function openStage(openStore: (clock: ManualClock) => Promise<StoreUnderTest>): Promise<LineStage> {
  const clock = createManualClock();
  const { store, close, ...rest } = await openStore(clock);
  const create = () => new LineEngine({ stores: store, clock, rules: contractRules });
  const stage: LineStage = {
    ...rest,
    clock,
    line: create(),
    async reopen() {
      await stage.line.stop();
      stage.line = create();
      await stage.line.start();
    },
    accountId: () => ids.next(),
    async close() {
      await stage.line.stop();
      await close();
    },
  };
  await stage.line.start();
  return stage;
}

waitingLineContract('memory', () =>
  openStage(async () => {
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
  openStage(async (clock) => {
    const { connection, release } = await acquireTestDatabase();
    const database = createDatabase({ connection });
    return {
      store: createRoomStores({ database, clock }),
      addPerformance: () => addPerformance(database),
      loseStore: () => endWriter(database),
      async close() {
        await database.close();
        await release();
      },
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
  const { connection, release } = await acquireTestDatabase();
  const database = createDatabase({ connection });
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
    await assert.rejects(async () => line.assertHere(other), { code: 'room_elsewhere' });
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
  await database.close();
  await release();
});

test('of two processes that make the same room at once, one has it', async () => {
  const { connection, release } = await acquireTestDatabase();
  const database = createDatabase({ connection });
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
  await database.close();
  await release();
});
