import { isAway, isRetryable } from '../../../kernel/faults.ts';
import type { Redrive, RedriveStep, RedriveWork, StepResult } from '../../../modules/dead-letters/index.ts';
import { causeOf, describeError } from '../../../platform/events/describe-error.ts';
import type { StoredEvent } from '../../../platform/events/event.ts';
import type { ParkedEvents } from '../../../platform/events/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { REDRIVE, type RedriveRow, toRedrive } from './dead-letters.ts';
import { type CommitNotice, hasAppended } from './outbox.ts';

type LetterRow = { seq: number; partition_key: string; event: StoredEvent };

/**
 * The work of redrives in PostgreSQL. Effect, the letters' leaving and the counts of the redrive are one transaction under
 * the locks of the redrive and of its keys: whatever dies, each letter takes effect once, and in the order of its key.
 */
export function createRedriveWork(
  database: Database,
  parked: Pick<ParkedEvents, 'attempt'>,
  hint: CommitNotice,
): RedriveWork {
  return {
    async claim({ holder, ttlMs }) {
      const [row] = await database.query<RedriveRow>(CLAIM, [holder, ttlMs]);
      return row && toRedrive(row);
    },
    async step(step) {
      let appended = false;
      const result = await database.transaction(
        async (tx) => {
          const done = await stepLocked(tx, parked, step);
          appended = hasAppended(tx);
          return done;
        },
        { patient: true },
      );
      if (appended) hint.committed();
      return result;
    },
    tryOut: (trial) => rolledBack(database, (tx) => tryLocked(tx, parked, trial)),
    async note(id, error) {
      await database.query('update dead_letter_redrive set last_error = $2 where id = $1', [id, error]);
    },
    async end({ id, holder, state, stoppedBecause, outcome, error }) {
      await database.query(END, [id, holder, state, stoppedBecause, outcome, error]);
    },
    async release(holder) {
      await database.query(
        'update dead_letter_redrive set holder = null, held_until = null where holder = $1',
        [holder],
      );
    },
    async forget(olderThanMs) {
      await database.query(FORGET_LETTERS, [olderThanMs]);
      await database.query(FORGET_REDRIVES, [olderThanMs]);
    },
  };
}

type Attempt = Pick<ParkedEvents, 'attempt'>;
type Failed = { readonly letter: LetterRow; readonly error: unknown };

async function stepLocked(
  tx: Queryable,
  parked: Attempt,
  step: RedriveStep,
): Promise<StepResult | undefined> {
  const { redrive, holder, ttlMs, limit } = step;
  const [held] = await tx.query(HOLD, [redrive.id, holder, ttlMs]);
  if (!held) return undefined;
  const keys = (await tx.query<{ partition_key: string }>(NEXT_KEYS, [redrive.id, limit])).map(
    (row) => row.partition_key,
  );
  const letters = await tx.query<LetterRow>(NEXT_LETTERS, [redrive.consumer, keys, limit]);
  const { done, failed } = await applyInOrder(tx, parked, step, letters);
  await tx.query(TAKE_OUT, [done.map(({ seq }) => seq)]);
  if (failed.length > 0) await tx.query(FAIL_AGAIN, failureParameters(redrive, failed));
  // A key that is cut by the limit goes on in the next step.
  await tx.query(FREE_KEYS, [redrive.consumer, keys]);
  const [standing] = await tx.query<{ done: number; failedAgain: number; isOver: boolean }>(COUNT, [
    redrive.id,
    done.length,
    failed.length,
    failed.length > 0 ? describeError(failed.at(-1)!.error) : null,
  ]);
  return { ...standing!, tried: done.length + failed.length, failed: failed.length };
}

async function applyInOrder(
  tx: Queryable,
  parked: Attempt,
  { apply, isLast }: Pick<RedriveStep, 'apply' | 'isLast'>,
  letters: readonly LetterRow[],
): Promise<{ readonly done: readonly LetterRow[]; readonly failed: readonly Failed[] }> {
  const done: LetterRow[] = [];
  const failed = new Map<string, Failed>();
  for (const letter of letters) {
    if (failed.has(letter.partition_key)) continue;
    try {
      await parked.attempt(tx, (part) => apply([letter.event], part));
      done.push(letter);
    } catch (error) {
      if (isAway(error) || (isRetryable(error) && !isLast)) throw error;
      failed.set(letter.partition_key, { letter, error });
    }
  }
  return { done, failed: [...failed.values()] };
}

function failureParameters({ id, consumer }: Pick<Redrive, 'id' | 'consumer'>, failed: readonly Failed[]) {
  return [
    id,
    consumer,
    failed.map(({ letter }) => letter.seq),
    failed.map(({ error }) => causeOf(error)),
    failed.map(({ error }) => describeError(error)),
    failed.map(({ letter }) => letter.partition_key),
  ];
}

async function tryLocked(
  tx: Queryable,
  parked: Attempt,
  { letterId, ...trial }: Parameters<RedriveWork['tryOut']>[0],
): ReturnType<RedriveWork['tryOut']> {
  const letters = await tx.query<LetterRow>(UP_TO, [letterId, TRIED_MAX + 1]);
  if (letters.length === 0) return { outcome: 'not_possible', error: 'it has left the store meanwhile' };
  if (letters.length > TRIED_MAX)
    return { outcome: 'not_possible', error: `more than ${TRIED_MAX} others of its key come before it` };
  const { failed } = await applyInOrder(tx, parked, trial, letters);
  return failed.length === 0
    ? { outcome: 'would_succeed', error: null }
    : { outcome: 'would_fail', error: describeError(failed[0]!.error) };
}

/** A dry run is a transaction that holds locks like others. */
const TRIED_MAX = 100;

/** Thrown to roll back, and caught here. */
class Undone extends Error {}

async function rolledBack<T>(database: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  try {
    await database.transaction(async (tx) => {
      result = { value: await work(tx) };
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  return result!.value;
}

const LIVE = `state in ('parked', 'waiting')`;

const CLAIM = `update dead_letter_redrive r set state = 'running', holder = $1,
    held_until = now() + $2 * interval '1 millisecond'
  where r.id = (select id from dead_letter_redrive
    where state in ('queued', 'running') and (held_until is null or held_until < now())
    order by created_at limit 1 for update skip locked)
  returning ${REDRIVE}`;

const HOLD = {
  name: 'redrive-hold',
  text: `update dead_letter_redrive set held_until = now() + $3 * interval '1 millisecond'
    where id = $1 and holder = $2 and state = 'running' returning id`,
};

const NEXT_KEYS = {
  name: 'redrive-next-keys',
  text: `select partition_key from dead_letter_key where redrive = $1 order by partition_key limit $2 for update`,
};

// Of each key no more than there is room for; in the order of their parking over all.
const NEXT_LETTERS = {
  name: 'redrive-next-letters',
  text: `select l.seq, l.partition_key, l.event from unnest($2::text[]) as k (key)
    cross join lateral (select seq, partition_key, event from dead_letter d
      where d.consumer = $1 and d.partition_key = k.key and d.${LIVE} order by d.seq limit $3) l
    order by l.seq limit $3`,
};

const TAKE_OUT = {
  name: 'redrive-take-out',
  text: `update dead_letter set state = 'redriven', ended_at = now() where seq = any($1::bigint[])`,
};

// Who waited and failed by itself now is parked as well.
const FAIL_AGAIN = {
  name: 'redrive-fail-again',
  text: `with failed as (
      update dead_letter d set state = 'parked', cause = f.cause, error = f.error, attempts = d.attempts + 1,
        first_failed_at = coalesce(d.first_failed_at, now()), last_failed_at = now(), failed_in = $1
      from unnest($3::bigint[], $4::text[], $5::text[]) as f (seq, cause, error) where d.seq = f.seq
    )
    update dead_letter_key set redrive = null where consumer = $2 and partition_key = any($6::text[])`,
};

const FREE_KEYS = {
  name: 'redrive-free-keys',
  text: `delete from dead_letter_key k where k.consumer = $1 and k.partition_key = any($2::text[])
    and not exists (select from dead_letter d
      where d.consumer = k.consumer and d.partition_key = k.partition_key and d.${LIVE})`,
};

// What came to wait meanwhile counts as well.
const COUNT = {
  name: 'redrive-count',
  text: `update dead_letter_redrive r set done = r.done + $2, failed_again = r.failed_again + $3,
      total = greatest(r.total, r.done + $2 + r.failed_again + $3), last_error = $4
    where r.id = $1
    returning r.done, r.failed_again as "failedAgain",
      not exists (select from dead_letter_key k where k.redrive = $1) as "isOver"`,
};

const UP_TO = `select d.seq, d.partition_key, d.event from dead_letter d
  join dead_letter t on t.consumer = d.consumer and t.partition_key = d.partition_key and d.seq <= t.seq
  where t.id = $1 and t.${LIVE} and d.${LIVE} order by d.seq limit $2`;

const END = `with ended as (
    update dead_letter_redrive set state = $3, stopped_because = $4, outcome = $5,
      last_error = coalesce($6, last_error), ended_at = now(), holder = null, held_until = null
    where id = $1 and holder = $2 and state = 'running' returning id
  )
  update dead_letter_key k set redrive = null from ended where k.redrive = ended.id`;

const FORGET_LETTERS = `delete from dead_letter where seq = any (array(
  select seq from dead_letter where state = 'redriven'
    and ended_at < now() - $1 * interval '1 millisecond' limit 10000))`;

const FORGET_REDRIVES = `delete from dead_letter_redrive where ended_at < now() - $1 * interval '1 millisecond'`;
