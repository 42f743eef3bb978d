import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';
import { type Person } from '../support/waiting-room/test-app.ts';

let shop: Shop;

before(async () => {
  shop = await Shop.open();
});
after(() => shop.close());

/** The pass of somebody who waited for it. */
async function passOf(person: Person, performanceId: string): Promise<string> {
  await shop.testApp.join(person, performanceId);
  return (await shop.testApp.admitted(person, performanceId))['pass'];
}

it('a booking through the room needs a pass of this person and room, and spends it when paid', async () => {
  const performanceId = await shop.performance({ roomEnabled: true });
  const other = await shop.performance({ roomEnabled: true });
  const [buyer, friend] = [await shop.buyer(), await shop.buyer()];
  const code = async (headers: Record<string, string>, person = buyer, room = performanceId) =>
    (await shop.reserve(person, room, [1], headers)).body['code'];
  assert.equal(await code({}), 'pass_required');
  const pass = { 'room-pass': await passOf(buyer, performanceId) };
  assert.equal(await code(pass, friend), 'pass_invalid');
  assert.equal(await code(pass, buyer, other), 'pass_invalid');
  const held = await shop.reserve(buyer, performanceId, [1], pass);
  assert.equal(held.status, 201);
  const again = await shop.reserve(buyer, performanceId, [2], pass);
  assert.equal(again.status, 201, 'a pass is good for several holds until the booking ends');
  assert.equal((await shop.pay(buyer, held.body['id'])).status, 201);
  assert.equal((await shop.reserve(buyer, performanceId, [3], pass)).body['code'], 'pass_spent');
  assert.equal((await shop.pay(buyer, again.body['id'])).status, 201, 'what is held can still be paid');
});

it('a booking that ends gives its place in the room to the next in line', async () => {
  const performanceId = await shop.performance({ roomEnabled: true });
  await shop.testApp.change(performanceId, { concurrency: 1 });
  const [first, second] = [await shop.buyer(), await shop.buyer()];
  const pass = await passOf(first, performanceId);
  await shop.testApp.join(second, performanceId);
  assert.equal((await shop.testApp.poll(second, performanceId)).body['status'], 'waiting');
  const held = await shop.reserve(first, performanceId, [1], { 'room-pass': pass });
  assert.equal((await shop.testApp.poll(second, performanceId)).body['status'], 'waiting');
  await shop.pay(first, held.body['id']);
  await until(
    () => shop.testApp.poll(second, performanceId),
    ({ body }) => body['status'] === 'admitted',
  );
});

it('a pass that was spent stays so over a restart', async () => {
  const performanceId = await shop.performance({ roomEnabled: true });
  const buyer = await shop.buyer();
  const pass = { 'room-pass': await passOf(buyer, performanceId) };
  const held = await shop.reserve(buyer, performanceId, [1], pass);
  await shop.pay(buyer, held.body['id']);
  await shop.testApp.restart();
  assert.equal((await shop.reserve(buyer, performanceId, [2], pass)).body['code'], 'pass_spent');
});
