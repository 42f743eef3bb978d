import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { createRoomStore } from '../../src/adapters/postgres/waiting-room/room-store.ts';
import { createManualClock, type ManualClock, systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { LineEngine } from '../../src/modules/waiting-room/line/line-engine.ts';
import type { RoomStore } from '../../src/modules/waiting-room/ports.ts';
import { createMemoryRoomStore } from '../support/memory-room-store.ts';
import { acquireTestDatabase } from '../support/postgres.ts';
import { addPerformance } from '../support/waiting-room/big-room.ts';
import { contractRules, waitingLineContract } from './waiting-line.contract.ts';
import type { LineStage } from './waiting-line.words.ts';

const ids = createIds(systemClock, systemRandom);

type StoreUnderTest = Pick<LineStage, 'addPerformance' | 'loseStore'> & {
  readonly store: RoomStore;
  close(): Promise<void>;
};

async function openStage(openStore: (clock: ManualClock) => Promise<StoreUnderTest>): Promise<LineStage> {
  const clock = createManualClock();
  const { store, close, ...rest } = await openStore(clock);
  const create = () => new LineEngine({ store, clock, rules: contractRules });
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
      store: createRoomStore({ database, clock }),
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

test('a second process that would keep the same lines is refused', async () => {
  const { connection, release } = await acquireTestDatabase();
  const database = createDatabase({ connection });
  const options = { database, clock: systemClock, takeOverMs: 100 };
  const [first, second] = [createRoomStore(options), createRoomStore(options)];
  await first.acquire(() => assert.fail('the first keeps the right'));
  await assert.rejects(
    second.acquire(() => undefined),
    { code: 'room_line_taken' },
  );
  await first.release();
  await second.acquire(() => undefined);
  await second.release();
  await database.close();
  await release();
});
