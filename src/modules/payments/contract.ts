import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents } from '../../platform/events/event.ts';
import { closed, Id, MoneySchema, Time } from '../../platform/http/schemas.ts';

export const paymentProblems = defineProblems({
  reservation_not_payable: {
    kind: 'conflict',
    title: 'The reservation cannot be paid',
    remedy: 'It was cancelled; make a new reservation.',
  },
  hold_expired: {
    kind: 'conflict',
    title: 'The hold has lapsed',
    remedy: 'Nothing was taken; reserve the seats again.',
  },
  points_insufficient: {
    kind: 'conflict',
    title: 'Not enough points',
    remedy:
      'Charge the `missing` amount or more with POST /v1/points/charges, then pay again with a new Idempotency-Key.',
  },
});

const PaymentMethod = Type.Literal('points', { title: 'PaymentMethod' });

export const PaymentBody = closed({ method: PaymentMethod }, { title: 'NewPayment' });

export const PaymentView = Type.Object(
  {
    id: Id,
    reservationId: Id,
    status: Type.Enum(['pending', 'succeeded', 'failed', 'refunded'], { title: 'PaymentStatus' }),
    method: PaymentMethod,
    amount: MoneySchema,
    createdAt: Time,
  },
  { title: 'Payment' },
);
export type PaymentView = Static<typeof PaymentView>;

/** Events that this module saves; those of a performance stay in order with its reservations'. */
export const paymentEvents = defineEvents(
  { subject: 'reservationId', partitionKey: 'performanceId' },
  {
    'payment.succeeded': Type.Object({
      reservationId: Id,
      performanceId: Id,
      accountId: Id,
      seatNos: Type.Array(Type.Integer()),
      epoch: Type.Integer(),
      paymentId: Id,
      amount: Type.Integer(),
      method: Type.Literal('points'),
    }),
  },
);
