import type {
  CatalogueStore,
  Concert,
  ConcertChange,
  Performance,
  Stage,
  TermsChange,
  VenueStore,
  WriteContext,
  Written,
} from '../../../modules/catalogue/index.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { forgetResult } from '../idempotency/idempotency-store.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import { createVenueStore } from './venue-store.ts';
import { type Save, saveContext } from './write-context.ts';

/**
 * Saves what sellers do, with its events and the result under its key in one transaction, while what it was decided from is
 * still so: under locks, versions and plans are compared with those that were read. Anyone who touches the
 * performances of a concert locks the concert first, since its row keeps their earliest date.
 */
export function createCatalogueStore(database: Database, outbox: CommitNotice): CatalogueStore & VenueStore {
  const save: Save = async (work) => {
    const value = await database.transaction(work);
    outbox.committed();
    return value;
  };
  return {
    ...createVenueStore(database, save),
    addConcert: (concert, context) =>
      save(async (tx) => {
        await insertConcert(tx, concert);
        await saveContext(tx, context, { concert });
      }),
    addPerformance: (performance, context) =>
      save(async (tx) => {
        await tx.query(LOCK_CONCERT, [performance.concertId]);
        if (!(await lockStage(tx, performance.stage))) return 'conflict';
        await insertPerformance(tx, performance);
        await tx.query(SET_FIRST_DATE, [performance.concertId]);
        await saveContext(tx, context, { performance });
        return 'written';
      }),
    async sales(performanceId) {
      const rows = await database.query<{ taken: boolean; sold: boolean }>(SALES, [performanceId]);
      return { isTaken: rows[0]?.taken === true, wasSold: rows[0]?.sold === true };
    },
    changeConcert: (change, context) => save((tx) => changeConcert(tx, change, context)),
    changePerformance: (change, context) => save((tx) => changePerformance(tx, change, context)),
    removePerformance: (performance, context) => save((tx) => removePerformance(tx, performance, context)),
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
    dateOrNull(concert.publishAt),
  ];
}

const UPDATE_CONCERT = `update concert
  set ${CHANGEABLE_OF_CONCERT.map((column, i) => `${column} = $${i + 2}`).join(', ')} where id = $1`;

async function insertPerformance(tx: Queryable, performance: Performance): Promise<void> {
  await tx.query(
    `insert into performance (id, concert_id, stage_id, currency, created_at, starts_at, opens_at,
       closes_at, prices, limit_per_person, hold_ttl_ms, room_enabled, updated_at, version, cancelled_at,
       cancel_reason, postponed_at, postponed_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
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
    dateOrNull(performance.cancelledAt),
    performance.cancelReason,
    dateOrNull(performance.postponedAt),
    dateOrNull(performance.postponedFrom),
  ];
}

const dateOrNull = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

// Its seats stay as they are until the change is made, and are those that the performance names.
const LOCK_STAGE = 'select 1 from stage where id = $1 and plan_hash = $2 for share';

async function lockStage(tx: Queryable, { id, planHash }: Stage): Promise<boolean> {
  return (await tx.query(LOCK_STAGE, [id, planHash])).length > 0;
}

const LOCK_CONCERT = 'select version from concert where id = $1 for update';

// Asked after the lock, in a statement of its own: it sees what the one who held it before has committed.
const SET_FIRST_DATE = `update concert set first_starts_at = d.first from
  (select coalesce(min(starts_at), 'infinity') as first from performance
    where concert_id = $1 and removed_at is null) d
  where id = $1 and first_starts_at <> d.first`;

async function changeConcert(
  tx: Queryable,
  { concert, performanceIds }: ConcertChange,
  context: WriteContext,
): Promise<Written> {
  const [row] = await tx.query<{ version: number }>(LOCK_CONCERT, [concert.id]);
  if (row?.version !== concert.version - 1) return 'conflict';
  const rows = await tx.query<{ id: string }>(
    'select id from performance where concert_id = $1 and removed_at is null order by id',
    [concert.id],
  );
  if (rows.map(({ id }) => id).join() !== performanceIds.toSorted().join()) return 'conflict';
  await tx.query(UPDATE_CONCERT, [concert.id, ...changeableOfConcert(concert)]);
  await saveContext(tx, context, { concert });
  return 'written';
}

const IS_TAKEN = `exists (select from seat_hold where performance_id = $1 and status <> ${SEAT_STATUS.free})`;
const WAS_SOLD = 'exists (select from ticket where performance_id = $1)';
const SALES = `select ${IS_TAKEN} as taken, ${WAS_SOLD} as sold`;

// Holds wait for nobody here, so that what a change needs of them is asked in the statement that makes it.
const CHANGE_PERFORMANCE = `update performance set starts_at = $2, opens_at = $3, closes_at = $4, prices = $5,
    limit_per_person = $6, hold_ttl_ms = $7, room_enabled = $8, updated_at = $9, version = $10, cancelled_at = $11,
    cancel_reason = $12, postponed_at = $13, postponed_from = $14
  where id = $1 and version = $10 - 1 and removed_at is null and not ($15 and ${IS_TAKEN})
  returning id`;

const REMOVE_PERFORMANCE = `update performance set removed_at = now()
  where id = $1 and version = $2 and removed_at is null and not (${IS_TAKEN} or ${WAS_SOLD})
  returning id`;

async function changePerformance(
  tx: Queryable,
  { performance, unlessTaken }: TermsChange,
  context: WriteContext,
): Promise<Written> {
  const { id, concertId, stage } = performance;
  await tx.query(LOCK_CONCERT, [concertId]);
  if (!(await lockStage(tx, stage))) return 'conflict';
  const changed = await tx.query(CHANGE_PERFORMANCE, [id, ...changeable(performance), unlessTaken]);
  if (changed.length === 0) return 'conflict';
  await tx.query(SET_FIRST_DATE, [concertId]);
  await saveContext(tx, context, { performance });
  return 'written';
}

async function removePerformance(
  tx: Queryable,
  { id, concertId, version }: Pick<Performance, 'id' | 'concertId' | 'version'>,
  context: WriteContext,
): Promise<Written> {
  await tx.query(LOCK_CONCERT, [concertId]);
  if ((await tx.query(REMOVE_PERFORMANCE, [id, version])).length === 0) return 'conflict';
  await tx.query(SET_FIRST_DATE, [concertId]);
  await saveContext(tx, context);
  return 'written';
}

const LOCK_CONCERT_OF =
  'select 1 from concert where id = (select concert_id from performance where id = $1) for update';

async function restoreIfTaken(
  tx: Queryable,
  id: string,
  { events, forget }: Parameters<CatalogueStore['restoreIfTaken']>[1],
): Promise<boolean> {
  await tx.query(LOCK_CONCERT_OF, [id]);
  const [row] = await tx.query<{ concert_id: string }>(
    `update performance set removed_at = null where id = $1 and ${IS_TAKEN} returning concert_id`,
    [id],
  );
  if (!row) return false;
  await tx.query(SET_FIRST_DATE, [row.concert_id]);
  if (forget) await forgetResult(tx, forget);
  await appendEvents(tx, events);
  return true;
}
