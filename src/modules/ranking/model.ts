/** Seats of one performance that were sold, or came back (negative), at a moment (epoch ms). */
export type Sale = { readonly performanceId: string; readonly seats: number; readonly at: number };

/** How far a performance has got. Times are epoch ms. */
export type SalesProgress = {
  readonly performanceId: string;
  readonly capacity: number;
  readonly sold: number;
  readonly firstSoldAt: number | undefined;
  /** Since when every seat is sold; undefined while one is not. */
  readonly soldOutAt: number | undefined;
};

/** Seats sold within one minute, less those that came back in it. */
export type MinuteSales = { readonly performanceId: string; readonly minute: number; readonly seats: number };

const MINUTE_MS = 60_000;

/**
 * Adds sales in the order of the log. A performance is sold out from the sale that took its last seat; a
 * seat that comes back ends that, and the next sale of it begins it again.
 */
export function addSales(progress: SalesProgress, sales: readonly Sale[]): SalesProgress {
  let { sold, firstSoldAt, soldOutAt } = progress;
  for (const { seats, at } of sales) {
    sold += seats;
    if (seats > 0) firstSoldAt ??= at;
    if (sold < progress.capacity) soldOutAt = undefined;
    else soldOutAt ??= at;
  }
  return { ...progress, sold, firstSoldAt, soldOutAt };
}

/** Sums sales up by performance and minute. */
export function sumByMinute(sales: readonly Sale[]): readonly MinuteSales[] {
  const sums = new Map<string, MinuteSales>();
  for (const { performanceId, seats, at } of sales) {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const key = `${performanceId} ${minute}`;
    const before = sums.get(key)?.seats ?? 0;
    sums.set(key, { performanceId, minute, seats: before + seats });
  }
  return [...sums.values()];
}
