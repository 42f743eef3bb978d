import type { FeedEvent } from '../../../platform/events/ports.ts';

/** One hold of those whose events share a row, as `hold_seats` writes it (docs/decisions/008-packed-holds.md). */
export type PackedHold = readonly [
  reservationId: string,
  performanceId: string,
  accountId: string,
  seatNos: readonly number[],
  epoch: number,
  amount: number,
  /** From the hold to the lapse. */
  holdTtlMs: number,
  trace?: string,
];

type PackedRow = { readonly position: number; readonly version: number; readonly at: number };

/** The events `reservation.created` of a row, which all have its position; the ids differ. */
export function unpackHolds(row: PackedRow, holds: readonly PackedHold[]): FeedEvent[] {
  const timeAfter = createTimes(row.at);
  return holds.map(
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
