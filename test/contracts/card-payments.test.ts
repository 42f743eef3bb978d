import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { createCardPayments } from '../../src/adapters/postgres/payments/card-payments.ts';
import { createCheckout } from '../../src/adapters/postgres/payments/checkout.ts';
import { createPaymentReader } from '../../src/adapters/postgres/payments/payment-reader.ts';
import { createSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import { createSeededRandom } from '../../src/kernel/random.ts';
import type { ProviderAnswer } from '../../src/modules/payments/index.ts';
import { ReservationTestApp, wonBy } from '../support/reservations/test-app.ts';

const AMOUNT = 1_000;
const CHARGED = { kind: 'charged', amount: AMOUNT, currency: 'KRW' } as const;

let testApp: ReservationTestApp;

before(async () => {
  testApp = await ReservationTestApp.open();
});
afterEach(async () => {
  const breaches = await testApp.breaches();
  await testApp.reset();
  assert.deepEqual(breaches, []);
});
after(() => testApp.close());

const cards = () => createCardPayments(testApp.database, testApp.hint, testApp);
const checkout = () => createCheckout(testApp.database, testApp.hint, testApp);

type Held = { readonly reservationId: string; readonly accountId: string; readonly expiresAt: number };

async function hold(seatNos: readonly number[] = [1]): Promise<Held> {
  const request = testApp.request(seatNos, {
    amount: AMOUNT,
    prices: seatNos.map((_, index) => (index === 0 ? AMOUNT : 0)),
  });
  const { expiresAt } = wonBy(await testApp.openHolds(createSeatHolds).hold(request));
  return { reservationId: request.reservationId, accountId: request.accountId, expiresAt };
}

async function open({ reservationId, accountId }: Held): Promise<string> {
  const opened = await cards().open({
    purpose: { kind: 'reservation', id: reservationId },
    accountId,
    paymentId: testApp.ids.next(),
    provider: 'simulated',
    returnUrl: 'http://localhost/',
    now: testApp.clock.now(),
  });
  if (!opened.ok) throw new Error(opened.code);
  return opened.value.payment.id;
}

function begin(paymentId: string, { accountId }: Held, provider: string | undefined = 'simulated') {
  const now = testApp.clock.now();
  const asked = {
    paymentId,
    accountId,
    orderId: paymentId,
    amount: AMOUNT,
    providerKey: 'key',
    provider,
    now,
  };
  return cards().beginConfirmation({ ...asked, leftMsMin: 15_000, followUpAt: now + 5_000 });
}

const settle = (paymentId: string, answer: ProviderAnswer = CHARGED) =>
  cards().settle({ paymentId, answer, now: testApp.clock.now() });

async function payWithPoints({ reservationId, accountId }: Held): Promise<string> {
  const [outcome] = await checkout().pay([
    {
      purpose: { kind: 'reservation', id: reservationId },
      accountId,
      paymentId: testApp.ids.next(),
      transferId: testApp.ids.next(),
      now: testApp.clock.now(),
    },
  ]);
  return outcome?.ok ? outcome.value.payment.method : (outcome?.code ?? 'nothing');
}

async function stateOf(paymentId: string) {
  const found = await createPaymentReader(testApp.database).find(paymentId);
  return `${found?.status}: ${found?.reason}`;
}

test('twenty processes that hear of one charge at once sell the seats once', async () => {
  const held = await hold([1, 2]);
  const paymentId = await open(held);
  await begin(paymentId, held);
  const settled = await Promise.all(Array.from({ length: 20 }, () => settle(paymentId)));
  assert.equal(settled.filter((one) => one?.step).length, 1);
  const [counts] = await testApp.database.query(
    `select (select count(*)::int from ticket) as tickets,
      (select count(*)::int from event where type = 'payment.succeeded') as events`,
  );
  assert.deepEqual(counts, { tickets: 2, events: 1 });
});

test('of fifty requests at once one opens a payment, and all get it', async () => {
  const held = await hold();
  const ids = await Promise.all(Array.from({ length: 50 }, () => open(held)));
  assert.equal(new Set(ids).size, 1);
  const rows = await testApp.database.query('select from payment');
  assert.equal(rows.length, 1);
});

test('points and a charge of the card at once: one of them pays, nothing is left over', async () => {
  for (let round = 0; round < 10; round++) {
    const held = await hold([round]);
    await testApp.charge(held.accountId, AMOUNT);
    const paymentId = await open(held);
    const [method] = await Promise.all([payWithPoints(held), settle(paymentId)]);
    const expected = method === 'points' ? 'refunding: superseded' : 'succeeded: paid';
    // Where points came first the charge is told of to a payment that has failed.
    assert.equal(await stateOf(paymentId), expected);
  }
});

test('steps stand in the order that they were taken in, whatever the clocks of processes say', async () => {
  const held = await hold();
  await testApp.charge(held.accountId, AMOUNT);
  const superseded = await open(held);
  await late(() => payWithPoints(held));
  await settle(superseded);
  await settle(superseded, { kind: 'refunded' });
  assert.deepEqual(await statesOf(superseded), ['requested', 'failed', 'refunding', 'refunded']);
  const other = await hold([2]);
  const paid = await open(other);
  await late(() => begin(paid, other));
  await late(() => settle(paid));
  await testApp.cancel(other.reservationId);
  await settle(paid, { kind: 'refunded' });
  assert.deepEqual(await statesOf(paid), ['requested', 'unknown', 'succeeded', 'refunding', 'refunded']);

  async function late(step: () => Promise<unknown>) {
    testApp.clock.skip(1_000);
    await step();
    testApp.clock.skip(-1_000);
  }
  async function statesOf(paymentId: string) {
    const found = await createPaymentReader(testApp.database).find(paymentId);
    return found?.steps.map(({ to }) => to);
  }
});

test('a charge one moment before the hold lapses pays, one at that moment goes back', async () => {
  const [first, second] = [await hold([1]), await hold([2])];
  const [early, late] = [await open(first), await open(second)];
  testApp.clock.skip(first.expiresAt - testApp.clock.now() - 5_000);
  await settle(early);
  testApp.clock.skip(Math.max(0, second.expiresAt - testApp.clock.now()));
  await settle(late);
  assert.equal(await stateOf(early), 'succeeded: paid');
  assert.equal(await stateOf(late), 'refunding: hold_expired');
});

test('a seat that another took over is not sold to a late charge, whatever its status says', async () => {
  const held = await hold([1]);
  const paymentId = await open(held);
  await begin(paymentId, held);
  testApp.clock.skip(held.expiresAt - testApp.clock.now());
  await hold([1]);
  await settle(paymentId);
  assert.equal(await stateOf(paymentId), 'refunding: hold_expired');
  const [seat] = await testApp.seats();
  assert.equal(seat?.status, 1);
  // The invariants go by the database's clock, which was not moved on.
  await testApp.expiry().expire({ since: undefined, limit: 10 });
});

test('with less of the hold left than the provider needs nothing begins', async () => {
  const held = await hold();
  const paymentId = await open(held);
  testApp.clock.skip(held.expiresAt - testApp.clock.now() - 14_000);
  const begun = await begin(paymentId, held);
  assert.equal(!begun.ok && begun.code, 'hold_expired');
  assert.equal(await stateOf(paymentId), 'requested: requested');
});

test('a payment that waits for a provider that is not there is not begun, and points can pay instead', async () => {
  const held = await hold();
  await testApp.charge(held.accountId, AMOUNT);
  const paymentId = await open(held);
  assert.deepEqual(await begin(paymentId, held, 'another'), { ok: false, code: 'card_unavailable' });
  assert.equal(await stateOf(paymentId), 'requested: requested');
  assert.equal(await payWithPoints(held), 'points');
});

test('payments that wait for other providers than the one that is configured can be told of', async () => {
  await open(await hold([1]));
  await open(await hold([2]));
  assert.deepEqual(await cards().waitingForOthers('toss'), [{ provider: 'simulated', payments: 2 }]);
  assert.deepEqual(await cards().waitingForOthers(undefined), [{ provider: 'simulated', payments: 2 }]);
  assert.deepEqual(await cards().waitingForOthers('simulated'), []);
});

test('a payment that is confirmed twice at once is told to the provider once', async () => {
  const held = await hold();
  const paymentId = await open(held);
  const begun = await Promise.all(Array.from({ length: 10 }, () => begin(paymentId, held)));
  assert.equal(begun.filter((one) => one.ok && one.value.begun).length, 1);
});

test('what is due is claimed by one process, and again when that one does not come back', async () => {
  const held = await hold();
  const paymentId = await open(held);
  await begin(paymentId, held);
  testApp.clock.skip(5_000);
  const now = testApp.clock.now();
  const claim = { now, followUpAt: now + 5_000, limit: 10 };
  const claims = await Promise.all(Array.from({ length: 5 }, () => cards().claimDue(claim)));
  assert.deepEqual(
    claims.flat().map(({ id }) => id),
    [paymentId],
  );
  const later = { now: now + 5_000, followUpAt: now + 10_000, limit: 10 };
  assert.equal((await cards().claimDue(later)).length, 1);
});

test('a callback makes a payment due, a second after the last question at the earliest', async () => {
  const held = await hold();
  const paymentId = await open(held);
  const note = (provider: string) => cards().noteCallback({ paymentId, provider, now: testApp.clock.now() });
  const claim = () => {
    const now = testApp.clock.now();
    return cards().claimDue({ now, followUpAt: now + 60_000, limit: 10 });
  };
  assert.equal(await note('toss'), false);
  assert.equal((await claim()).length, 0);
  assert.equal(await note('simulated'), true);
  assert.equal((await claim()).length, 1);
  assert.equal(await note('simulated'), true);
  assert.equal((await claim()).length, 0);
  testApp.clock.skip(1_000);
  assert.equal((await claim()).length, 1);
});

/** Asks for what is due, as the follow-up does, and lets `meanwhile` happen before the answer is written down. */
async function ask(paymentId: string, answer: ProviderAnswer, meanwhile: () => Promise<unknown>) {
  const now = testApp.clock.now();
  const [due] = await cards().claimDue({ now, followUpAt: now + 5_000, limit: 1 });
  assert.equal(due?.id, paymentId);
  await meanwhile();
  const settled = await settle(paymentId, answer);
  const later = { paymentId, followUpAt: now + 5_000, at: now + 60_000, isAnswered: true };
  if (!settled?.step) await cards().postpone(later);
}

test('a callback between an answer and its writing is not lost: the payment that failed is asked for again', async () => {
  const paymentId = await open(await hold());
  const callbackAfter = (ms: number) => () => {
    testApp.clock.skip(ms);
    return cards().noteCallback({ paymentId, provider: 'simulated', now: testApp.clock.now() });
  };
  testApp.clock.skip(60_000);
  await ask(paymentId, { kind: 'pending' }, callbackAfter(0));
  assert.equal(await stateOf(paymentId), 'failed: hold_expired');
  testApp.clock.skip(1_000);
  // So late that the claim has ended.
  await ask(paymentId, { kind: 'pending' }, callbackAfter(5_000));
  await ask(paymentId, CHARGED, () => Promise.resolve());
  assert.equal(await stateOf(paymentId), 'refunding: hold_expired');
});

test('whatever happens at once to many payments, money and seats agree', async () => {
  const random = createSeededRandom(11);
  const work: Promise<unknown>[] = [];
  for (let seat = 0; seat < 30; seat++) {
    const held = await hold([seat]);
    await testApp.charge(held.accountId, AMOUNT);
    const paymentId = await open(held);
    const steps = [
      () => settle(paymentId),
      () => settle(paymentId, { ...CHARGED, amount: 1 }),
      () => settle(paymentId, { kind: 'refused', reason: 'card_declined' }),
      () => settle(paymentId, { kind: 'pending' }),
      () => payWithPoints(held),
      () => testApp.cancel(held.reservationId),
      () => begin(paymentId, held),
      () => cards().noteCallback({ paymentId, provider: 'simulated', now: testApp.clock.now() }),
    ];
    for (let step = 0; step < 4; step++) work.push(steps[random.below(steps.length)]!());
  }
  await Promise.all(work);
  const undecided = await testApp.database.query<{ id: string }>(
    `select id from payment where status in ('requested', 'unknown')`,
  );
  for (const { id } of undecided) await settle(id);
  const refunding = await testApp.database.query<{ id: string }>(
    `select id from payment where status = 'refunding'`,
  );
  assert.ok(refunding.length > 0);
  for (const { id } of refunding) await settle(id, { kind: 'refunded' });
  const left = await testApp.database.query(
    `select from payment where status in ('requested', 'unknown', 'refunding')`,
  );
  assert.equal(left.length, 0);
});
