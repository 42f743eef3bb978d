import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { moneyInvariants } from '../../src/adapters/postgres/invariants/money.ts';
import { createCardPayments } from '../../src/adapters/postgres/payments/card-payments.ts';
import { createCheckout } from '../../src/adapters/postgres/payments/checkout.ts';
import { createPaymentReader } from '../../src/adapters/postgres/payments/payment-reader.ts';
import { createPointPurchases } from '../../src/adapters/postgres/payments/point-purchases.ts';
import { refundReservations } from '../../src/adapters/postgres/payments/refunds.ts';
import { createRefusedRefunds } from '../../src/adapters/postgres/payments/refused-refunds.ts';
import { createPointLedger } from '../../src/adapters/postgres/points/point-ledger.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createPayments } from '../../src/modules/payments/index.ts';
import { createPoints } from '../../src/modules/points/index.ts';
import { ticketCode } from '../../src/modules/tickets/index.ts';
import { type OpenDatabase, openDatabase } from '../support/open-database.ts';

const ids = createIds(systemClock, systemRandom);
const hint = { committed: () => undefined };
const LIMITS = { amountMin: 1, amountMax: 1_000_000, monthMax: 2_000_000 };

let database: Database;
let close: OpenDatabase['close'];

before(async () => {
  ({ database, close } = await openDatabase());
});

after(() => close());

function createModule(spent: object[] = [], ledger = createPointLedger(database, hint)) {
  const parts = { clock: systemClock, ids, random: systemRandom };
  const payments = createPayments({
    ...parts,
    checkout: createCheckout(database, hint, parts),
    cards: createCardPayments(database, hint, parts),
    reader: createPaymentReader(database),
    refusedRefunds: createRefusedRefunds(database, createParkedEvents(database)),
    provider: undefined,
    returnOrigins: [],
    confirmMsMin: 0,
    calls: { timeoutMs: 1_000 },
    onError: (error) => assert.fail(String(error)),
    spendPass: (who) => Promise.resolve(void spent.push(who)),
    onSpendFailed: (error) => assert.fail(String(error)),
  });
  return {
    payments,
    points: createPoints({
      ...parts,
      ledger,
      limits: LIMITS,
      membersCharge: true,
      cardCheckout: payments.cardCheckout,
      purchases: createPointPurchases(database, hint),
      payableMs: 60_000,
      accountExists: () => Promise.resolve(true),
    }),
  };
}

type Held = { readonly reservationId: string; readonly accountId: string; readonly performanceId: string };

async function hold(
  change: { accountId?: string; amount?: number; ttlMs?: number; seatNos?: number[] } = {},
): Promise<Held> {
  const { accountId = ids.next(), amount = 100, ttlMs = 60_000, seatNos = [1, 2] } = change;
  const held = { reservationId: ids.next(), accountId, performanceId: ids.next() };
  const expiresAt = new Date(Date.now() + ttlMs);
  await database.query(
    `insert into reservation (id, performance_id, account_id, seat_nos, epoch, amount, status, created_at, expires_at, updated_at)
     values ($1, $2, $3, $4, 1, $5, 0, now(), $6, now())`,
    [held.reservationId, held.performanceId, accountId, seatNos, amount, expiresAt],
  );
  await database.query(
    `insert into seat_hold (performance_id, seat_no, epoch, status, reservation_id, expires_at)
     select $1, unnest($2::int[]), 1, 1, $3, $4`,
    [held.performanceId, seatNos, held.reservationId, expiresAt],
  );
  return held;
}

async function brokenMoney(): Promise<string[]> {
  const results = await Promise.all(
    moneyInvariants.map(async ({ name, run }) => ({ name, ...(await run(database)) })),
  );
  return results.filter((result) => !result.ok).map(({ name, detail }) => `${name}: ${detail}`);
}

async function balances(accountId: string): Promise<number> {
  return (await createPointLedger(database, hint).standing(accountId, 0)).balance;
}

test('a paid reservation is confirmed, its seats sold, its tickets issued, the pass spent', async () => {
  const spent: object[] = [];
  const { payments, points } = createModule(spent);
  const held = await hold();
  await points.charge({ accountId: held.accountId, amount: 150 });
  const outcome = await payments.payWithPoints(held);
  assert.ok(outcome.ok);
  assert.equal(outcome.value.payment.amount, 100);
  assert.deepEqual(spent, [{ accountId: held.accountId, performanceId: held.performanceId }]);
  const [row] = await database.query(
    `select r.status, (select count(*)::int from seat_hold c where c.reservation_id = r.id and c.status = 2) as sold,
       (select count(*)::int from ticket t where t.reservation_id = r.id and t.status = 'valid') as tickets,
       (select count(*)::int from event e where e.key = r.id and e.type = 'payment.succeeded') as events
     from reservation r where id = $1`,
    [held.reservationId],
  );
  assert.deepEqual(row, { status: 1, sold: 2, tickets: 2, events: 1 });
  assert.equal(await balances(held.accountId), 50);
  assert.deepEqual(await brokenMoney(), []);
});

test('twenty clicks at once pay once and all get the same payment', async () => {
  const { payments, points } = createModule();
  const held = await hold();
  await points.charge({ accountId: held.accountId, amount: 1_000 });
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => payments.payWithPoints(held)));
  const paymentIds = new Set(outcomes.map((outcome) => outcome.ok && outcome.value.payment.id));
  assert.equal(paymentIds.size, 1);
  assert.equal(outcomes.filter((outcome) => outcome.ok && !outcome.value.repeated).length, 1);
  assert.equal(await balances(held.accountId), 900);
});

test('two processes that pay one reservation at once take the points once', async () => {
  const held = await hold();
  await createModule().points.charge({ accountId: held.accountId, amount: 1_000 });
  const outcomes = await Promise.all(
    [createModule(), createModule()].map(({ payments }) => payments.payWithPoints(held)),
  );
  assert.equal(outcomes.filter((outcome) => outcome.ok).length, 2);
  assert.equal(await balances(held.accountId), 900);
  assert.deepEqual(await brokenMoney(), []);
});

test('a hold that lapsed, a foreign one, an unknown one and an unaffordable one are refused and change nothing', async () => {
  const { payments, points } = createModule();
  const [lapsed, poor] = [await hold({ ttlMs: -1 }), await hold()];
  await points.charge({ accountId: lapsed.accountId, amount: 1_000 });
  const codes = await Promise.all(
    [lapsed, { ...lapsed, accountId: poor.accountId }, { ...poor, reservationId: ids.next() }, poor].map(
      async (command) => {
        const outcome = await payments.payWithPoints(command);
        return outcome.ok ? 'paid' : outcome.code;
      },
    ),
  );
  assert.deepEqual(codes, [
    'hold_expired',
    'reservation_not_found',
    'reservation_not_found',
    'points_insufficient',
  ]);
  assert.equal(await balances(lapsed.accountId), 1_000);
  assert.deepEqual(await brokenMoney(), []);
});

test('a seat that another took over after the hold lapsed cannot be paid, whatever the clock says', async () => {
  const { payments, points } = createModule();
  const held = await hold();
  await points.charge({ accountId: held.accountId, amount: 1_000 });
  await database.query(
    'update seat_hold set reservation_id = $2, epoch = 2 where performance_id = $1 and seat_no = 2',
    [held.performanceId, ids.next()],
  );
  const outcome = await payments.payWithPoints(held);
  assert.equal(!outcome.ok && outcome.code, 'hold_expired');
});

test('a refund gives the points back once, voids the tickets and may be asked for twice', async () => {
  const { payments, points } = createModule();
  const held = await hold();
  await points.charge({ accountId: held.accountId, amount: 100 });
  await payments.payWithPoints(held);
  const refund = () =>
    database.transaction(async (tx) => {
      const refunds = [
        { reservationId: held.reservationId, transferId: ids.next(), now: new Date(), reason: 'cancelled' },
      ];
      const amounts = await refundReservations(tx, refunds);
      await tx.query('update reservation set status = 3 where id = $1', [held.reservationId]);
      return amounts.get(held.reservationId)?.amount;
    });
  assert.equal(await refund(), 100);
  assert.equal(await refund(), undefined);
  assert.equal(await balances(held.accountId), 100);
  assert.deepEqual(await brokenMoney(), []);
});

test('charges at once stay within the limit of the month', async () => {
  const { points } = createModule();
  const accountId = ids.next();
  const results = await Promise.all(
    Array.from({ length: 10 }, () => points.charge({ accountId, amount: 300_000 })),
  );
  assert.equal(results.filter((result) => result.ok).length, 6);
  assert.equal(await balances(accountId), 1_800_000);
});

test('charges of many people take few transactions, and those of one person wait outside of the pool', async () => {
  const ledger = createPointLedger(database, hint);
  const batches: string[][] = [];
  let [underWay, underWayMax] = [0, 0];
  const { points } = createModule([], {
    ...ledger,
    async charge(batch) {
      batches.push(batch.map(({ accountId }) => accountId));
      underWayMax = Math.max(underWayMax, ++underWay);
      const outcomes = await ledger.charge(batch);
      underWay -= 1;
      return outcomes;
    },
  });
  const busy = ids.next();
  const others = Array.from({ length: 60 }, () => ids.next());
  const asked = [...others.slice(0, 30), ...Array.from({ length: 40 }, () => busy), ...others.slice(30)];
  const results = await Promise.all(asked.map((accountId) => points.charge({ accountId, amount: 10 })));
  assert.ok(results.every((result) => result.ok));
  assert.equal(await balances(busy), 400);
  for (const accountId of others) assert.equal(await balances(accountId), 10);
  assert.ok(underWayMax <= 2, `${underWayMax} transactions at once`);
  for (const batch of batches) assert.equal(new Set(batch).size, batch.length);
  const withOthers = batches.filter((batch) => batch.some((accountId) => accountId !== busy));
  assert.ok(withOthers.length <= 5, `${withOthers.length} transactions for the others`);
});

test('points are conserved under random charges, payments and refunds at once', async () => {
  const { payments, points } = createModule();
  const step = fc.record({
    who: fc.nat(3),
    amount: fc.integer({ min: 0, max: 500 }),
    kind: fc.constantFrom('charge', 'pay'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const people = Array.from({ length: 4 }, () => ids.next());
      await Promise.all(
        steps.map(async ({ who, amount, kind }) => {
          const accountId = people[who] ?? '';
          if (kind === 'charge') await points.charge({ accountId, amount: amount + 1 });
          else await payments.payWithPoints(await hold({ accountId, amount }));
        }),
      );
      // Holds of this run stand on seats of their own performances, so only money can break.
      assert.deepEqual(await brokenMoney(), []);
    }),
    { numRuns: 10 },
  );
});

test('ticket codes come from the random source that was passed in', () => {
  assert.notEqual(ticketCode(systemRandom), ticketCode(systemRandom));
});
