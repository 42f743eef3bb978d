import type { FeedEvent } from '../../../platform/events/ports.ts';

/** One claim of those whose events share a row, as `claim_seats` writes it. */
export type PackedClaim = readonly [
  reservationId: string,
  performanceId: string,
  accountId: string,
  seatNos: readonly number[],
  epoch: number,
  amount: number,
  /** From the claim to the lapse. */
  holdTtlMs: number,
  trace?: string,
];

type PackedRow = { readonly position: number; readonly version: number; readonly at: number };

/** The events `reservation.created` of a row, which all have its position; the ids differ. */
export function unpackClaims(row: PackedRow, claims: readonly PackedClaim[]): FeedEvent[] {
  const timeAfter = createTimes(row.at);
  return claims.map(
    ([reservationId, performanceId, accountId, seatNos, epoch, amount, holdTtlMs, trace], index) => ({
      id: `${row.position}.${index}`,
      position: row.position,
      offset: row.position,
      type: 'reservation.created',
      version: row.version,
      subject: reservationId,
      partitionKey: performanceId,
      occurredAt: row.at,
      ...(trace === undefined ? {} : { trace }),
      data: {
        reservationId,
        performanceId,
        accountId,
        seatNos,
        epoch,
        amount,
        expiresAt: timeAfter(holdTtlMs),
      },
    }),
  );
}

/** Those of one batch nearly all have the same time to pay, and writing a date out takes longer than the rest. */
function createTimes(at: number): (ms: number) => string {
  let lastMs: number | undefined;
  let last = '';
  return (ms) => {
    if (ms !== lastMs) {
      lastMs = ms;
      last = new Date(at + ms).toISOString();
    }
    return last;
  };
}
