import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { closed, Id, MoneySchema, pageOf, Time } from '../../platform/http/schemas.ts';

export const paymentProblems = defineProblems({
  reservation_not_payable: {
    status: 409,
    title: 'The reservation cannot be paid',
    remedy: 'It was cancelled; make a new reservation.',
  },
  hold_expired: {
    status: 409,
    title: 'The hold has lapsed',
    remedy: 'Nothing was taken; reserve the seats again.',
  },
  points_insufficient: {
    status: 409,
    title: 'Not enough points',
    remedy: 'Charge the `missing` amount with POST /v1/points/charges, then pay again.',
  },
  charge_over_limit: {
    status: 409,
    title: 'The charge is too large',
    remedy: 'Charge at most `limit` at once.',
  },
  charge_over_month: {
    status: 409,
    title: 'The limit of the month is reached',
    remedy: 'Charge at most `left` until the month ends.',
  },
  ticket_not_found: {
    status: 404,
    title: 'There is no such ticket',
    remedy: 'See GET /v1/tickets for yours.',
  },
});

export const PaymentBody = closed({ method: Type.Literal('points') });

export const PaymentView = Type.Object(
  {
    id: Id,
    reservationId: Id,
    status: Type.Enum(['pending', 'succeeded', 'failed', 'refunded']),
    method: Type.Literal('points'),
    amount: MoneySchema,
    createdAt: Time,
  },
  { $id: 'Payment' },
);
export type PaymentView = Static<typeof PaymentView>;

export const ChargeBody = closed({
  amount: closed({
    amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    currency: Type.Literal('KRW'),
  }),
});

export const PointsView = Type.Object({ balance: MoneySchema }, { $id: 'Points' });

export const PointEntryView = Type.Object(
  {
    id: Id,
    kind: Type.Enum(['charge', 'payment', 'refund']),
    amount: Type.Object({ amount: Type.Integer(), currency: Type.Literal('KRW') }),
    balanceAfter: MoneySchema,
    reference: Type.Union([Id, Type.Null()], { description: 'The payment, where there is one.' }),
    createdAt: Time,
  },
  { $id: 'PointEntry' },
);
export type PointEntryView = Static<typeof PointEntryView>;
export const PointEntryPage = pageOf(PointEntryView);

export const TicketView = Type.Object(
  {
    id: Id,
    reservationId: Id,
    performanceId: Id,
    seat: Type.Object({
      id: Type.String(),
      section: Type.String(),
      row: Type.String(),
      number: Type.Integer(),
      grade: Type.String(),
    }),
    code: Type.String({ description: 'Unique; what the QR code says.' }),
    status: Type.Enum(['valid', 'void', 'used']),
    issuedAt: Time,
  },
  { $id: 'Ticket' },
);
export type TicketView = Static<typeof TicketView>;
export const TicketPage = pageOf(TicketView);
export const TicketWithQr = Type.Intersect([
  TicketView,
  Type.Object({ qrSvg: Type.String({ description: 'The code as a QR code, SVG.' }) }),
]);

/** Events that this module saves; every one is keyed by the reservation. */
export const paymentEvents = {
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
  'points.charged': Type.Object({ accountId: Id, amount: Type.Integer(), balanceAfter: Type.Integer() }),
};
