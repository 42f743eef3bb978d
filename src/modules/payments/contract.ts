import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents } from '../../platform/events/event.ts';
import { closed, Id, MoneySchema, Time } from '../../platform/http/schemas.ts';
import { paymentTransitions } from './payment-states.ts';

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
  checkout_expired: {
    kind: 'conflict',
    title: 'The time to pay is over',
    remedy: 'Nothing was taken; charge again with a new Idempotency-Key.',
  },
  points_insufficient: {
    kind: 'conflict',
    title: 'Not enough points',
    remedy:
      'Charge the `missing` amount or more with POST /v1/points/charges, then pay again with a new Idempotency-Key.',
  },
  payment_in_progress: {
    kind: 'conflict',
    title: 'A payment for this is on its way',
    remedy: 'Ask GET /v1/payments/{paymentId} until it has ended; nothing more was taken.',
  },
  payment_not_found: {
    kind: 'not_found',
    title: 'There is no such payment',
    remedy: 'Take the id from the answer of POST /v1/reservations/{id}/payments or POST /v1/points/charges.',
  },
  payment_mismatch: {
    kind: 'unprocessable',
    title: 'That is not what is to be paid',
    remedy: 'Nothing was taken; send `orderId` and `amount` as the provider gave them back.',
  },
  card_unavailable: {
    kind: 'conflict',
    title: 'Cards are not taken here',
    remedy: 'Nothing was taken; pay with points.',
  },
  return_url_invalid: {
    kind: 'invalid',
    title: 'Nobody is sent there after paying',
    remedy: 'Let `returnUrl` be an address of this site, or of one that CORS_ORIGINS names.',
  },
  provider_unknown: {
    kind: 'not_found',
    title: 'There is no such payment provider',
    remedy: 'Callbacks are for the provider that is configured.',
  },
});

const PaymentMethod = Type.Enum(['points', 'card'], { title: 'PaymentMethod' });
const PaymentStatus = Type.Enum([...paymentTransitions.states], {
  title: 'PaymentStatus',
  description:
    '`requested`: the buyer has yet to pay. `unknown`: the provider was told to take the money and has not said whether it did; ask again. `refunding`: the money is on its way back.',
});
const Reason = Type.Union([Type.String(), Type.Null()], {
  description:
    'Why, in a word: superseded, hold_expired, not_paid_in_time, reservation_ended, paid_already, amount_mismatch, cancelled, card_declined, or what the provider says.',
});

export const ReturnUrl = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description:
    'Where a buyer comes back to from the provider: an address of this site, or of one of CORS_ORIGINS. Default: our own page of what is paid for.',
});

export const PaymentBody = closed(
  {
    method: PaymentMethod,
    returnUrl: Type.Optional(ReturnUrl),
  },
  { title: 'NewPayment' },
);

export const ConfirmationBody = closed(
  {
    paymentKey: Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' }),
    orderId: Id,
    amount: Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), MoneySchema], {
      description: 'In won, as the provider gave it back, or as money.',
    }),
  },
  { title: 'PaymentConfirmation', description: 'What the provider added to the address of return.' },
);

export const ByProvider = closed({
  provider: Type.String({ minLength: 1, maxLength: 32, description: 'As PAYMENT_PROVIDER names it.' }),
});

/** The body of a provider's callback; only the payment that it names is read. */
export const CallbackBody = Type.Object({}, { title: 'PaymentCallback', additionalProperties: true });

const paymentView = {
  id: Id,
  purpose: Type.Enum(['reservation', 'points'], {
    title: 'PaymentPurpose',
    description: 'What is paid for.',
  }),
  reservationId: Type.Union([Id, Type.Null()], { description: 'Null where points are paid for.' }),
  status: PaymentStatus,
  reason: Reason,
  method: PaymentMethod,
  amount: MoneySchema,
  checkoutUrl: Type.Union([Type.String(), Type.Null()], {
    description: 'Where the buyer pays; null for points, and where there is nothing to pay.',
  }),
  createdAt: Time,
};

export const PaymentView = Type.Object(paymentView, { title: 'Payment' });
export type PaymentView = Static<typeof PaymentView>;

export const PaymentDetails = Type.Object(
  {
    ...paymentView,
    steps: Type.Array(
      Type.Object({ status: PaymentStatus, reason: Type.String(), at: Time }, { title: 'PaymentStep' }),
      { description: 'Each state that a payment by card was in, and why.' },
    ),
  },
  { title: 'PaymentDetails' },
);
export type PaymentDetails = Static<typeof PaymentDetails>;

export const PaymentList = Type.Object({ items: Type.Array(PaymentView) }, { title: 'PaymentList' });

export const PaymentMethods = Type.Object(
  { methods: Type.Array(PaymentMethod), isSimulated: Type.Boolean({ description: 'No card is charged.' }) },
  { title: 'PaymentMethods' },
);

const paymentEventData = {
  reservationId: Id,
  performanceId: Id,
  accountId: Id,
  paymentId: Id,
  amount: Type.Integer(),
  method: Type.Enum(['points', 'card']),
};
const ended = { ...paymentEventData, reason: Type.String() };

/** Events that this module saves; those of a performance stay in order with its reservations'. */
export const paymentEvents = defineEvents(
  { subject: 'reservationId', partitionKey: 'performanceId' },
  {
    'payment.requested': Type.Object(paymentEventData),
    'payment.succeeded': Type.Object({
      ...paymentEventData,
      seatNos: Type.Array(Type.Integer()),
      epoch: Type.Integer(),
    }),
    'payment.failed': Type.Object(ended),
    'payment.refunded': Type.Object(ended),
  },
);
