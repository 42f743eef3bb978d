import type { Refusal } from '../../kernel/result.ts';

/** What the database shows of a reservation and its buyer, under lock, when a payment is decided. */
export type PaymentSituation = {
  readonly reservation: {
    readonly accountId: string;
    readonly status: 'held' | 'confirmed' | 'cancelling' | 'cancelled' | 'expired';
    readonly amount: number;
    readonly expiresAt: number;
    readonly seatCount: number;
  };
  /** Seats of the reservation that it still holds; fewer when another took over a lapsed one. */
  readonly seatsStillHeld: number;
  readonly balance: number;
};

export type PaymentRefusalCode =
  | 'reservation_not_found'
  | 'reservation_not_payable'
  | 'hold_expired'
  | 'points_insufficient';

export type PaymentDecision =
  | { readonly kind: 'pay' }
  | { readonly kind: 'paid-already' }
  | Refusal<PaymentRefusalCode>;

/**
 * Decides one payment. The hold must be alive at `now`, whole, and the buyer's; the amount is the one
 * that the reservation was made with.
 * @param now epoch ms
 */
export function decidePayment(
  situation: PaymentSituation | undefined,
  buyerId: string,
  now: number,
): PaymentDecision {
  if (!situation || situation.reservation.accountId !== buyerId) return refusal('reservation_not_found');
  const { reservation } = situation;
  if (reservation.status === 'confirmed') return { kind: 'paid-already' };
  if (reservation.status === 'expired') return refusal('hold_expired');
  if (reservation.status !== 'held') return refusal('reservation_not_payable');
  if (reservation.expiresAt <= now || situation.seatsStillHeld !== reservation.seatCount)
    return refusal('hold_expired');
  if (situation.balance < reservation.amount) {
    return refusal('points_insufficient', { missing: reservation.amount - situation.balance });
  }
  return { kind: 'pay' };
}

function refusal(code: PaymentRefusalCode, extra?: Record<string, unknown>): Refusal<PaymentRefusalCode> {
  return extra ? { ok: false, code, extra } : { ok: false, code };
}
