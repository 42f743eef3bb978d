import type { Refusal } from '../../kernel/result.ts';

/**
 * The system's side of every transfer of points. Double-entry: what people hold is what was issued less
 * what was spent, so all entries together sum to zero. These accounts have no balance row; a row that
 * every buyer updates would queue all payments behind one lock.
 */
export const SYSTEM_ACCOUNTS = {
  /** Points come from here when someone charges. */
  issuance: '00000000-0000-7000-8000-000000000001',
  /** Points go here when someone pays, and come back from here at a refund. */
  sales: '00000000-0000-7000-8000-000000000002',
} as const;

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

export type ChargeLimits = { readonly amountMax: number; readonly monthMax: number };

export type ChargeRefusalCode = 'charge_over_limit' | 'charge_over_month';

/** @returns a refusal when a charge would pass the limit of one charge or of the month */
export function checkCharge(
  amount: number,
  chargedThisMonth: number,
  limits: ChargeLimits,
): Refusal<ChargeRefusalCode> | undefined {
  if (amount > limits.amountMax)
    return { ok: false, code: 'charge_over_limit', extra: { limit: limits.amountMax } };
  if (chargedThisMonth + amount > limits.monthMax) {
    return {
      ok: false,
      code: 'charge_over_month',
      extra: { left: Math.max(0, limits.monthMax - chargedThisMonth) },
    };
  }
  return undefined;
}

/** The first instant of the month in Korea (UTC+9, no daylight saving), where KRW limits are counted. */
export function monthStart(now: number): number {
  const KOREA_OFFSET_MS = 9 * 3_600_000;
  const local = new Date(now + KOREA_OFFSET_MS);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) - KOREA_OFFSET_MS;
}

const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 16;

/** A ticket's code: 80 random bits in Crockford's base 32, in groups of four that can be read out. */
export function ticketCode(random: { bytes(length: number): Uint8Array }): string {
  const symbols = Array.from(random.bytes(CODE_LENGTH), (byte) => CODE_ALPHABET[byte & 31]);
  return (symbols.join('').match(/.{4}/g) ?? []).join('-');
}
