import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cardInvariants } from '../../src/adapters/postgres/invariants/cards.ts';
import { Cards } from '../support/reservations/cards.ts';
import { PlantedBreaches } from '../support/reservations/planted-breaches.ts';
import { Shop } from '../support/reservations/shop.ts';

let shop: Shop;
let planted: PlantedBreaches;
let paid: string;
let refunded: string;
let requested: string;
let bought: string;
let returned: string;

before(async () => {
  shop = await Shop.open();
  const cards = new Cards(shop);
  const performanceId = await shop.performance();
  const buyer = await shop.buyer(0);
  ({ paymentId: paid } = await cards.pay(buyer, await shop.held(buyer, performanceId, [1])));
  const given = await shop.held(buyer, performanceId, [2]);
  ({ paymentId: refunded } = await cards.pay(buyer, given));
  await shop.cancel(buyer, given);
  await cards.untilIs(buyer, refunded, 'refunded');
  ({ paymentId: bought } = await cards.buyPoints(buyer, 700));
  ({ paymentId: returned } = await cards.buyPoints(buyer, 800, 'other-amount'));
  await cards.untilIs(buyer, returned, 'refunded');
  requested = await cards.requested(buyer, await shop.held(buyer, performanceId, [3]));
  planted = new PlantedBreaches(shop.testApp.database);
});
after(() => shop.close());

test('nothing is found where all is well', async () => {
  assert.deepEqual(await planted.by(), []);
});

test('a sold seat without a payment that has succeeded is found, and one with two', async () => {
  const name = 'sold_seats_are_paid_once';
  const unpaid = await planted.by(`delete from payment where id = '${paid}'`);
  assert.match(planted.detailOf(unpaid, name), /is sold with 0 payments/);
  const twice = await planted.by(
    'drop index payment_paid_once',
    `insert into payment select gen_random_uuid(), purpose, purpose_id, account_id, method, amount, status, created_at,
      updated_at, paid_at from payment where id = '${paid}'`,
  );
  assert.match(planted.detailOf(twice, name), /is sold with 2 payments/);
});

test('a charge without a ticket or a refund is found', async () => {
  const name = 'charges_end_in_a_ticket_or_a_refund';
  const lost = await planted.by(
    `update payment set status = 'failed', paid_at = null, updated_at = now() - interval '2 minutes' where id = '${paid}'`,
  );
  assert.match(planted.detailOf(lost, name), /is failed; 1000 were charged and 0 refunded/);
  const kept = await planted.by(
    `update simulated_charge set refunded_amount = 0 where payment_id = '${refunded}'`,
  );
  assert.match(planted.detailOf(kept, name), /is refunded; 1000 were charged and 0 refunded/);
  const twice = await planted.by(
    `update simulated_charge set charged_amount = 2 * charged_amount where payment_id = '${paid}'`,
  );
  assert.match(planted.detailOf(twice, name), /is succeeded; 2000 were charged/);
  const unknown = await planted.by(`delete from payment where id = '${refunded}'`);
  assert.match(planted.detailOf(unknown, name), /is missing/);
});

test('a charge for points without a credit or a refund is found, and one that was credited twice', async () => {
  const name = 'points_by_card_are_credited_once';
  const entry = `from point_entry where reference = '${bought}'`;
  const lost = await planted.by(`delete ${entry}`);
  assert.match(planted.detailOf(lost, name), /is succeeded, and 0 entries credit 0 for 700/);
  const less = await planted.by(
    `update point_entry set amount = sign(amount) * 699 where reference = '${bought}'`,
  );
  assert.match(planted.detailOf(less, name), /1 entries credit 699 for 700/);
  const twice = await planted.by(
    'drop index point_entry_paid_once',
    `insert into point_entry select gen_random_uuid(), gen_random_uuid(), account_id, kind, amount, balance_after, reference,
      reason, created_at ${entry}`,
  );
  assert.match(planted.detailOf(twice, name), /2 entries credit 1400 for 700/);
  const stranger = await planted.by(
    `update point_entry set account_id = gen_random_uuid() where reference = '${bought}' and balance_after is not null`,
  );
  assert.match(planted.detailOf(stranger, name), /1 entries credit 700 for 700/);
  const unpaid = await planted.by(
    `update point_entry set reference = gen_random_uuid() where reference = '${bought}'`,
  );
  assert.match(planted.detailOf(unpaid, name), /is missing, and 1 entries credit 700/);
  const kept = await planted.by(
    `update simulated_charge set refunded_amount = 0 where payment_id = '${returned}'`,
  );
  planted.detailOf(kept, 'charges_end_in_a_ticket_or_a_refund');
  const both = await planted.by(
    `update point_entry set reference = '${returned}' where reference = '${bought}'`,
  );
  assert.match(planted.detailOf(both, name), /is refunded, and 1 entries credit 700 for 800/);
});

test('a way that no payment may go is found, and a state that no step led to', async () => {
  const name = 'payments_go_allowed_ways';
  const back = await planted.by(
    `update payment_step set at = at + interval '1 hour' where payment_id = '${paid}' and status = 'requested'`,
  );
  assert.match(planted.detailOf(back, name), /went from succeeded to requested/);
  const untold = await planted.by(`delete from payment_step where payment_id = '${requested}'`);
  assert.match(planted.detailOf(untold, name), /is requested, its last step is missing/);
});

test('a payment that nobody asks for any more is found, which a constraint forbids, and a second open one', async () => {
  const name = 'open_payments_are_followed_up';
  const left = await planted.by(
    'alter table payment drop constraint payment_check1',
    `update payment set follow_up_at = null where id = '${requested}'`,
  );
  assert.match(planted.detailOf(left, name), /is requested and nobody asks for it/);
  const two = await planted.by(
    'drop index payment_open_once',
    `insert into payment (id, purpose, purpose_id, account_id, method, amount, status, created_at, updated_at, follow_up_at)
      select gen_random_uuid(), purpose, purpose_id, account_id, method, amount, status, created_at, updated_at, now()
      from payment where id = '${requested}'`,
  );
  assert.match(planted.detailOf(two, name), /has 2 open payments/);
});

test('points that moved for a payment by card are found', async () => {
  const breaches = await planted.by(
    `insert into point_entry select gen_random_uuid(), gen_random_uuid(), account_id, 'payment', -amount, 0, id, null, now()
      from payment where id = '${paid}'`,
  );
  assert.match(planted.detailOf(breaches, 'points_move_once_for_a_payment'), /has 1 entries that take/);
  planted.detailOf(breaches, 'payments_have_a_ticket_or_a_refund');
});

test('every invariant of cards was seen to break', () => {
  assert.deepEqual(planted.unseen(cardInvariants), []);
});
