import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Queryable } from '../../src/adapters/postgres/database.ts';
import { moneyInvariants } from '../../src/adapters/postgres/invariants/money.ts';
import { createSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import { runBusySale, settleHalf } from '../support/reservations/busy-sale.ts';
import { PlantedBreaches } from '../support/reservations/planted-breaches.ts';
import { ReservationTestApp, wonBy } from '../support/reservations/test-app.ts';

let testApp: ReservationTestApp;
let planted: PlantedBreaches;

before(async () => {
  testApp = await ReservationTestApp.open();
  await runBusySale(testApp);
  await settleHalf(testApp);
  planted = new PlantedBreaches(testApp.database);
});
after(() => testApp.close());

const ONE_PAID = `(select id from payment where status = 'succeeded' and amount > 0 order by id limit 1)`;
const ONE_REFUNDED = `(select id from payment where status = 'refunded' and amount > 0 order by id limit 1)`;
const SOMEBODY = '(select account_id from point_balance where balance > 0 order by 1 limit 1)';

test('points from nowhere are found: in an entry without its other side, and in a balance', async () => {
  const entry = await planted.by(
    `update point_entry set amount = amount + 1 where kind = 'charge' and account_id = ${SOMEBODY}`,
  );
  assert.match(planted.detailOf(entry, 'points_conserved'), /transfer \S+ sums to 1/);
  const balance = await planted.by(
    `update point_balance set balance = balance + 7 where account_id = ${SOMEBODY}`,
  );
  assert.match(planted.detailOf(balance, 'balances_match_entries'), /has \d+, its entries sum to \d+/);
  const lost = await planted.by(`delete from point_balance where account_id = ${SOMEBODY}`);
  assert.match(planted.detailOf(lost, 'balances_match_entries'), /has entries and no balance/);
});

test('a negative balance is found, which the constraint forbids', async () => {
  const breaches = await planted.by(
    'alter table point_balance drop constraint point_balance_balance_check',
    `update point_balance set balance = -5 where account_id = ${SOMEBODY}`,
  );
  assert.match(planted.detailOf(breaches, 'balances_not_negative'), /account \S+ has -5/);
});

test('a purse that was overdrawn in between is found, also when it is full again', async () => {
  const breaches = await planted.by(
    `update point_entry set balance_after = -1 where kind = 'charge' and account_id = ${SOMEBODY}`,
  );
  assert.match(planted.detailOf(breaches, 'balances_not_negative'), /entry \S+ left -1/);
});

test('a confirmed reservation without a payment, with two, or with one of another amount is found', async () => {
  const name = 'confirmed_reservations_are_paid_once';
  const unpaid = await planted.by(`delete from payment where id = ${ONE_PAID}`);
  assert.match(planted.detailOf(unpaid, name), /has 0 payments of 0/);
  const twice = await planted.by(
    'drop index payment_paid_once',
    `insert into payment select gen_random_uuid(), purpose, purpose_id, account_id, method, amount, status, created_at, updated_at, paid_at
      from payment where id = ${ONE_PAID}`,
  );
  assert.match(planted.detailOf(twice, name), /has 2 payments of/);
  const cheaper = await planted.by(`update payment set amount = amount - 1 where id = ${ONE_PAID}`);
  planted.detailOf(cheaper, name);
});

test('a charge without a ticket or a refund is found', async () => {
  const name = 'payments_have_a_ticket_or_a_refund';
  const kept = await planted.by(`update payment set status = 'succeeded' where id = ${ONE_REFUNDED}`);
  assert.match(planted.detailOf(kept, name), /is succeeded, its reservation has status 3/);
  const both = await planted.by(`update payment set status = 'refunded' where id = ${ONE_PAID}`);
  assert.match(planted.detailOf(both, name), /is refunded, its reservation has status 1/);
  const moved = await planted.by(`update point_entry set amount = amount * 2 where reference = ${ONE_PAID}`);
  assert.match(planted.detailOf(moved, name), /moved \d+ instead of \d+/);
});

test('points that were taken twice for a payment are found, also if they were given back', async () => {
  const again = (kind: string, sign: string) =>
    `insert into point_entry select gen_random_uuid(), transfer_id, account_id, '${kind}', ${sign} abs(amount),
      balance_after, reference, reason, created_at from point_entry
      where reference = ${ONE_PAID} and kind = 'payment' and balance_after is not null`;
  const breaches = await planted.by(again('payment', '-'), again('refund', ''));
  assert.match(
    planted.detailOf(breaches, 'points_move_once_for_a_payment'),
    /has 2 entries that take and \d that give, and is succeeded/,
  );
  const nothing = await planted.by(`update point_entry set reference = null where reference = ${ONE_PAID}`);
  assert.match(planted.detailOf(nothing, 'points_move_once_for_a_payment'), /payment none .+ does not exist/);
});

test('a confirmed seat without a ticket, and a ticket of a cancelled reservation, are found', async () => {
  const name = 'tickets_match_reservations';
  const missing = await planted.by(
    `delete from ticket where id = (select id from ticket where status = 'valid' limit 1)`,
  );
  assert.match(planted.detailOf(missing, name), /is confirmed without a ticket/);
  const alive = await planted.by(
    'drop index ticket_seat_once',
    `update ticket set status = 'valid' where id = (select id from ticket where status = 'void' limit 1)`,
  );
  assert.match(planted.detailOf(alive, name), /has a ticket without being confirmed/);
});

test('two tickets for one seat, which the index forbids, and one in a wrong name are found', async () => {
  const name = 'seats_have_one_ticket_that_admits';
  const two = await planted.by(
    'drop index ticket_seat_once',
    `insert into ticket (id, reservation_id, performance_id, account_id, seat_no, code, issued_at)
      select gen_random_uuid(), reservation_id, performance_id, account_id, seat_no, 'COPY', issued_at
      from ticket where status = 'valid' limit 1`,
  );
  assert.match(planted.detailOf(two, name), /has 2 tickets: \S+, \S+/);
  const wrong = await planted.by(
    `update ticket set account_id = gen_random_uuid() where id = (select id from ticket limit 1)`,
  );
  assert.match(planted.detailOf(wrong, name), /is not in the name of who paid/);
});

test('a ranking that missed a sale or counted one twice is found', async () => {
  const name = 'rankings_count_each_sale_once';
  const caughtUp = `with c as (
      insert into event_consumer (name, feed, position) select 'ranking', 'postgres', max(position) from event)
    insert into event_mark (consumer, partition, position)
      select 'ranking', generate_series(0, 11), max(position) from event`;
  const missed = await planted.by(caughtUp);
  assert.match(planted.detailOf(missed, name), /is ranked with 0 seats, its events up to there sold \d+/);
  const counted = `insert into sales_progress (performance_id, capacity, sold)
    select performance_id, 1000, count(*) from seat_hold where status = 2 group by performance_id`;
  assert.deepEqual(await planted.by(caughtUp, counted), []);
  const twice = await planted.by(caughtUp, counted, 'update sales_progress set sold = sold + 1');
  planted.detailOf(twice, name);
});

test('a cancelled performance of which something is sold, or its money kept, is found', async () => {
  const name = 'cancelled_performances_are_given_back';
  const over = `update performance set cancelled_at = now(), cancel_reason = 'ill', all_cancelled_at = now()`;
  const sold = await planted.by(over);
  assert.match(planted.detailOf(sold, name), /was cancelled, but reservation \S+ has status 1/);
  const kept = await planted.by(over, 'update reservation set status = 3 where status in (1, 2)');
  assert.match(planted.detailOf(kept, name), /was cancelled, but payment \S+ of \d+ is kept/);
});

/** What a payment asks, but for whether the performance was cancelled. */
const withoutGuard = (tx: Queryable): Queryable => ({
  query: (statement, values) => {
    const text = typeof statement === 'string' ? statement : statement.text;
    return tx.query(text.replace('p.cancelled_at is not null', 'false'), values);
  },
});

test('a hold of a cancelled performance cannot be paid; that it was, as it can be without the guard, is found', async () => {
  const performanceId = testApp.ids.next();
  await testApp.addPerformance(performanceId, 4);
  const { reservationId, accountId, ...more } = testApp.request([1], { performanceId });
  wonBy(await testApp.openHolds(createSeatHolds).hold({ reservationId, accountId, ...more }));
  await testApp.database.query(
    `update performance set cancelled_at = now(), cancel_reason = 'ill', all_cancelled_at = now() where id = $1`,
    [performanceId],
  );
  const confirm = (tx: Queryable) =>
    testApp.confirm(reservationId, accountId, undefined, {
      ...testApp.database,
      transaction: (work) => work(tx),
    });
  const guarded = await planted.by(async (tx) => {
    assert.equal(await confirm(tx), 'reservation_not_payable');
  });
  assert.deepEqual(guarded, []);
  const unguarded = await planted.by(async (tx) => {
    assert.equal(await confirm(withoutGuard(tx)), undefined);
  });
  assert.match(
    planted.detailOf(unguarded, 'cancelled_performances_are_given_back'),
    /was cancelled, but reservation \S+ has status 1/,
  );
});

test('every invariant of money was seen to break', () => {
  assert.deepEqual(planted.unseen(moneyInvariants), []);
});
