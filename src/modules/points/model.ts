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

export type ChargeLimits = {
  readonly amountMin: number;
  readonly amountMax: number;
  readonly monthMax: number;
};

export type ChargeRefusalCode = 'charge_under_limit' | 'charge_over_limit' | 'charge_over_month';

/** @returns a refusal when a charge is too small, or would pass the limit of one charge or of the month */
export function checkCharge(
  amount: number,
  chargedThisMonth: number,
  limits: ChargeLimits,
): Refusal<ChargeRefusalCode> | undefined {
  if (amount < limits.amountMin)
    return { ok: false, code: 'charge_under_limit', extra: { limit: limits.amountMin } };
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
