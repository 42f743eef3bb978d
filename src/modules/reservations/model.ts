import { defineTransitions } from '../../kernel/transitions.ts';

/**
 * The life of a reservation. A hold that is neither paid nor cancelled expires; what is paid can only be
 * cancelled; what is being cancelled can only become cancelled, however long the refund takes.
 */
export const reservationTransitions = defineTransitions({
  initial: 'held',
  final: ['cancelled', 'expired'],
  edges: {
    held: { confirm: 'confirmed', cancel: 'cancelled', 'request-cancel': 'cancelling', expire: 'expired' },
    confirmed: { cancel: 'cancelled', 'request-cancel': 'cancelling' },
    cancelling: { 'carry-out': 'cancelled' },
  },
});

export type ReservationStatus = (typeof reservationTransitions.states)[number];
export type ReservationTransition = (typeof reservationTransitions.events)[number];

/** A reservation as it is kept. Times are epoch ms, prices and amount whole won. */
export type ReservationRecord = {
  readonly id: string;
  readonly performanceId: string;
  readonly accountId: string;
  /** Ascending; `prices` has the price of each at the same index, as of the time of the hold. */
  readonly seatNos: readonly number[];
  readonly prices: readonly number[];
  readonly amount: number;
  readonly status: ReservationStatus;
  /** The fencing number: each of its seats carries the same one for as long as it is its owner. */
  readonly epoch: number;
  readonly createdAt: number;
  /** When the hold lapses; of no meaning once it is confirmed. */
  readonly expiresAt: number;
  readonly updatedAt: number;
  /** The start that its buyer agreed to when the performance was postponed; null: nothing was said. */
  readonly keptFor: number | null;
};

type Standing = Pick<ReservationRecord, 'status' | 'expiresAt'>;

/** Whether its hold has run out. From this instant on anyone may take its seats, swept or not. */
function hasLapsed(reservation: Standing, now: number): boolean {
  return reservation.status === 'held' && reservation.expiresAt <= now;
}

/** What a reader is told: a lapsed hold is expired, also before the sweep has written it down. */
export function statusAt(reservation: Standing, now: number): ReservationStatus {
  return hasLapsed(reservation, now) ? 'expired' : reservation.status;
}

/**
 * Where a transition leads at `now`. A lapsed hold allows nothing but to expire, and a living one does not
 * expire.
 * @returns undefined where it is not allowed
 */
function nextStatus(
  reservation: Standing,
  transition: ReservationTransition,
  now: number,
): ReservationStatus | undefined {
  if (hasLapsed(reservation, now) !== (transition === 'expire')) return undefined;
  return reservationTransitions.next(reservation.status, transition);
}

export type CancelDecision =
  /** It changes; what was paid for it goes back with the change to `cancelled`. */
  | { readonly kind: 'change'; readonly to: 'cancelled' | 'cancelling' }
  /** It is cancelled already, or will be: the answer is what it is now. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'ended' };

/** Decides a cancellation that is asked for now, on a locked row. Asking twice changes nothing twice. */
export function decideCancel(
  reservation: Standing,
  how: 'cancel' | 'request-cancel',
  now: number,
): CancelDecision {
  if (reservation.status === 'cancelled' || reservation.status === 'cancelling') return { kind: 'unchanged' };
  const to = nextStatus(reservation, how, now);
  if (to !== 'cancelled' && to !== 'cancelling') return { kind: 'ended' };
  return { kind: 'change', to };
}

/**
 * Where the end of its performance leads, on a locked row: whatever is held or sold, and what is being cancelled already,
 * is cancelled. A lapsed hold ends by itself.
 */
export function decideCallOff(reservation: Standing, now: number): 'cancelled' | undefined {
  const { status } = reservation;
  const to = nextStatus(reservation, status === 'cancelling' ? 'carry-out' : 'cancel', now);
  return to === 'cancelled' ? to : undefined;
}
