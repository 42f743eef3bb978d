import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents } from '../../platform/events/event.ts';
import { closed, Id, MoneySchema, pageOf, pageQuery, Time } from '../../platform/http/schemas.ts';

/** More seats in one request than anyone may buy; the limit of the performance is checked after it. */
const SEATS_PER_REQUEST_MAX = 50;

/**
 * What this module refuses with. `performance_not_found` is the catalogue's, `pass_*` the waiting room's,
 * and what a payment refuses stands with the payments.
 */
export const reservationProblems = defineProblems({
  reservation_not_found: {
    kind: 'not_found',
    title: 'There is no such reservation',
    remedy: 'See GET /v1/reservations for yours.',
  },
  seat_taken: {
    kind: 'conflict',
    title: 'Somebody was faster',
    remedy: 'None of the seats is held for you; choose others instead of those in `seats`.',
  },
  limit_reached: {
    kind: 'conflict',
    title: 'That would be more seats than one person may have',
    remedy: 'You have `seatsHad` of `limit` seats here already; choose fewer, or cancel a reservation first.',
  },
  over_limit: {
    kind: 'unprocessable',
    title: 'Too many seats in one reservation',
    remedy: 'Choose at most `limit` seats of this performance.',
  },
  seat_unknown: {
    kind: 'unprocessable',
    title: 'The performance has no such seat',
    remedy: 'Take seat ids from GET /v1/performances/{id}/seats; those in `seats` are not among them.',
  },
  not_on_sale_yet: {
    kind: 'conflict',
    title: 'The sale has not begun',
    remedy: 'Come back at `opensAt`.',
  },
  sales_closed: {
    kind: 'conflict',
    title: 'The sale is over',
    remedy: 'Choose another performance.',
  },
  reservation_ended: {
    kind: 'conflict',
    title: 'The reservation has ended',
    remedy: 'Its hold has lapsed and the seats are free; there is nothing to cancel.',
  },
  cancellation_closed: {
    kind: 'conflict',
    title: 'It is too late to cancel',
    remedy: 'A reservation can be cancelled until the performance begins.',
  },
  not_postponed: {
    kind: 'conflict',
    title: 'There is nothing to answer',
    remedy: 'Whether tickets are kept is asked of those who have paid for a performance that was postponed.',
  },
});

/** Why reservations of a cancelled performance are cancelled, and what was paid for them goes back. */
export const PERFORMANCE_CANCELLED = 'performance_cancelled';

export const ReservationBody = closed(
  {
    performanceId: Id,
    seatIds: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      minItems: 1,
      maxItems: SEATS_PER_REQUEST_MAX,
      uniqueItems: true,
    }),
  },
  { title: 'NewReservation', description: 'All of the seats or none.' },
);
export type ReservationBody = Static<typeof ReservationBody>;

const ReservationStatusSchema = Type.Enum(['held', 'confirmed', 'cancelling', 'cancelled', 'expired'], {
  title: 'ReservationStatus',
});

const ReservedSeat = Type.Object(
  {
    id: Type.String(),
    section: Type.String(),
    row: Type.String(),
    number: Type.Integer(),
    grade: Type.String(),
    price: MoneySchema,
  },
  { title: 'ReservedSeat' },
);

export const ReservationView = Type.Object(
  {
    id: Id,
    status: ReservationStatusSchema,
    performanceId: Id,
    accountId: Id,
    seats: Type.Array(ReservedSeat),
    amount: MoneySchema,
    createdAt: Time,
    expiresAt: Type.String({ format: 'date-time', description: 'When the hold lapses unless it is paid.' }),
    epoch: Type.Integer({
      description: 'The fencing number; it grows with every owner of a seat.',
    }),
    keptFor: Type.Union([Time, Type.Null()], {
      description: 'The start that its buyer agreed to when the performance was postponed.',
    }),
  },
  { title: 'Reservation' },
);
export type ReservationView = Static<typeof ReservationView>;
export const PostponementAnswerBody = closed(
  {
    answer: Type.Enum(['keep'], {
      description: 'keep: the tickets are good for the new start. To hand them back, DELETE the reservation.',
    }),
  },
  { title: 'PostponementAnswer' },
);

export const ReservationPageView = pageOf(ReservationView);

export const ReservationQuery = closed({
  ...pageQuery,
  performanceId: Type.Optional({ ...Id, description: 'Only those of this performance.' }),
  scope: Type.Optional(
    Type.Enum(['own', 'all'], {
      description:
        'Own reservations, or those of everybody that one may see: for a manager all, for a seller those of their performances. Default: own for members; all for managers, and for a seller who names a performance of theirs.',
    }),
  ),
});
export type ReservationQuery = Static<typeof ReservationQuery>;

export const HistoryEntry = Type.Object(
  {
    time: Time,
    type: Type.String({ description: 'The event, as in docs/events.md.' }),
    status: ReservationStatusSchema,
    text: Type.String({ description: 'What happened, in a sentence.' }),
  },
  { title: 'HistoryEntry' },
);
export const HistoryView = Type.Object({ items: Type.Array(HistoryEntry) }, { title: 'ReservationHistory' });
export type HistoryEntry = Static<typeof HistoryEntry>;

/** A step of the saga (saga.ts), or a consumer that follows behind its events. */
const SagaStep = Type.Object(
  {
    name: Type.Enum(['hold', 'payment', 'tickets', 'new-date', 'cancellation', 'refund', 'consumer'], {
      title: 'SagaStepName',
    }),
    state: Type.Enum(['pending', 'parked', 'done', 'failed', 'undone'], {
      title: 'SagaState',
      description: 'parked: it hangs at a dead letter, until a manager has that redriven or discarded.',
    }),
    since: Time,
    attempts: Type.Integer({ description: 'Tries in a row that led to nothing; 0: all is well.' }),
    error: Type.Optional(
      Type.String({ description: 'Of the last try; told to the seller and to managers alone.' }),
    ),
    cause: Type.Optional(
      Type.String({
        description:
          'What it is parked for, as GET /v1/dead-letters/groups has it; told to those alone, too.',
      }),
    ),
    text: Type.String({ description: 'What it is, or what it waits for, in a sentence.' }),
    paymentId: Type.Optional(Id),
    method: Type.Optional(Type.Enum(['points', 'card'], { title: 'SagaMethod' })),
    status: Type.Optional(Type.String({ description: 'Of the payment.' })),
    reason: Type.Optional(Type.String({ description: 'Why the payment is in its state.' })),
    consumer: Type.Optional(Type.String({ description: 'See GET /v1/events/consumers.' })),
  },
  { title: 'SagaStep' },
);
export type SagaStepView = Static<typeof SagaStep>;
export const SagaView = Type.Object({ steps: Type.Array(SagaStep) }, { title: 'Saga' });

const reservationEventData = {
  reservationId: Id,
  performanceId: Id,
  accountId: Id,
  seatNos: Type.Array(Type.Integer({ minimum: 0 })),
  /** A reader that keeps the state of seats takes an event for a seat only if its epoch is not lower. */
  epoch: Type.Integer({ minimum: 1 }),
};

/** Events that this module saves; those of a performance stay in order. Amounts are whole won. */
export const reservationEvents = defineEvents(
  { subject: 'reservationId', partitionKey: 'performanceId' },
  {
    'reservation.created': Type.Object({
      ...reservationEventData,
      amount: Type.Integer({ minimum: 0 }),
      expiresAt: Time,
    }),
    'reservation.cancellation-requested': Type.Object({ ...reservationEventData, requestedBy: Id }),
    'reservation.cancelled': Type.Object({
      ...reservationEventData,
      reason: Type.Enum(['requested', PERFORMANCE_CANCELLED]),
      wasPaid: Type.Boolean({ description: 'Whether the seats had been sold, and not only held.' }),
      refundedAmount: Type.Integer({ minimum: 0 }),
    }),
    'reservation.expired': Type.Object(reservationEventData),
    'reservation.kept': Type.Object({
      ...reservationEventData,
      startsAt: { ...Time, description: 'The new start that the buyer agreed to.' },
    }),
  },
);
