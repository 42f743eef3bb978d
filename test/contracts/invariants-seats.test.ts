import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seatInvariants } from '../../src/adapters/postgres/invariants/seats.ts';
import { runBusySale, settleHalf } from '../support/reservations/busy-sale.ts';
import { PlantedBreaches } from '../support/reservations/planted-breaches.ts';
import { ReservationTestApp } from '../support/reservations/test-app.ts';

let testApp: ReservationTestApp;
let planted: PlantedBreaches;

before(async () => {
  testApp = await ReservationTestApp.open();
  await runBusySale(testApp);
  await settleHalf(testApp);
  const calledOff = testApp.ids.next();
  await testApp.addPerformance(calledOff, 4);
  await testApp.database.query(
    `update performance set cancelled_at = now(), cancel_reason = 'ill', all_cancelled_at = now() where id = $1`,
    [calledOff],
  );
  planted = new PlantedBreaches(testApp.database);
});
after(() => testApp.close());

/** One reservation of this status that cost something, by a statement that changes it alone. */
const ONE = (status: number) =>
  `(select id from reservation where status = ${status} and amount > 0 and expires_at > now() order by id limit 1)`;

/** A second reservation for the seats of a living one, as if somebody had sold them twice. */
const SOLD_TWICE = `insert into reservation
  select gen_random_uuid(), performance_id, gen_random_uuid(), seat_nos, prices, epoch + 1, amount, 0,
    now(), now() + interval '1 minute', now() from reservation where id = ${ONE(1)}`;

test('a busy sale in which everything happened breaks nothing, and the checks looked at something', async () => {
  const statuses = await testApp.database.query<{ status: number }>(
    'select distinct status from reservation order by 1',
  );
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual(await testApp.breaches(), []);
  for (const { name, checked } of await planted.report()) {
    const isAboutOthers = /^(consumers|marks|rankings|stored_results)_/.test(name);
    assert.ok(checked > 0 || isAboutOthers, `${name} looked at nothing`);
  }
});

test('a seat with two living owners is found, and both are named', async () => {
  const breaches = await planted.by(SOLD_TWICE);
  const detail = planted.detailOf(breaches, 'seats_have_one_live_owner');
  assert.match(detail, /seat \d+ of performance \S+ has 2 live owners: \S+, \S+/);
  planted.detailOf(breaches, 'reservations_own_their_seats');
  planted.detailOf(breaches, 'held_and_sold_and_free_make_the_capacity');
});

test('two rows for one seat, which the primary key forbids, are found', async () => {
  const breaches = await planted.by(
    'alter table seat_hold drop constraint seat_hold_pkey',
    `insert into seat_hold select * from seat_hold where reservation_id = ${ONE(1)}`,
  );
  planted.detailOf(breaches, 'held_and_sold_and_free_make_the_capacity');
});

test('a held seat of a reservation that is gone, that ended, or that does not list it is found', async () => {
  const name = 'held_seats_have_their_reservation';
  const gone = await planted.by(`delete from reservation where id = ${ONE(0)}`);
  assert.match(planted.detailOf(gone, name), /is held by reservation \S+, which does not exist/);
  const ended = await planted.by(`update reservation set status = 4 where id = ${ONE(0)}`);
  assert.match(planted.detailOf(ended, name), /which has status 4/);
  const other = await planted.by(`update reservation set seat_nos = '{999}' where id = ${ONE(1)}`);
  assert.match(planted.detailOf(other, name), /is sold by reservation \S+, which does not list it/);
});

test('a seat that was freed under its buyer is found: it could never be sold again, or twice', async () => {
  const breaches = await planted.by(`update seat_hold set status = 0 where reservation_id = ${ONE(1)}`);
  assert.match(
    planted.detailOf(breaches, 'reservations_own_their_seats'),
    /of status 1 does not own its seat \d+/,
  );
});

test('a confirmed reservation whose seats are merely held is found', async () => {
  const breaches = await planted.by(`update seat_hold set status = 1 where reservation_id = ${ONE(1)}`);
  planted.detailOf(breaches, 'reservations_own_their_seats');
});

test('a seat that the plan does not have is found', async () => {
  const breaches = await planted.by(
    'update stage set capacity = 1',
    'update performance set updated_at = updated_at',
  );
  assert.match(planted.detailOf(breaches, 'held_and_sold_and_free_make_the_capacity'), /and it has 1$/);
});

test('a stale epoch is found: a seat given twice with one, and a hold that fell behind its reservation', async () => {
  const name = 'epochs_grow_with_every_owner';
  const twice = await planted.by(SOLD_TWICE.replace('epoch + 1', 'epoch'));
  assert.match(planted.detailOf(twice, name), /was given 2 times with epoch \d+/);
  const behind = await planted.by(`update seat_hold set epoch = 0 where reservation_id = ${ONE(1)}`);
  assert.match(planted.detailOf(behind, name), /has epoch \d+, its seat \d+ only 0/);
});

test('a hold that was paid after it had lapsed is found', async () => {
  const breaches = await planted.by(
    `update reservation set expires_at = created_at - interval '1 minute' where id = ${ONE(1)}`,
  );
  assert.match(planted.detailOf(breaches, 'no_lapsed_hold_was_confirmed'), /lapsed at .+ and was paid at/);
});

test('a person with more seats than the limit is found, unless the limit was lowered afterwards', async () => {
  const breaches = await planted.by('update performance set limit_per_person = 1');
  assert.match(planted.detailOf(breaches, 'limit_per_person_is_kept'), /has \d+ seats of performance/);
  const lowered = await planted.by('update performance set limit_per_person = 1, updated_at = now()');
  assert.deepEqual(lowered, []);
});

test('a reservation that costs something else than its seats is found', async () => {
  const breaches = await planted.by(`update reservation set prices[1] = prices[1] + 1 where id = ${ONE(0)}`);
  planted.detailOf(breaches, 'reservations_cost_what_their_seats_cost');
});

test('a change of a reservation without its event, and an event without its change, are found', async () => {
  const name = 'reservations_have_their_events';
  const told = [
    ['reservation.created', 0],
    ['payment.succeeded', 1],
    ['reservation.cancellation-requested', 2],
    ['reservation.cancelled', 3],
    ['reservation.expired', 4],
  ] as const;
  for (const [type, status] of told) {
    const breaches = await planted.by(
      `delete from event where position = (select max(position) from event_each e join reservation r on r.id = e.key
        where e.type = '${type}' and r.status = ${status})`,
    );
    assert.match(planted.detailOf(breaches, name), new RegExp(`has 0 events ${type}`));
  }
  const untrue = await planted.by(
    `insert into event (type, key, occurred_at, data)
      select 'reservation.expired', id, now(), '{}' from reservation where id = ${ONE(1)}`,
  );
  assert.match(planted.detailOf(untrue, name), /of status 1 has an event reservation.expired/);
});

test('every invariant of seats was seen to break', () => {
  assert.deepEqual(planted.unseen(seatInvariants), []);
});
