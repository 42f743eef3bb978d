import { type Refusal, refuse } from '../../kernel/result.ts';
import { type Hold, type HoldSituation, holdAt } from './payment-states.ts';

/** What the database shows of a reservation and its buyer, under lock, when a payment is decided. */
export type PaymentSituation = {
  readonly reservation: Omit<HoldSituation, 'seatsStillHeld'> & {
    readonly accountId: string;
    readonly amount: number;
  };
  readonly seatsStillHeld: number;
  /** A payment by card whose end is not known. */
  readonly open?: { readonly id: string; readonly status: 'requested' | 'unknown' } | undefined;
};

export type HoldRefusalCode =
  | 'reservation_not_found'
  | 'reservation_not_payable'
  | 'hold_expired'
  | 'payment_in_progress';

export type PaymentRefusalCode = HoldRefusalCode | 'points_insufficient';

type Decided<K extends string, C extends string> = { readonly kind: K } | Refusal<C>;

/**
 * Decides whether a reservation can be paid now, by whatever method: the hold must be alive at `now`, whole, and the
 * buyer's, and no other payment for it on its way.
 * @param now epoch ms
 */
export function decidePayable(
  situation: PaymentSituation | undefined,
  buyerId: string,
  now: number,
): Decided<'pay' | 'paid-already', HoldRefusalCode> {
  if (!situation || situation.reservation.accountId !== buyerId) return refuse('reservation_not_found');
  const { reservation, seatsStillHeld, open } = situation;
  const hold = holdAt({ ...reservation, seatsStillHeld }, now);
  if (hold === 'paid') return { kind: 'paid-already' };
  if (hold === 'lapsed') return refuse('hold_expired');
  if (hold === 'ended') return refuse('reservation_not_payable');
  if (open?.status === 'unknown') return refuse('payment_in_progress', undefined, { paymentId: open.id });
  return { kind: 'pay' };
}

/** Decides one payment by points; the amount is the one that the reservation was made with. */
export function decidePayment(
  situation: (PaymentSituation & { readonly balance: number }) | undefined,
  buyerId: string,
  now: number,
): Decided<'pay' | 'paid-already', PaymentRefusalCode> {
  const decision = decidePayable(situation, buyerId, now);
  if (!situation || 'ok' in decision || decision.kind === 'paid-already') return decision;
  const missing = situation.reservation.amount - situation.balance;
  return missing > 0 ? refuse('points_insufficient', undefined, { missing }) : decision;
}

export type ConfirmationSituation = {
  readonly payment: {
    readonly id: string;
    readonly purpose: { readonly kind: 'reservation' | 'points' };
    readonly amount: number;
  };
  readonly standing: Hold;
  /** Epoch ms. */
  readonly payableUntil: number | null;
};

export type ConfirmationRefusalCode =
  | 'payment_mismatch'
  | 'hold_expired'
  | 'checkout_expired'
  | 'reservation_not_payable';

/** What a buyer brings back from the provider's page: hints, that are held against what is on record. */
export type Confirmation = {
  readonly accountId: string;
  readonly orderId: string;
  readonly amount: number;
};

/**
 * Whether the provider may be told to take the money for a payment that is `requested`: enough time is left for its
 * answer.
 * @param leftMsMin what must be left of the time to pay
 */
export function refuseConfirmation(
  { payment, standing, payableUntil }: ConfirmationSituation,
  { orderId, amount }: Confirmation,
  { now, leftMsMin }: { readonly now: number; readonly leftMsMin: number },
): Refusal<ConfirmationRefusalCode> | undefined {
  if (orderId !== payment.id || amount !== payment.amount) return refuse('payment_mismatch');
  if (standing === 'ended' || standing === 'paid') return refuse('reservation_not_payable');
  const hasTime = standing === 'payable' && (payableUntil ?? 0) - now >= leftMsMin;
  if (hasTime) return undefined;
  return refuse(payment.purpose.kind === 'points' ? 'checkout_expired' : 'hold_expired');
}
