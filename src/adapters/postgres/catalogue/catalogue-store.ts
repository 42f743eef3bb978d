import type { Result } from '../../../kernel/result.ts';
import type {
  CatalogueStore,
  ChangedConcert,
  Concert,
  Performance,
  Sales,
  WriteContext,
} from '../../../modules/catalogue/index.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { forgetResult } from '../idempotency/idempotency-store.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import {
  CONCERT_COLUMNS,
  type ConcertRow,
  type PerformanceRow,
  SELECT_PERFORMANCE,
  toConcert,
  toPerformance,
} from './catalogue-rows.ts';
import { createVenueStore } from './venue-store.ts';
import { type Save, saveContext } from './write-context.ts';

/**
 * Saves what sellers do, with its events and the result under its key in one transaction. Anyone who
 * touches the performances of a concert locks the concert first, since its row keeps their earliest date.
 */
export function createCatalogueStore(database: Database, outbox: CommitNotice): CatalogueStore {
  const save: Save = async (work) => {
    const value = await database.transaction(work);
    outbox.committed();
    return value;
  };
  return {
    ...createVenueStore(save),
    addConcert: (concert, context) =>
      save(async (tx) => {
        await insertConcert(tx, concert);
        await saveContext(tx, context, { concert });
      }),
    addPerformance: (performance, context) =>
      save(async (tx) => {
        await tx.query(LOCK_CONCERT, [performance.concertId]);
        const { id, planHash } = performance.stage;
        const [stage] = await tx.query(LOCK_STAGE, [id, planHash]);
        if (!stage) return false;
        await insertPerformance(tx, performance);
        await tx.query(SET_FIRST_DATE, [performance.concertId]);
        await saveContext(tx, context, { performance });
        return true;
      }),
    changeConcert: (id, decide, context) => save((tx) => changeConcert(tx, id, decide, context)),
    changePerformance: (id, decide, context) => save((tx) => changePerformance(tx, id, decide, context)),
    removePerformance: (id, decide, context) => save((tx) => removePerformance(tx, id, decide, context)),
    restoreIfTaken: (id, context) => save((tx) => restoreIfTaken(tx, id, context)),
  };
}

async function insertConcert(tx: Queryable, concert: Concert): Promise<void> {
  await tx.query(
    `insert into concert (id, owner_id, created_at, ${CHANGEABLE_OF_CONCERT.join(', ')})
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [concert.id, concert.sellerId, new Date(concert.createdAt), ...changeableOfConcert(concert)],
  );
}

/** The columns that a change may touch, in one order for insert and update. */
const CHANGEABLE_OF_CONCERT = [
  'title',
  'title_en',
  'artist',
  'artist_en',
  'description',
  'description_en',
  'category',
  'updated_at',
  'version',
  'visibility',
  'publish_at',
];

function changeableOfConcert(concert: Concert): unknown[] {
  return [
    concert.title,
    concert.titleEn,
    concert.artist,
    concert.artistEn,
    concert.description,
    concert.descriptionEn,
    concert.category,
    new Date(concert.updatedAt),
    concert.version,
    concert.visibility,
    concert.publishAt === null ? null : new Date(concert.publishAt),
  ];
}

const UPDATE_CONCERT = `update concert
  set ${CHANGEABLE_OF_CONCERT.map((column, i) => `${column} = $${i + 2}`).join(', ')} where id = $1`;

async function insertPerformance(tx: Queryable, performance: Performance): Promise<void> {
  await tx.query(
    `insert into performance (id, concert_id, stage_id, currency, created_at, starts_at, opens_at,
       closes_at, prices, limit_per_person, hold_ttl_ms, room_enabled, updated_at, version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      performance.id,
      performance.concertId,
      performance.stage.id,
      performance.currency,
      new Date(performance.createdAt),
      ...changeable(performance),
    ],
  );
}

/** The same of a performance. */
function changeable(performance: Performance): unknown[] {
  return [
    new Date(performance.startsAt),
    new Date(performance.opensAt),
    new Date(performance.closesAt),
    JSON.stringify(performance.prices),
    performance.limitPerPerson,
    performance.holdTtlMs,
    performance.roomEnabled,
    new Date(performance.updatedAt),
    performance.version,
  ];
}

// Its seats stay as they are until the performance is there, and says that it needs them.
const LOCK_STAGE = 'select 1 from stage where id = $1 and plan_hash = $2 for share';

const LOCK_CONCERT = 'select 1 from concert where id = $1 for update';

// Asked after the lock, in a statement of its own: it sees what the one who held it before has committed.
const SET_FIRST_DATE = `update concert set first_starts_at = d.first from
  (select coalesce(min(starts_at), 'infinity') as first from performance
    where concert_id = $1 and removed_at is null) d
  where id = $1 and first_starts_at <> d.first`;

async function changeConcert<C extends string>(
  tx: Queryable,
  id: string,
  decide: (current: Concert) => Result<Concert, C>,
  { eventsOf, saveTo }: Parameters<CatalogueStore['changeConcert']>[2],
): Promise<Result<ChangedConcert, C> | undefined> {
  const [row] = await tx.query<ConcertRow>(
    `select ${CONCERT_COLUMNS} from concert c where c.id = $1 for update`,
    [id],
  );
  if (!row) return undefined;
  const decided = decide(toConcert(row));
  if (!decided.ok) return decided;
  await tx.query(UPDATE_CONCERT, [id, ...changeableOfConcert(decided.value)]);
  const rows = await tx.query<{ id: string }>(
    'select id from performance where concert_id = $1 and removed_at is null order by id',
    [id],
  );
  const performanceIds = rows.map((performance) => performance.id);
  await saveContext(tx, { events: eventsOf(performanceIds), saveTo }, { concert: decided.value });
  return { ok: true, value: { concert: decided.value, performanceIds } };
}

async function changePerformance<C extends string>(
  tx: Queryable,
  id: string,
  decide: (current: Performance, sales: Sales) => Result<Performance, C>,
  context: WriteContext,
): Promise<Result<Performance, C> | undefined> {
  const current = await lockPerformance(tx, id);
  if (!current) return undefined;
  const decided = decide(current, await salesOf(tx, id));
  if (!decided.ok) return decided;
  await tx.query(
    `update performance set starts_at = $2, opens_at = $3, closes_at = $4, prices = $5,
       limit_per_person = $6, hold_ttl_ms = $7, room_enabled = $8, updated_at = $9, version = $10 where id = $1`,
    [id, ...changeable(decided.value)],
  );
  await tx.query(SET_FIRST_DATE, [decided.value.concertId]);
  await saveContext(tx, context, { performance: decided.value });
  return decided;
}

async function lockPerformance(tx: Queryable, id: string): Promise<Performance | undefined> {
  await tx.query(LOCK_CONCERT_OF, [id]);
  const [row] = await tx.query<PerformanceRow>(`${SELECT_PERFORMANCE} where p.id = $1 for update of p`, [id]);
  return row && toPerformance(row);
}

const LOCK_CONCERT_OF =
  'select 1 from concert where id = (select concert_id from performance where id = $1) for update';

const SALES = `select
  exists (select from seat_hold where performance_id = $1 and status <> ${SEAT_STATUS.free}) as taken,
  exists (select from ticket where performance_id = $1) as sold`;

async function salesOf(tx: Queryable, id: string): Promise<Sales> {
  const [row] = await tx.query<{ taken: boolean; sold: boolean }>(SALES, [id]);
  return { isTaken: row?.taken === true, wasSold: row?.sold === true };
}

async function removePerformance<C extends string>(
  tx: Queryable,
  id: string,
  decide: (current: Performance, sales: Sales) => Result<void, C>,
  context: WriteContext,
): Promise<Result<void, C> | undefined> {
  const current = await lockPerformance(tx, id);
  if (!current) return undefined;
  const decided = decide(current, await salesOf(tx, id));
  if (!decided.ok) return decided;
  await tx.query('update performance set removed_at = now() where id = $1', [id]);
  await tx.query(SET_FIRST_DATE, [current.concertId]);
  await saveContext(tx, context);
  return decided;
}

async function restoreIfTaken(
  tx: Queryable,
  id: string,
  { events, forget }: Parameters<CatalogueStore['restoreIfTaken']>[1],
): Promise<boolean> {
  await tx.query(LOCK_CONCERT_OF, [id]);
  if (!(await salesOf(tx, id)).isTaken) return false;
  const [row] = await tx.query<{ concert_id: string }>(
    'update performance set removed_at = null where id = $1 returning concert_id',
    [id],
  );
  await tx.query(SET_FIRST_DATE, [row?.concert_id]);
  if (forget) await forgetResult(tx, forget);
  await appendEvents(tx, events);
  return true;
}
