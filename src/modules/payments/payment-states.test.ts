import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decideSettlement,
  type Hold,
  holdAt,
  type PaymentStatus,
  type ProviderAnswer,
  paymentTransitions,
} from './payment-states.ts';

const charged = (amount = 500, currency = 'KRW') => ({ kind: 'charged', amount, currency }) as const;

function settle(status: PaymentStatus, hold: Hold, answer: ProviderAnswer, reason: string | null = null) {
  const step = decideSettlement({ status, amount: 500, reason }, hold, answer);
  return step && `${step.to}: ${step.reason}`;
}

test('a charge of the amount on a living hold pays, also where nobody knew of it yet', () => {
  assert.equal(settle('requested', 'payable', charged()), 'succeeded: paid');
  assert.equal(settle('unknown', 'payable', charged()), 'succeeded: paid');
});

test('a charge that can pay for nothing goes back, and says why', () => {
  assert.equal(settle('unknown', 'lapsed', charged()), 'refunding: hold_expired');
  assert.equal(settle('unknown', 'ended', charged()), 'refunding: reservation_ended');
  assert.equal(settle('unknown', 'paid', charged()), 'refunding: paid_already');
  assert.equal(settle('failed', 'payable', charged(), 'superseded'), 'refunding: superseded');
});

test('a charge of another amount, or in another currency, goes back', () => {
  assert.equal(settle('unknown', 'payable', charged(499)), 'refunding: amount_mismatch');
  assert.equal(settle('unknown', 'payable', charged(501)), 'refunding: amount_mismatch');
  assert.equal(settle('unknown', 'payable', charged(500, 'USD')), 'refunding: amount_mismatch');
});

test('a charge that is told of again changes nothing', () => {
  for (const status of ['succeeded', 'refunding', 'refunded'] as const)
    assert.equal(settle(status, 'paid', charged()), undefined);
});

test('a refusal fails what is open, and nothing else', () => {
  const refused = { kind: 'refused', reason: 'card_declined' } as const;
  assert.equal(settle('requested', 'payable', refused), 'failed: card_declined');
  assert.equal(settle('unknown', 'lapsed', refused), 'failed: card_declined');
  for (const status of ['succeeded', 'failed', 'refunding', 'refunded'] as const)
    assert.equal(settle(status, 'payable', refused), undefined);
});

test('without a charge a request ends with its hold, and what is unknown is asked for again', () => {
  for (const kind of ['pending', 'authorized'] as const) {
    assert.equal(settle('requested', 'payable', { kind }), undefined);
    assert.equal(settle('requested', 'lapsed', { kind }), 'failed: hold_expired');
    assert.equal(settle('requested', 'ended', { kind }), 'failed: reservation_ended');
    assert.equal(settle('unknown', 'lapsed', { kind }), undefined);
  }
});

test('money that is back ends a refund, with the reason that it began with', () => {
  assert.equal(settle('refunding', 'ended', { kind: 'refunded' }, 'cancelled'), 'refunded: cancelled');
  assert.equal(settle('unknown', 'payable', { kind: 'refunded' }), 'failed: refunded_by_provider');
  assert.equal(settle('succeeded', 'paid', { kind: 'refunded' }), undefined);
});

test('a hold can be paid while it is alive and whole', () => {
  const hold = { status: 'held', expiresAt: 1_000, seatCount: 2, seatsStillHeld: 2 } as const;
  assert.equal(holdAt(hold, 999), 'payable');
  assert.equal(holdAt(hold, 1_000), 'lapsed');
  assert.equal(holdAt({ ...hold, seatsStillHeld: 1 }, 0), 'lapsed');
  assert.equal(holdAt({ ...hold, status: 'confirmed' }, 9_999), 'paid');
  assert.equal(holdAt({ ...hold, status: 'cancelling' }, 0), 'ended');
  assert.equal(holdAt(undefined, 0), 'ended');
});

const anyAnswer: fc.Arbitrary<ProviderAnswer> = fc.oneof(
  fc.record({
    kind: fc.constant('charged' as const),
    amount: fc.constantFrom(499, 500),
    currency: fc.constantFrom('KRW', 'USD'),
  }),
  fc.record({ kind: fc.constant('refused' as const), reason: fc.constant('declined') }),
  fc.constantFrom(
    { kind: 'authorized' as const },
    { kind: 'pending' as const },
    { kind: 'refunded' as const },
  ),
);

test('whatever a provider says, in whatever order: allowed ways only, each state once, sold at most once', () => {
  const holds = fc.constantFrom<Hold>('payable', 'lapsed', 'ended', 'paid');
  fc.assert(
    fc.property(fc.array(fc.tuple(anyAnswer, holds), { maxLength: 12 }), (answers) => {
      let payment: { status: PaymentStatus; amount: number; reason: string | null } = {
        status: 'requested',
        amount: 500,
        reason: null,
      };
      const seen: PaymentStatus[] = ['requested'];
      for (const [answer, hold] of answers) {
        const step = decideSettlement(payment, hold, answer);
        if (!step) continue;
        const targets = paymentTransitions
          .eventsFrom(payment.status)
          .map((event) => paymentTransitions.next(payment.status, event));
        assert.ok(targets.includes(step.to), `${payment.status} → ${step.to}`);
        if (step.to === 'succeeded') {
          assert.equal(hold, 'payable');
          // fast-check also makes records without a prototype.
          assert.deepEqual({ ...answer }, charged());
        }
        payment = { ...payment, status: step.to, reason: step.reason };
        seen.push(step.to);
      }
      assert.equal(new Set(seen).size, seen.length, seen.join(' → '));
    }),
  );
});

test('after the last word of a provider nothing stays open', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...paymentTransitions.states),
      fc.constantFrom<Hold>('payable', 'lapsed', 'ended', 'paid'),
      (status, hold) => {
        for (const answer of [charged(), { kind: 'refused', reason: 'no' }] as const) {
          const step = decideSettlement({ status, amount: 500, reason: null }, hold, answer);
          assert.ok(!['requested', 'unknown'].includes(step?.to ?? status));
        }
      },
    ),
  );
});
