import type { EventType } from '../../platform/events/event.ts';
import { catalogueEvents } from '../catalogue/index.ts';
import { paymentEvents } from '../payments/index.ts';
import { ticketEvents } from '../tickets/index.ts';
import { reservationEvents } from './contract.ts';

export type SagaState = (typeof SAGA_STATES)[number];
export const SAGA_STATES = ['pending', 'done', 'failed', 'undone'] as const;

/** A step of the saga of a reservation, with what undoes it. */
export type SagaRule = {
  readonly name: string;
  /** Who makes it begin, and how. */
  readonly actor: string;
  readonly command: string;
  readonly begins: readonly EventType[];
  readonly ends: readonly EventType[];
  /** It came to nothing; nothing of it has to be undone. */
  readonly fails: readonly EventType[];
  readonly undoneBy: readonly EventType[];
  /** What undoing it does; null: it is itself what undoes others. */
  readonly compensation: string | null;
  /** What is told of it in each state. */
  readonly says: Readonly<Record<SagaState, string>>;
};

const {
  'reservation.created': created,
  'reservation.cancellation-requested': cancellationRequested,
  'reservation.cancelled': cancelled,
  'reservation.expired': expired,
  'reservation.kept': kept,
} = reservationEvents;
const {
  'payment.requested': requested,
  'payment.succeeded': succeeded,
  'payment.failed': failed,
  'payment.refunded': refunded,
} = paymentEvents;
const { 'performance.cancelled': calledOff, 'performance.postponed': postponed } = catalogueEvents;

/**
 * The saga of a reservation, by choreography: each step begins and ends with events that are saved in the transaction of
 * what they tell of, so that there is nobody in the middle who could forget. The saga view, docs/events.md and the
 * checks are made of this table.
 */
export const SAGA = [
  {
    name: 'hold',
    actor: 'buyer',
    command: 'POST /v1/reservations',
    begins: [created],
    ends: [succeeded],
    fails: [],
    undoneBy: [cancelled, expired],
    compensation: 'The seats are free for others, under the epoch that they were held by.',
    says: {
      pending: 'Held until the hold lapses; it waits for a payment.',
      done: 'The seats are sold.',
      failed: 'The seats were not held.',
      undone: 'The seats were given back.',
    },
  },
  {
    name: 'payment',
    actor: 'buyer',
    command: 'POST /v1/reservations/{id}/payments',
    begins: [requested],
    ends: [succeeded],
    fails: [failed],
    undoneBy: [refunded],
    compensation: 'All of it goes back to where it came from: the step `refund`.',
    says: {
      pending: 'It waits for the buyer at the provider, or for the answer of the provider.',
      done: 'Paid.',
      failed: 'Not paid; nothing was taken.',
      undone: 'Paid, and to be given back.',
    },
  },
  {
    name: 'tickets',
    actor: 'system',
    command: 'in the transaction of the payment',
    begins: [succeeded],
    ends: [ticketEvents['ticket.issued']],
    fails: [],
    undoneBy: [cancelled],
    compensation: 'They are void in the transaction of the cancellation; doors refuse them with the reason.',
    says: {
      pending: 'The tickets are being issued.',
      done: 'The tickets are issued.',
      failed: 'No tickets were issued.',
      undone: 'The tickets are void.',
    },
  },
  {
    name: 'new-date',
    actor: 'seller',
    command: 'POST /v1/performances/{id}/postponement',
    begins: [postponed],
    ends: [kept],
    fails: [],
    undoneBy: [cancelled],
    compensation: 'The tickets are handed back: the step `cancellation`.',
    says: {
      pending: 'The performance was postponed; the buyer was asked. Without an answer the tickets stay good.',
      done: 'The buyer keeps the tickets for the new date.',
      failed: 'Nobody was asked.',
      undone: 'The tickets were handed back.',
    },
  },
  {
    name: 'cancellation',
    actor: 'buyer, manager; seller of the performance',
    command: 'DELETE /v1/reservations/{id}, POST /v1/performances/{id}/cancellation',
    begins: [cancellationRequested, calledOff],
    ends: [cancelled],
    fails: [expired],
    undoneBy: [],
    compensation: null,
    says: {
      pending: 'The cancellation was accepted; it waits for the background work that carries it out.',
      done: 'Cancelled: the seats are free.',
      failed: 'The hold had lapsed before.',
      undone: 'Not cancelled.',
    },
  },
  {
    name: 'refund',
    actor: 'system',
    command: 'with the cancellation; by card asked of the provider until it is done',
    begins: [cancelled],
    ends: [refunded],
    fails: [],
    undoneBy: [],
    compensation: null,
    says: {
      pending: 'The money is on its way back; it waits for the provider, which is asked again and again.',
      done: 'The money is back where it came from.',
      failed: 'Nothing was given back.',
      undone: 'Nothing was given back.',
    },
  },
] as const satisfies readonly SagaRule[];

export type SagaStepName = (typeof SAGA)[number]['name'];

export const sagaRule = (name: SagaStepName): SagaRule => SAGA.find((rule) => rule.name === name)!;
