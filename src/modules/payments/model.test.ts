import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decidePayment, type PaymentSituation, refuseConfirmation } from './model.ts';
import { holdAt, purchaseAt } from './payment-states.ts';

const NOW = 1_000_000;
const BUYER = 'buyer';

type Situation = PaymentSituation & { readonly balance: number };

function situation(
  change: Partial<PaymentSituation['reservation']> = {},
  rest: Partial<Situation> = {},
): Situation {
  const reservation = {
    accountId: BUYER,
    status: 'held',
    amount: 500,
    expiresAt: NOW + 1,
    seatCount: 2,
    ...change,
  } as const;
  return { reservation, seatsStillHeld: 2, balance: 500, ...rest };
}

const codeOf = (decision: ReturnType<typeof decidePayment>) =>
  'ok' in decision ? decision.code : decision.kind;

test('a whole, living hold of the buyer with enough points is paid', () => {
  assert.deepEqual(decidePayment(situation(), BUYER, NOW), { kind: 'pay' });
});

test('someone else’s reservation looks as if it did not exist', () => {
  assert.equal(codeOf(decidePayment(situation(), 'other', NOW)), 'reservation_not_found');
  assert.equal(codeOf(decidePayment(undefined, BUYER, NOW)), 'reservation_not_found');
});

test('a hold that lapses this very millisecond is not paid', () => {
  assert.equal(codeOf(decidePayment(situation({ expiresAt: NOW }), BUYER, NOW)), 'hold_expired');
});

test('a hold that lost a seat to another is not paid, even before its time', () => {
  assert.equal(codeOf(decidePayment(situation({}, { seatsStillHeld: 1 }), BUYER, NOW)), 'hold_expired');
});

test('a confirmed reservation was paid already, also after its hold would have lapsed', () => {
  assert.equal(
    codeOf(decidePayment(situation({ status: 'confirmed', expiresAt: 0 }), BUYER, NOW)),
    'paid-already',
  );
});

test('what was cancelled or is being cancelled is not paid', () => {
  for (const status of ['cancelling', 'cancelled'] as const) {
    assert.equal(codeOf(decidePayment(situation({ status }), BUYER, NOW)), 'reservation_not_payable');
  }
});

test('too few points are refused with what is missing', () => {
  const decision = decidePayment(situation({}, { balance: 499 }), BUYER, NOW);
  assert.deepEqual(decision, { ok: false, code: 'points_insufficient', extra: { missing: 1 } });
});

test('while a payment by card is unknown nothing is taken; one that was only asked for is in nobody’s way', () => {
  const open = (status: 'requested' | 'unknown') => situation({}, { open: { id: 'p', status } });
  assert.deepEqual(decidePayment(open('unknown'), BUYER, NOW), {
    ok: false,
    code: 'payment_in_progress',
    extra: { paymentId: 'p' },
  });
  assert.equal(codeOf(decidePayment(open('requested'), BUYER, NOW)), 'pay');
});

test('a provider is told to take the money for just this payment, while enough of the hold is left', () => {
  const payment = { id: 'p', purpose: { kind: 'reservation' }, amount: 500 } as const;
  const said = { accountId: BUYER, orderId: 'p', amount: 500 };
  const refused = (change: object, leftMs: number) => {
    const hold = { status: 'held', expiresAt: NOW + leftMs, seatCount: 1, seatsStillHeld: 1 } as const;
    const known = { payment, standing: holdAt(hold, NOW), payableUntil: hold.expiresAt };
    return refuseConfirmation(known, { ...said, ...change }, { now: NOW, leftMsMin: 15_000 })?.code;
  };
  assert.equal(refused({}, 15_000), undefined);
  assert.equal(refused({}, 14_999), 'hold_expired');
  assert.equal(refused({ amount: 499 }, 60_000), 'payment_mismatch');
  assert.equal(refused({ orderId: 'q' }, 60_000), 'payment_mismatch');
});

test('a charge of points is confirmed in its time, and what was confirmed in time has no end to it', () => {
  const payment = { id: 'p', purpose: { kind: 'points' }, amount: 500 } as const;
  const said = { accountId: BUYER, orderId: 'p', amount: 500 };
  const refused = (payableUntil: number) => {
    const standing = purchaseAt({ status: 'requested', payableUntil }, NOW);
    const times = { now: NOW, leftMsMin: 15_000 };
    return refuseConfirmation({ payment, standing, payableUntil }, said, times)?.code;
  };
  assert.equal(refused(NOW + 15_000), undefined);
  assert.equal(refused(NOW + 14_999), 'checkout_expired');
  assert.equal(refused(NOW - 1), 'checkout_expired');
  assert.equal(purchaseAt({ status: 'unknown', payableUntil: NOW - 1 }, NOW), 'payable');
});

test('no situation leads to a payment of more than the balance or of a lapsed hold', () => {
  fc.assert(
    fc.property(
      fc.record({ amount: fc.nat(), balance: fc.nat(), expiresAt: fc.nat(2 * NOW), held: fc.nat(3) }),
      ({ amount, balance, expiresAt, held }) => {
        const decision = decidePayment(
          situation({ amount, expiresAt }, { balance, seatsStillHeld: held }),
          BUYER,
          NOW,
        );
        const mayPay = amount <= balance && expiresAt > NOW && held === 2;
        assert.equal('kind' in decision && decision.kind === 'pay', mayPay);
      },
    ),
  );
});
