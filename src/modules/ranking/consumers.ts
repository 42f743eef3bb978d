import type { DurableConsumer, LoggedEvent } from '../../platform/events/event.ts';
import { addSales, type Sale, sumByMinute } from './model.ts';
import type { RankingStore } from './ports.ts';

const SOLD = 'payment.succeeded';
const CANCELLED = 'reservation.cancelled';

/**
 * Fills the rankings from the log. Its effect and its position are saved together, so that each sale
 * counts once, whatever crashes; the minute that it counts in is that of the event, so that a rebuild
 * comes to the same.
 */
export function createRankingConsumer(store: RankingStore): DurableConsumer {
  return {
    kind: 'durable',
    name: 'ranking',
    types: [SOLD, CANCELLED],
    async apply(events, transaction) {
      const cancelled = events.filter(({ type }) => type === CANCELLED).map(({ key }) => key);
      const paid = cancelled.length === 0 ? new Set<string>() : await store.paid(cancelled, transaction);
      const sales = events.flatMap((event) => readSale(event, paid));
      const byPerformance = Map.groupBy(sales, ({ performanceId }) => performanceId);
      const before = await store.progress([...byPerformance.keys()], transaction);
      const after = before.map((one) => addSales(one, byPerformance.get(one.performanceId) ?? []));
      const known = new Set(after.map(({ performanceId }) => performanceId));
      const minutes = sumByMinute(sales.filter(({ performanceId }) => known.has(performanceId)));
      await store.save(after, minutes, transaction);
    },
  };
}

/** A hold that is cancelled before it was paid gives back nothing that was counted. */
function readSale({ type, key, data, occurredAt }: LoggedEvent, paid: ReadonlySet<string>): readonly Sale[] {
  if (type === CANCELLED && !paid.has(key)) return [];
  if (!('performanceId' in data && 'seatNos' in data)) return [];
  const { performanceId, seatNos } = data;
  if (typeof performanceId !== 'string' || !Array.isArray(seatNos)) return [];
  return [{ performanceId, seats: type === SOLD ? seatNos.length : -seatNos.length, at: occurredAt }];
}
