import type { Clock } from '../../../kernel/clock.ts';
import type { LineChange, RoomStep, RoomStores } from '../../../modules/waiting-room/index.ts';
import type { Database } from '../database.ts';
import type { CommitNotice } from '../events/outbox.ts';
import { asDivergence, partsOf } from './room-change.ts';
import { readAdmittedFrom, readEndedFrom, readRoomFrom, readWaitingFrom } from './room-load.ts';
import { takeFreeRooms, takeRooms } from './room-ownership.ts';
import { RoomWriter } from './room-writer.ts';

export type RoomStoresOptions = {
  readonly database: Pick<Database, 'connect'>;
  readonly clock: Clock;
  readonly commitNotice?: CommitNotice;
  /** How long a start waits for another process that may be ending. Default 10 s. */
  readonly takeOverMs?: number;
  /** How long the database may take over one step. Default 10 s. */
  readonly stepMs?: number;
};

/** Reading a room of a million takes seconds. */
const LOAD_MS = 120_000;

/** Keeps the lines in PostgreSQL; see room-writer.ts for how one process alone may write to a room. */
export function createRoomStores(options: RoomStoresOptions): RoomStores {
  const { database, clock, commitNotice } = options;
  const writer = new RoomWriter({
    database,
    clock,
    takeOverMs: options.takeOverMs ?? 10_000,
  });
  const stepMs = options.stepMs ?? 10_000;
  const commit = async (change: RoomStep & Partial<Pick<LineChange, 'results'>>): Promise<void> => {
    const { results = [] } = change;
    await writer.run(stepMs, (session) => store(session, { ...change, results }, writer.holder));
    if (change.rooms.some((room) => room.settings)) commitNotice?.committed();
  };
  return {
    numbers: { commit },
    admissions: {
      acquire: () => writer.acquire(),
      release: () => writer.release(),
      takeFree: () => writer.run(stepMs, (session) => takeFreeRooms(session, writer.holder)),
      take: (performanceIds) =>
        writer.run(stepMs, (session) => takeRooms(session, writer.holder, performanceIds)),
      commit,
      retire: (performanceIds) =>
        writer.run(stepMs, async (session) => {
          await session.query('update room set retired_at = now() where performance_id = any ($1::uuid[])', [
            performanceIds,
          ]);
        }),
    },
    looks: {
      list: () =>
        writer.run(stepMs, async (session) => {
          const rows = await session.query<{ id: string; retired: boolean }>(
            `select performance_id as id, retired_at is not null as retired from room
              where holder = $1 or retired_at is not null order by performance_id`,
            [writer.holder],
          );
          const idsOf = (retired: boolean) =>
            rows.filter((row) => row.retired === retired).map((row) => row.id);
          return { atWork: idsOf(false), retired: idsOf(true) };
        }),
      room: (performanceId) => writer.run(LOAD_MS, (session) => readRoomFrom(session, performanceId)),
      waiting: (performanceId, range) =>
        writer.run(LOAD_MS, (session) => readWaitingFrom(session, performanceId, range)),
      admitted: (performanceId) => writer.run(LOAD_MS, (session) => readAdmittedFrom(session, performanceId)),
      ended: (performanceId, range) =>
        writer.run(LOAD_MS, (session) => readEndedFrom(session, performanceId, range)),
    },
  };
}

/** A step of one statement is a transaction by itself, in one round trip. */
async function store(
  session: Pick<Database, 'query' | 'transaction'>,
  change: LineChange,
  holder: number,
): Promise<void> {
  const parts = partsOf(change, holder);
  try {
    if (parts.length === 1) {
      await parts[0]!(session);
    } else {
      await session.transaction(async (tx) => {
        for (const part of parts) await part(tx);
      });
    }
  } catch (error) {
    throw asDivergence(error);
  }
}
