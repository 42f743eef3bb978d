import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../../src/adapters/postgres/database.ts';

/** What a payment may be at the end that was said to be this. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  succeeded: ['succeeded', 'refunded'],
  failed: ['failed', 'refunded'],
  refunding: ['refunded'],
};

/** How it all ended; money in won. */
export type SagaEnd = {
  readonly confirmed: number;
  readonly cancelled: number;
  readonly expired: number;
  readonly declined: number;
  readonly refunded: number;
  /** By the provider's own book, less what it gave back. */
  readonly taken: number;
  /** For what is paid by card. */
  readonly sold_by_card: number;
  readonly charged_twice: number;
  readonly seats_sold: number;
  readonly tickets: number;
  readonly seats_held: number;
};

/** Whatever has not ended, of a performance, in words. */
export const OPEN_SAGAS = `select 'reservation ' || id || ' has status ' || status as open from reservation
    where performance_id = $1 and status in (0, 2)
  union all
  select 'payment ' || id || ' is ' || status from payment where status in ('requested', 'unknown', 'refunding')
  union all
  select 'payment ' || id || ' is still asked for' from payment where follow_up_at is not null
  union all
  select 'the provider still charges ' || payment_id from simulated_charge where status = 'charging'
  union all
  select 'the provider still tells of ' || payment_id from simulated_callback where sent_at is null`;

export const END = `select
  (select count(*)::integer from reservation where performance_id = $1 and status = 1) as confirmed,
  (select count(*)::integer from reservation where performance_id = $1 and status = 3) as cancelled,
  (select count(*)::integer from reservation where performance_id = $1 and status = 4) as expired,
  (select count(*)::integer from payment where method = 'card' and status = 'failed') as declined,
  (select count(*)::integer from payment where method = 'card' and status = 'refunded') as refunded,
  (select sum(charged_amount - refunded_amount)::bigint from simulated_charge) as taken,
  (select sum(amount)::bigint from payment where method = 'card' and status = 'succeeded') as sold_by_card,
  (select count(*)::integer from simulated_charge where charged_amount > amount) as charged_twice,
  (select count(*)::integer from seat_hold where performance_id = $1 and status = 2) as seats_sold,
  (select count(*)::integer from ticket where performance_id = $1 and status = 'valid') as tickets,
  (select count(*)::integer from seat_hold where performance_id = $1 and status = 1) as seats_held`;

/** @param told what was answered of payments, by their id */
export async function assertPromisesKept(
  database: Database,
  told: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = await database.query<{ id: string; status: string }>(
    'select id, status from payment where id = any ($1::uuid[])',
    [[...told.keys()]],
  );
  const statusOf = new Map(rows.map(({ id, status }) => [id, status]));
  for (const [id, said] of told) {
    const status = statusOf.get(id) ?? 'missing';
    assert.ok(KEPT[said]?.includes(status) ?? true, `payment ${id} was said to be ${said} and is ${status}`);
  }
}

/** How many events are on record. */
export async function recorded(database: Database): Promise<number> {
  const [row] = await database.query<{ events: number }>(
    'select coalesce(sum(size), 0)::integer as events from event',
  );
  return row!.events;
}

/** How many events lie in the files of an export. @throws AssertionError where one lies there twice */
export async function exportedTo(folder: string): Promise<number> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  // Half a line is being written.
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1));
  const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
  assert.equal(new Set(ids).size, ids.length, 'an event lies in the files twice');
  return ids.length;
}
