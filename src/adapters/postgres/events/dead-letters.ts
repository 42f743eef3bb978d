import {
  type DeadLetters,
  deadLetterEvents,
  type Letter,
  type LetterGroup,
  type LetterInPlace,
  type NewDiscard,
  type NewRedrive,
  type Redrive,
  type Selection,
} from '../../../modules/dead-letters/index.ts';
import { newEvent } from '../../../platform/events/event.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';
import { appendEvents, type CommitNotice } from './outbox.ts';

type Times<K extends string> = Record<K, Date | null>;
type GroupRow = Omit<LetterGroup, 'firstFailedAt' | 'lastFailedAt'> & Times<'firstFailedAt' | 'lastFailedAt'>;
type LetterTimes = 'firstFailedAt' | 'lastFailedAt' | 'endedAt';
type LetterRow = Omit<LetterInPlace, LetterTimes | 'parkedAt'> &
  Times<LetterTimes> & { readonly parkedAt: Date };
export type RedriveRow = Omit<Redrive, 'createdAt' | 'endedAt'> &
  Times<'endedAt'> & { readonly createdAt: Date };

type StandingRow = RedriveRow & { readonly newFailures: number };

/**
 * Dead letters as people see them. Who takes some out, or has them redriven, locks the rows of their keys first, in the
 * order of keys, as consumers do that park more behind them (parked-events.ts).
 */
export function createDeadLetters(database: Database, hint: CommitNotice): DeadLetters {
  const committed = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    const result = await database.transaction(work, { patient: true });
    hint.committed();
    return result;
  };
  return {
    async groups() {
      const rows = await database.query<GroupRow>(GROUPS);
      return rows.map((row) => ({ ...row, ...msOf(row, 'firstFailedAt', 'lastFailedAt') }));
    },
    async list({ consumer, cause, state, before, limit }) {
      const rows = await database.query<LetterRow>(LIST, [consumer, cause, state, before, limit]);
      return rows.map(toLetter);
    },
    async find(id) {
      const [row] = await database.query<LetterRow>(FIND, [id]);
      return row && { ...row, ...toLetter(row) };
    },
    redrive: (request) => committed((tx) => beginRedrive(tx, request)),
    discard: (request) => committed((tx) => discardLocked(tx, request)),
    async findRedrive(id) {
      const [row] = await database.query<StandingRow>(FIND_REDRIVE, [id]);
      return row && { ...toRedrive(row), newFailures: row.newFailures };
    },
    async redrives({ before, limit }) {
      const rows = await database.query<StandingRow>(REDRIVES, [before ?? null, limit + 1]);
      return rows.map((row) => ({ ...toRedrive(row), newFailures: row.newFailures }));
    },
    async stop(id) {
      const rows = await database.query(STOP, [id]);
      return rows.length > 0;
    },
  };
}

async function beginRedrive(tx: Queryable, request: NewRedrive): ReturnType<DeadLetters['redrive']> {
  const { id, selection, isDryRun, by, trace, now, saveTo } = request;
  const { consumer, cause = null } = selection;
  const chosen = await chooseRedriven(tx, request);
  if (chosen.letters === 0) return { ok: false, code: 'dead_letters_gone' };
  await tx.query(ADD_REDRIVE, [
    id,
    consumer,
    cause,
    chosen.letterId,
    isDryRun,
    request.ratePerSecond,
    chosen.letters,
  ]);
  if (saveTo) await saveResults(tx, [resultRecord(saveTo, { id })]);
  const data = { redriveId: id, consumer, cause, letters: chosen.letters, by, isDryRun };
  const about = { occurredAt: now, trace };
  await appendEvents(tx, [newEvent(deadLetterEvents['dead-letters.redriven'], data, about)]);
  return { ok: true, value: { id } };
}

/** The keys of what is selected are the redrive's until it ends; of a dry run only the first letter is looked for. */
async function chooseRedriven(
  tx: Queryable,
  { id, selection, isDryRun }: Pick<NewRedrive, 'id' | 'selection' | 'isDryRun'>,
): Promise<{ readonly letters: number; readonly letterId: string | null }> {
  if (isDryRun) {
    const [row] = await tx.query<{ id: string }>(FIRST, parametersOf(selection));
    return { letters: row ? 1 : 0, letterId: row?.id ?? null };
  }
  const [row] = await tx.query<{ letters: number }>(CLAIM_KEYS, [...parametersOf(selection), id]);
  return { letters: row!.letters, letterId: null };
}

async function discardLocked(tx: Queryable, request: NewDiscard): ReturnType<DeadLetters['discard']> {
  const { id, selection, reason, by, trace, now, saveTo, redriveId, ratePerSecond } = request;
  const { consumer, cause = null } = selection;
  await tx.query(LOCK_KEYS, parametersOf(selection));
  const rows = await tx.query<{ partition_key: string }>(DISCARD, [...parametersOf(selection), reason]);
  if (rows.length === 0) return { ok: false, code: 'dead_letters_gone' };
  const keys = [...new Set(rows.map((row) => row.partition_key))];
  await tx.query(FREE_KEYS, [consumer, keys]);
  // What waited behind what is gone follows by itself; where another one of the key is parked, it goes on waiting.
  const [left] = await tx.query<{ letters: number }>(CLAIM_HEADLESS, [consumer, keys, redriveId]);
  const follows = left!.letters > 0;
  if (follows)
    await tx.query(ADD_REDRIVE, [redriveId, consumer, null, null, false, ratePerSecond, left!.letters]);
  const value = { discarded: rows.length, redriveId: follows ? redriveId : null };
  if (saveTo) await saveResults(tx, [resultRecord(saveTo, value)]);
  const data = { discardId: id, consumer, cause, letters: rows.length, by, reason };
  const about = { occurredAt: now, trace };
  await appendEvents(tx, [newEvent(deadLetterEvents['dead-letters.discarded'], data, about)]);
  return { ok: true, value };
}

function parametersOf({ consumer, cause, ids }: Selection): readonly unknown[] {
  return [consumer, cause ?? null, ids ?? null];
}

function msOf<K extends string>(row: Times<K>, ...names: readonly K[]): Record<K, number | null> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names are those of the record
  return Object.fromEntries(names.map((name) => [name, row[name]?.getTime() ?? null])) as Record<
    K,
    number | null
  >;
}

function toLetter(row: LetterRow): Letter {
  return {
    ...row,
    ...msOf(row, 'firstFailedAt', 'lastFailedAt', 'endedAt'),
    parkedAt: row.parkedAt.getTime(),
  };
}

export function toRedrive(row: RedriveRow): Redrive {
  return { ...row, ...msOf(row, 'endedAt'), createdAt: row.createdAt.getTime() };
}

const LIVE = `state in ('parked', 'waiting')`;

// The first of each key says what the key is parked for.
const GROUPS = {
  name: 'dead-letter-groups',
  text: `with heads as (
      select distinct on (consumer, partition_key) * from dead_letter where ${LIVE}
      order by consumer, partition_key, seq
    ), behind as (
      select consumer, partition_key, count(*) filter (where state = 'waiting') as waiting
      from dead_letter where ${LIVE} group by 1, 2
    )
    select h.consumer, h.cause, (array_agg(h.error order by h.last_failed_at desc, h.seq desc))[1] as error,
      count(*) filter (where h.state = 'parked') as parked, sum(b.waiting)::bigint as waiting,
      min(h.first_failed_at) as "firstFailedAt", max(h.last_failed_at) as "lastFailedAt",
      (array_agg(h.id order by h.last_failed_at desc, h.seq desc))[1] as "sampleId", min(k.redrive::text) as "redriveId"
    from heads h
    join behind b using (consumer, partition_key)
    left join dead_letter_key k using (consumer, partition_key)
    group by h.consumer, h.cause order by count(*) desc, h.consumer, h.cause`,
};

const LETTER = `d.seq, d.id, d.consumer, d.state, d.cause, d.error, d.attempts, d.event,
  d.first_failed_at as "firstFailedAt", d.last_failed_at as "lastFailedAt", d.parked_at as "parkedAt",
  d.ended_at as "endedAt", d.reason`;

const LIST = `select ${LETTER} from dead_letter d
  where ($1::text is null or d.consumer = $1) and ($2::text is null or d.cause = $2)
    and case when $3::text is null then d.${LIVE} else d.state = $3 end
    and d.seq < $4
  order by d.seq desc limit $5`;

const FIND = `select ${LETTER},
    (select count(*) from dead_letter a where a.consumer = d.consumer and a.partition_key = d.partition_key
      and a.${LIVE} and a.seq < d.seq) as "aheadOfIt",
    (select count(*) from dead_letter b where b.consumer = d.consumer and b.partition_key = d.partition_key
      and b.${LIVE} and b.seq > d.seq) as "behindIt",
    case when d.${LIVE} then k.redrive end as "redriveId"
  from dead_letter d left join dead_letter_key k using (consumer, partition_key)
  where d.id = $1`;

/** Those meant by a consumer, a cause and ids, of `dead_letter d`. */
const SELECTED = `d.consumer = $1 and d.${LIVE} and ($2::text is null or d.cause = $2)
  and ($3::uuid[] is null or d.id = any($3))`;

// Given ids, the first of them; else the oldest.
const FIRST = `select d.id from dead_letter d where ${SELECTED}
  order by array_position($3::uuid[], d.id), d.seq limit 1`;

const KEYS = `select k.partition_key from dead_letter_key k
  where k.consumer = $1 and k.redrive is null
    and k.partition_key in (select d.partition_key from dead_letter d where ${SELECTED})
  order by k.partition_key for update`;

const CLAIM_KEYS = `with keys as materialized (${KEYS}), claimed as (
    update dead_letter_key k set redrive = $4 from keys
    where k.consumer = $1 and k.partition_key = keys.partition_key
  )
  select count(*) as letters from dead_letter d join keys using (partition_key) where d.consumer = $1 and d.${LIVE}`;

const LOCK_KEYS = `select count(*) from (${KEYS}) k`;

// Not what a redrive is at: it would be done and discarded.
const DISCARD = `update dead_letter d set state = 'discarded', ended_at = now(), reason = $4
  from dead_letter_key k
  where ${SELECTED} and k.consumer = d.consumer and k.partition_key = d.partition_key and k.redrive is null
  returning d.partition_key`;

const FREE_KEYS = `delete from dead_letter_key k where k.consumer = $1 and k.partition_key = any($2::text[])
  and not exists (select from dead_letter d
    where d.consumer = k.consumer and d.partition_key = k.partition_key and d.${LIVE})`;

const CLAIM_HEADLESS = `with claimed as (
    update dead_letter_key k set redrive = $3
    where k.consumer = $1 and k.partition_key = any($2::text[]) and k.redrive is null
      and not exists (select from dead_letter d
        where d.consumer = k.consumer and d.partition_key = k.partition_key and d.state = 'parked')
    returning k.partition_key
  )
  select count(*) as letters from dead_letter d join claimed using (partition_key)
  where d.consumer = $1 and d.${LIVE}`;

const ADD_REDRIVE = `insert into dead_letter_redrive
  (id, consumer, cause, letter, is_dry_run, rate_per_second, state, total)
  values ($1, $2, $3, $4, $5, $6, 'queued', $7)`;

export const REDRIVE = `r.id, r.consumer, r.cause, r.state, r.is_dry_run as "isDryRun", r.letter as "letterId", r.outcome,
  r.rate_per_second as "ratePerSecond", r.total, r.done, r.failed_again as "failedAgain",
  r.stopped_because as "stoppedBecause", r.last_error as "lastError", r.created_at as "createdAt",
  r.ended_at as "endedAt"`;

// By the database's clock on both sides: when a letter was written, not when its consumer says that it failed.
const STANDING = `select ${REDRIVE},
    (select count(*) from dead_letter d where d.consumer = r.consumer and d.state = 'parked'
      and d.parked_at >= r.created_at and d.parked_at <= coalesce(r.ended_at, now())
      and d.failed_in is distinct from r.id) as "newFailures"
  from dead_letter_redrive r`;

const FIND_REDRIVE = `${STANDING} where r.id = $1`;

const REDRIVES = `${STANDING} where $1::uuid is null or r.id < $1 order by r.id desc limit $2`;

const STOP = `with stopped as (
    update dead_letter_redrive set state = 'stopped', stopped_because = 'requested', ended_at = now()
    where id = $1 and state in ('queued', 'running') returning id
  ), freed as (update dead_letter_key set redrive = null where redrive = $1)
  select id from stopped`;
