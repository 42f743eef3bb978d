import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents } from '../../platform/events/event.ts';
import { Currency, closed, Id, MoneySchema, pageOf, SignedMoney, Time } from '../../platform/http/schemas.ts';

export const pointProblems = defineProblems({
  charge_not_allowed: {
    kind: 'forbidden',
    title: 'Points are not charged here',
    remedy: 'There is no payment provider: ask a manager, who credits points when the money has come.',
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

export const ChargeBody = closed(
  {
    amount: closed(
      { amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), currency: Currency },
      { title: 'ChargeAmount' },
    ),
  },
  { title: 'PointCharge' },
);

export const CreditBody = closed(
  {
    ...ChargeBody.properties,
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
export const PointEntryPage = pageOf(PointEntryView);

/** Events that this module saves. */
export const pointEvents = defineEvents(
  { subject: 'accountId' },
  {
    'points.charged': Type.Object({ accountId: Id, amount: Type.Integer(), balanceAfter: Type.Integer() }),
    'points.credited': Type.Object({
      accountId: Id,
      amount: Type.Integer(),
      balanceAfter: Type.Integer(),
      reason: Type.String(),
      by: Id,
    }),
  },
);
