import { OverloadedFault } from '../../../kernel/faults.ts';
import { partitionOf } from '../../../platform/events/partitions.ts';
import type { ParkedEvent, ParkedEvents } from '../../../platform/events/ports.ts';
import type { Queryable } from '../database.ts';

/** Dead letters that one consumer may have; above it the consumer waits at the event that it cannot take. */
const PARKED_MAX = 100_000;
/** A consumer that waits looks again at its own pace. */
const RETRY_AFTER_MS = 30_000;

/** The consumers' side of dead letters, in `dead_letter` and `dead_letter_key`; a transaction is a `Queryable`. */
export function createParkedEvents(database: Queryable, parkedMax = PARKED_MAX): ParkedEvents {
  return {
    async keys(consumer) {
      const rows = await database.query<{ partition_key: string }>(
        'select partition_key from dead_letter_key where consumer = $1',
        [consumer],
      );
      return rows.map((row) => row.partition_key);
    },
    async lockKeys({ consumer, keys }, transaction) {
      const rows = await (transaction as Queryable).query<{ partition_key: string }>(LOCK_KEYS, [
        consumer,
        keys,
      ]);
      return new Set(rows.map((row) => row.partition_key));
    },
    async park({ consumer, types, events }, transaction) {
      const tx = transaction as Queryable;
      const [row] = await tx.query<{ count: number }>(COUNT, [consumer, parkedMax]);
      if (row!.count + events.length > parkedMax) {
        const message = `${consumer} has ${row!.count} dead letters, and may have ${parkedMax}: redrive or discard some`;
        throw new OverloadedFault(message, { retryAfterMs: RETRY_AFTER_MS });
      }
      const keys = [...new Set(events.map(({ event }) => event.partitionKey))].toSorted();
      await tx.query(ADD_KEYS, [consumer, keys, types]);
      await tx.query(PARK, [consumer, JSON.stringify(events.map(toRow))]);
    },
    async attempt(transaction, work) {
      const tx = transaction as Queryable;
      await tx.query('savepoint dead_letter');
      try {
        await work(tx);
        await tx.query('release savepoint dead_letter');
      } catch (error) {
        await tx.query('rollback to savepoint dead_letter');
        throw error;
      }
    },
  };
}

function toRow({ event, failure }: ParkedEvent): object {
  const { position } = event;
  return {
    partition_key: event.partitionKey,
    state: failure ? 'parked' : 'waiting',
    ...(position === undefined ? {} : { position, partition: partitionOf(event.partitionKey) }),
    event_id: event.id,
    event,
    cause: failure?.cause,
    error: failure?.error,
    attempts: failure?.attempts ?? 0,
    first_failed_at: failure && new Date(failure.firstFailedAt),
    last_failed_at: failure && new Date(failure.lastFailedAt),
  };
}

// In the order of keys, as redrives lock them.
const LOCK_KEYS = {
  name: 'dead-letter-lock-keys',
  text: `select partition_key from dead_letter_key where consumer = $1 and partition_key = any($2::text[])
    order by partition_key for update`,
};

const COUNT = {
  name: 'dead-letter-count',
  text: `select count(*) as count from (
    select from dead_letter where consumer = $1 and state in ('parked', 'waiting') limit $2) l`,
};

const ADD_KEYS = {
  name: 'dead-letter-add-keys',
  text: `insert into dead_letter_key (consumer, partition_key, types)
    select $1, key, $3::text[] from unnest($2::text[]) as k (key) order by key
    on conflict do nothing`,
};

// What is no event of the log may fail again while it is parked.
const PARK = {
  name: 'dead-letter-park',
  text: `insert into dead_letter as d (consumer, partition_key, state, partition, position, event_id, event, cause, error,
      attempts, first_failed_at, last_failed_at)
    select $1, partition_key, state, partition, position, event_id, event, cause, error,
      attempts, first_failed_at, last_failed_at
    from rows from (json_to_recordset($2::json) as (partition_key text, state text, partition smallint, position bigint,
      event_id text, event json, cause text, error text, attempts integer, first_failed_at timestamptz,
      last_failed_at timestamptz))
      with ordinality as e (partition_key, state, partition, position, event_id, event, cause, error, attempts,
        first_failed_at, last_failed_at, n)
    order by n
    on conflict (consumer, event_id) where state in ('parked', 'waiting') do update
      set cause = excluded.cause, error = excluded.error, attempts = d.attempts + excluded.attempts,
        last_failed_at = excluded.last_failed_at
      where excluded.position is null`,
};
