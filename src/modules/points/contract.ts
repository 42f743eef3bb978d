import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents, STAYS_INSIDE } from '../../platform/events/event.ts';
import { Currency, closed, Id, MoneySchema, pageOf, SignedMoney, Time } from '../../platform/http/schemas.ts';
import { PaymentView, ReturnUrl } from '../payments/index.ts';

export const pointProblems = defineProblems({
  charge_not_allowed: {
    kind: 'forbidden',
    title: 'Points are not charged here',
    remedy:
      'Charge with `method: "card"` where cards are taken; else ask a manager, who credits points when the money has come.',
  },
  charge_under_limit: {
    kind: 'conflict',
    title: 'The charge is too small',
    remedy: 'Charge at least `limit` at once.',
  },
  charge_over_limit: {
    kind: 'conflict',
    title: 'The charge is too large',
    remedy: 'Charge at most `limit` at once.',
  },
  charge_over_month: {
    kind: 'conflict',
    title: 'The limit of the month is reached',
    remedy: 'Charge at most `left` until the month ends.',
  },
});

const amount = closed(
  { amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), currency: Currency },
  { title: 'ChargeAmount' },
);

export const ChargeBody = closed(
  {
    amount,
    method: Type.Optional(
      Type.Literal('card', {
        description: 'Paid by card. Without it, in demo mode alone: credited at once.',
      }),
    ),
    returnUrl: Type.Optional(ReturnUrl),
  },
  { title: 'PointCharge' },
);

export const CreditBody = closed(
  {
    amount,
    reason: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '\\S',
      description: 'Why: the member reads it in the statement, and it is on record.',
    }),
  },
  { title: 'PointCredit' },
);

export const PointsView = Type.Object(
  {
    balance: MoneySchema,
    chargeMin: { ...MoneySchema, description: 'What one charge has to be.' },
    chargeMax: { ...MoneySchema, description: 'What one charge may be now; 0 where nothing can be charged.' },
    monthLeft: { ...MoneySchema, description: 'What may still be charged this month.' },
    chargeWays: Type.Array(Type.Enum(['instant', 'card'], { title: 'ChargeWay' }), {
      description: 'How points are charged here: `instant`, without a payment, in demo mode alone; `card`.',
    }),
    underWay: Type.Array(PaymentView, {
      description:
        'Charges by card that have not ended, newest first. What is yet to be paid counts as charged.',
    }),
  },
  { title: 'Points' },
);

export const PointEntryView = Type.Object(
  {
    id: Id,
    kind: Type.Enum(['charge', 'credit', 'payment', 'refund'], { title: 'PointEntryKind' }),
    amount: SignedMoney,
    balanceAfter: MoneySchema,
    reference: Type.Union([Id, Type.Null()], { description: 'The payment, where there is one.' }),
    reason: Type.Union([Type.String(), Type.Null()], { description: 'Of a credit: why it was given.' }),
    createdAt: Time,
  },
  { title: 'PointEntry' },
);
export type PointEntryView = Static<typeof PointEntryView>;

/** What a charge is answered with. */
export const ChargeView = Type.Union([PointEntryView, PaymentView], {
  title: 'Charge',
  description: 'The entry of what was credited at once; by card the payment, with the address to pay at.',
});
export const PointEntryPage = pageOf(PointEntryView);

const byCard = { accountId: Id, paymentId: Id, amount: Type.Integer() };

/** Events that this module saves. */
export const pointEvents = defineEvents(
  { subject: 'accountId' },
  {
    'points.charged': Type.Object({
      accountId: Id,
      amount: Type.Integer(),
      balanceAfter: Type.Integer(),
      paymentId: Type.Union([Id, Type.Null()], { description: 'What was paid for it by card.' }),
    }),
    'points.charge-requested': Type.Object(byCard),
    'points.charge-failed': Type.Object({ ...byCard, reason: Type.String() }),
    'points.charge-refunded': Type.Object({ ...byCard, reason: Type.String() }),
    'points.credited': Type.Object({
      accountId: Id,
      amount: Type.Integer(),
      balanceAfter: Type.Integer(),
      reason: Type.String({ ...STAYS_INSIDE, description: 'In the words of a manager; no export has it.' }),
      by: Id,
    }),
  },
);
