import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { partitionOf } from '../../src/platform/events/partitions.ts';
import { type OpenDatabase, openDatabase } from '../support/open-database.ts';

let database: Database;
let close: OpenDatabase['close'];

before(async () => {
  ({ database, close } = await openDatabase());
});
after(() => close());
afterEach(async () => {
  await database.query(
    `truncate account, event, event_consumer, event_mark, idempotency_record, reservation, payment, point_entry,
      point_balance, room_entry, room_absence, room_setting, room cascade`,
  );
});

async function breaches(): Promise<string[]> {
  const { invariants } = await runCheck(database);
  return invariants.filter(({ ok }) => !ok).map(({ name }) => name);
}

async function detailOf(name: string): Promise<string> {
  const { invariants } = await runCheck(database);
  return invariants.find((one) => one.name === name)?.detail ?? '';
}

async function reserve(status: number): Promise<string> {
  const id = randomUUID();
  await database.query(
    `insert into reservation (id, performance_id, account_id, seat_nos, epoch, amount, status, created_at, expires_at, updated_at)
      values ($1, $2, $2, '{}', 1, 100, $3, now(), now() - interval '1 second', now())`,
    [id, randomUUID(), status],
  );
  return id;
}

async function tell(key: string, type: string, data: object = { reservationId: key }): Promise<number> {
  const [row] = await database.query<{ position: number }>(
    'insert into event (type, key, occurred_at, data) values ($1, $2, now(), $3) returning position',
    [type, key, data],
  );
  return row!.position;
}

/** A durable consumer as it stands after its first step. */
async function begin(name: string, position: number, mark = 0): Promise<void> {
  await database.query(
    `with c as (insert into event_consumer (name, feed, position) values ($1, 'postgres', $2))
      insert into event_mark (consumer, partition, position) select $1, generate_series(0, 11), $3`,
    [name, position, mark],
  );
}

test('an empty database breaks nothing, and every invariant is named once', async () => {
  const { invariants } = await runCheck(database);
  assert.deepEqual(
    invariants.filter(({ ok }) => !ok),
    [],
  );
  const names = invariants.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const one of invariants)
    assert.deepEqual(Object.keys(one).toSorted(), ['checked', 'detail', 'name', 'ok']);
});

test('a story told in order breaks nothing', async () => {
  const id = await reserve(4);
  await tell(id, 'reservation.created');
  await tell(id, 'reservation.expired');
  const { invariants } = await runCheck(database);
  assert.deepEqual(await breaches(), []);
  assert.equal(invariants.find(({ name }) => name === 'events_stand_in_order_per_key')?.checked, 2);
});

test('an event of a reservation that does not exist, or that names another one, is found', async () => {
  const id = randomUUID();
  await tell(id, 'reservation.created');
  assert.ok((await breaches()).includes('events_tell_of_what_exists'));
  assert.match(await detailOf('events_tell_of_what_exists'), new RegExp(id));
  await database.query('truncate event');
  await tell(await reserve(0), 'reservation.created', { reservationId: id });
  assert.deepEqual(await breaches(), ['events_tell_of_what_exists']);
});

test('a story that does not begin with its creation is found', async () => {
  const id = await reserve(4);
  await tell(id, 'reservation.expired');
  await tell(id, 'reservation.created');
  assert.deepEqual(await breaches(), ['events_stand_in_order_per_key']);
});

test('a story that goes on after its end is found', async () => {
  const id = await reserve(3);
  await tell(id, 'reservation.created');
  await tell(id, 'reservation.cancelled');
  await tell(id, 'reservation.cancellation-requested');
  assert.deepEqual(await breaches(), ['events_stand_in_order_per_key']);
});

test('a payment without its event, with two, and an event without its payment are found', async () => {
  const [id, payment] = [await reserve(1), randomUUID()];
  await tell(id, 'reservation.created');
  await database.query(
    `insert into payment (id, purpose, purpose_id, account_id, method, amount, status, created_at, updated_at, paid_at)
      values ($1, 'reservation', $2, $3, 'points', 100, 'succeeded', now() - interval '1 minute', now(), now())`,
    [payment, id, randomUUID()],
  );
  const data = { reservationId: id, paymentId: payment };
  assert.ok((await breaches()).includes('payments_have_their_events'));
  await tell(id, 'payment.succeeded', data);
  assert.ok(!(await breaches()).includes('payments_have_their_events'));
  await tell(id, 'payment.succeeded', data);
  assert.ok((await breaches()).includes('payments_have_their_events'));
  await database.query('delete from payment');
  assert.match(await detailOf('payments_have_their_events'), /does not exist/);
});

test('a charge that no event tells of is found, and an event of a charge that was not', async () => {
  const [account, system, transfer] = [randomUUID(), randomUUID(), randomUUID()];
  await database.query('insert into point_balance (account_id, balance) values ($1, 50)', [account]);
  await database.query(
    `insert into point_entry (id, transfer_id, account_id, kind, amount, balance_after, created_at) values
      ($1, $3, $4, 'charge', 50, 50, now()), ($2, $3, $5, 'charge', -50, null, now())`,
    [randomUUID(), randomUUID(), transfer, account, system],
  );
  assert.deepEqual(await breaches(), ['charges_have_their_events']);
  await tell(account, 'points.charged', { accountId: account, amount: 50 });
  assert.deepEqual(await breaches(), []);
  await tell(randomUUID(), 'points.charged', { amount: 50 });
  assert.deepEqual(await breaches(), ['charges_have_their_events']);
});

test('a consumer ahead of the log is found; one at a rolled back end is not', async () => {
  const position = await tell(randomUUID(), 'thing.happened');
  await assert.rejects(
    database.transaction(async (tx) => {
      await tx.query(`insert into event (type, key, occurred_at, data) values ('x', $1, now(), '{}')`, [
        randomUUID(),
      ]);
      throw new Error('rolled back');
    }),
  );
  await begin('a', position + 1);
  assert.deepEqual(await breaches(), []);
  await database.query('update event_consumer set position = position + 1');
  assert.deepEqual(await breaches(), ['consumers_are_not_ahead_of_the_log']);
  // What another feed counts are no positions.
  await database.query(`update event_consumer set feed = 'another'`);
  assert.deepEqual(await breaches(), []);
});

test('a mark behind the end of the log, or ahead of its consumer, is found', async () => {
  const position = await tell(randomUUID(), 'thing.happened');
  await begin('a', position, position);
  assert.deepEqual(await breaches(), []);
  const mark = (to: number) =>
    database.query('update event_mark set position = $1 where partition = 7', [to]);
  await database.query('update event_consumer set position = $1', [position - 1]);
  assert.deepEqual(await breaches(), ['marks_are_not_ahead_of_their_consumer']);
  await database.query(`update event_consumer set feed = 'another'`);
  assert.deepEqual(await breaches(), [], 'what came by another feed may be ahead of the cursor of this one');
  for (const outside of [position + 1, -1]) {
    await mark(outside);
    assert.deepEqual(await breaches(), ['marks_lie_within_the_log']);
  }
  assert.match(await detailOf('marks_lie_within_the_log'), /mark 7 of a stands at -1/);
});

test('a consumer without a mark for each partition, and marks of none, are found', async () => {
  const position = await tell(randomUUID(), 'thing.happened');
  await begin('a', position);
  await begin('b', position);
  assert.deepEqual(await breaches(), []);
  const name = 'consumers_have_a_mark_for_each_partition';
  await database.query(`delete from event_mark where consumer = 'a' and partition = 3`);
  assert.deepEqual(await breaches(), [name]);
  assert.match(await detailOf(name), /consumer a has marks of 11 partitions/);
  await database.query(`delete from event_mark where consumer = 'a'`);
  assert.match(await detailOf(name), /consumer a has marks of 0 partitions/);
  await database.query(`delete from event_consumer where name in ('a', 'b')`);
  assert.match(await detailOf(name), /consumer b is not known, and has marks of 12 partitions/);
});

test('a log whose sequence was set back is found', async () => {
  for (let count = 0; count < 5; count++) await tell(randomUUID(), 'thing.happened');
  await database.query(`select setval('event_position_seq', 2)`);
  assert.deepEqual(await breaches(), ['positions_lie_within_the_log']);
  await database.query(`select setval('event_position_seq', (select max(position) from event))`);
});

test('a result of nobody, and one that is none, are found', async () => {
  const save = (scope: string, result: string) =>
    database.query(
      `insert into idempotency_record (scope, key, fingerprint, result, created_at) values ($1, $2, '', $3, now())`,
      [scope, randomUUID(), result],
    );
  await save('00000000-0000-0000-0000-000000000000', '{"ok":true,"value":{}}');
  await save('00000000-0000-0000-0000-000000000000', '{"ok":false,"code":"seat_taken"}');
  assert.deepEqual(await breaches(), []);
  await save(randomUUID(), '{"ok":true}');
  assert.deepEqual(await breaches(), ['stored_results_belong_to_someone']);
  await database.query('delete from idempotency_record');
  await save('00000000-0000-0000-0000-000000000000', '{"ok":false,"code":"rate_limited"}');
  assert.deepEqual(await breaches(), ['stored_results_belong_to_someone']);
  await database.query('delete from idempotency_record');
  await save('00000000-0000-0000-0000-000000000000', '<html>');
  assert.deepEqual(await breaches(), ['stored_results_belong_to_someone']);
});

test('what is wrong in the line of any room is found and names the room', async () => {
  const [good, bad] = [randomUUID(), randomUUID()];
  const join = (room: string, number: number) =>
    database.query(
      'insert into room_entry (performance_id, number, account_id, joined_at) values ($1, $2, $3, now())',
      [room, number, randomUUID()],
    );
  for (const number of [1, 2, 3]) await join(good, number);
  assert.deepEqual(await breaches(), []);
  for (const number of [1, 3]) await join(bad, number);
  assert.deepEqual(await breaches(), ['line_numbers_without_gap_or_duplicate']);
  assert.match(await detailOf('line_numbers_without_gap_or_duplicate'), new RegExp(bad));
});

test('an absence that was recorded excuses the admission of those behind, and without it they jumped the line', async () => {
  const room = randomUUID();
  const start = Date.now() - 60_000;
  await database.query(
    `insert into room_entry (performance_id, number, account_id, joined_at, status, admitted_at, pass_expires_at)
      values ($1, 1, gen_random_uuid(), $2, 0, null, null), ($1, 2, gen_random_uuid(), $2, 1, $3, $4)`,
    [room, new Date(start), new Date(start + 5_000), new Date(start + 600_000)],
  );
  assert.ok((await breaches()).includes('line_admission_in_order'));
  await database.query(
    'insert into room_absence (performance_id, number, passed_over_at, returned_at) values ($1, 1, $2, $3)',
    [room, new Date(start + 4_000), new Date(start + 6_000)],
  );
  assert.ok(!(await breaches()).includes('line_admission_in_order'));
});

test('a check that cannot run counts as a breach, and the others still run', async () => {
  await database.query('alter table idempotency_record rename to mislaid');
  try {
    const unchecked = ['stored_results_belong_to_someone', 'queued_requests_told_the_truth'];
    assert.deepEqual(await breaches(), unchecked);
    for (const name of unchecked) assert.match(await detailOf(name), /could not be checked/);
  } finally {
    await database.query('alter table mislaid rename to idempotency_record');
  }
});

test('the check writes nothing, and sees one moment: what commits meanwhile does not show', async () => {
  const report = runCheck(database);
  const id = randomUUID();
  await tell(id, 'reservation.created');
  const { invariants } = await report;
  const found = invariants.filter(({ ok }) => !ok).map(({ name }) => name);
  assert.ok(found.length === 0 || found.includes('events_tell_of_what_exists'));
});

test('a cancellation that its consumer has passed without carrying it out is found', async () => {
  const id = await reserve(2);
  await tell(id, 'reservation.created');
  const position = await tell(id, 'reservation.cancellation-requested');
  await begin('reservations.cancellations', position);
  assert.deepEqual(await breaches(), []);
  const mark = (condition: string) =>
    database.query(`update event_mark set position = $2 where ${condition}`, [partitionOf(id), position]);
  await mark('partition <> $1');
  assert.deepEqual(await breaches(), [], 'partitions of others are further');
  await mark('partition = $1');
  assert.deepEqual(await breaches(), ['accepted_cancellations_are_carried_out']);
});
