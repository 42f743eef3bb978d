import type { Result } from '../../kernel/result.ts';
import type {
  Beside,
  CatalogueStore,
  Concert,
  NewStage,
  Performance,
  Venue,
} from '../../modules/catalogue/index.ts';
import {
  CONCERT_COLUMNS,
  type ConcertRow,
  type PerformanceRow,
  SELECT_PERFORMANCE,
  toConcert,
  toPerformance,
} from './catalogue-rows.ts';
import type { Database, Queryable } from './database.ts';
import { saveAnswers } from './idempotency-store.ts';
import { appendEvents, type OutboxHint } from './outbox.ts';

/**
 * Saves what sellers do, with its events and the answer to a repeated request in one transaction. Whoever
 * touches the performances of a concert locks the concert first, since its row keeps their earliest date.
 */
export function createCatalogueStore(database: Database, outbox: OutboxHint): CatalogueStore {
  const save = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    const value = await database.transaction(work);
    outbox.committed();
    return value;
  };
  return {
    addVenue: (venue, stages, beside) =>
      save(async (tx) => {
        await insertVenue(tx, venue, stages);
        await saveBeside(tx, venue, beside);
      }),
    addConcert: (concert, beside) =>
      save(async (tx) => {
        await insertConcert(tx, concert);
        await saveBeside(tx, concert, beside);
      }),
    addPerformance: (performance, beside) =>
      save(async (tx) => {
        await tx.query(LOCK_CONCERT, [performance.concertId]);
        await insertPerformance(tx, performance);
        await tx.query(SET_FIRST_DATE, [performance.concertId]);
        await saveBeside(tx, performance, beside);
      }),
    changeConcert: (id, decide, beside) => save((tx) => changeConcert(tx, id, decide, beside)),
    changePerformance: (id, decide, beside) => save((tx) => changePerformance(tx, id, decide, beside)),
  };
}

async function saveBeside<T>(tx: Queryable, value: T, { events, write }: Beside<T>): Promise<void> {
  if (write) await saveAnswers(tx, [{ ...write.ref, ...write.answer(value) }]);
  await appendEvents(tx, events);
}

async function insertVenue(tx: Queryable, venue: Venue, stages: readonly NewStage[]): Promise<void> {
  const createdAt = new Date(venue.createdAt);
  await tx.query('insert into venue (id, owner_id, name, address, created_at) values ($1, $2, $3, $4, $5)', [
    venue.id,
    venue.ownerId,
    venue.name,
    venue.address,
    createdAt,
  ]);
  for (const { stage, plan } of stages) {
    await tx.query(
      `insert into stage (id, venue_id, name, plan, plan_hash, grades, capacity, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        stage.id,
        venue.id,
        stage.name,
        JSON.stringify(plan),
        stage.planHash,
        JSON.stringify(stage.grades),
        stage.capacity,
        createdAt,
      ],
    );
  }
}

async function insertConcert(tx: Queryable, concert: Concert): Promise<void> {
  await tx.query(
    `insert into concert (id, owner_id, title, artist, description, category, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      concert.id,
      concert.sellerId,
      concert.title,
      concert.artist,
      concert.description,
      concert.category,
      new Date(concert.createdAt),
      new Date(concert.updatedAt),
    ],
  );
}

async function insertPerformance(tx: Queryable, performance: Performance): Promise<void> {
  await tx.query(
    `insert into performance (id, concert_id, stage_id, currency, created_at, starts_at, opens_at,
       closes_at, prices, limit_per_person, hold_ttl_ms, room_enabled, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
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

/** The columns that a change may touch, in one order for insert and update. */
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
  ];
}

const LOCK_CONCERT = 'select 1 from concert where id = $1 for update';

// Asked after the lock, in a statement of its own: it sees what the one who held it before has committed.
const SET_FIRST_DATE = `update concert set first_starts_at = d.first from
  (select coalesce(min(starts_at), 'infinity') as first from performance where concert_id = $1) d
  where id = $1 and first_starts_at <> d.first`;

async function changeConcert<C extends string>(
  tx: Queryable,
  id: string,
  decide: (current: Concert) => Result<Concert, C>,
  beside: Beside<Concert>,
): Promise<Result<Concert, C> | undefined> {
  const [row] = await tx.query<ConcertRow>(
    `select ${CONCERT_COLUMNS} from concert c where c.id = $1 for update`,
    [id],
  );
  if (!row) return undefined;
  const decided = decide(toConcert(row));
  if (!decided.ok) return decided;
  const { title, artist, description, category, updatedAt } = decided.value;
  await tx.query(
    'update concert set title = $2, artist = $3, description = $4, category = $5, updated_at = $6 where id = $1',
    [id, title, artist, description, category, new Date(updatedAt)],
  );
  await saveBeside(tx, decided.value, beside);
  return decided;
}

async function changePerformance<C extends string>(
  tx: Queryable,
  id: string,
  decide: (current: Performance) => Result<Performance, C>,
  beside: Beside<Performance>,
): Promise<Result<Performance, C> | undefined> {
  await tx.query(
    'select 1 from concert where id = (select concert_id from performance where id = $1) for update',
    [id],
  );
  const [row] = await tx.query<PerformanceRow>(`${SELECT_PERFORMANCE} where p.id = $1 for update of p`, [id]);
  if (!row) return undefined;
  const decided = decide(toPerformance(row));
  if (!decided.ok) return decided;
  await tx.query(
    `update performance set starts_at = $2, opens_at = $3, closes_at = $4, prices = $5,
       limit_per_person = $6, hold_ttl_ms = $7, room_enabled = $8, updated_at = $9 where id = $1`,
    [id, ...changeable(decided.value)],
  );
  await tx.query(SET_FIRST_DATE, [decided.value.concertId]);
  await saveBeside(tx, decided.value, beside);
  return decided;
}
