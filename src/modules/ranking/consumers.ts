import {
  type DomainEvent,
  type DurableConsumer,
  durableConsumer,
  newEvent,
  type StoredEvent,
} from '../../platform/events/event.ts';
import { paymentEvents } from '../payments/index.ts';
import { reservationEvents } from '../reservations/index.ts';
import { rankingEvents } from './contract.ts';
import { addSales, type Sale, type SalesProgress, sumByMinute } from './model.ts';
import type { RankingStore } from './ports.ts';

const types = [paymentEvents['payment.succeeded'], reservationEvents['reservation.cancelled']];

/**
 * Fills the rankings from events. Its effect and its mark are saved together, so that each sale counts once,
 * whatever crashes; the minute that it counts in is that of the event, so that a rebuild comes to the same.
 */
export function createRankingConsumer(store: RankingStore): DurableConsumer {
  return durableConsumer({
    name: 'ranking',
    types,
    async apply(events, transaction) {
      const sales = events.flatMap(toSale);
      const byPerformance = Map.groupBy(sales, ({ performanceId }) => performanceId);
      const before = await store.progress([...byPerformance.keys()], transaction);
      const after = before.map((one) => addSales(one, byPerformance.get(one.performanceId) ?? []));
      const known = new Set(after.map(({ performanceId }) => performanceId));
      const minutes = sumByMinute(sales.filter(({ performanceId }) => known.has(performanceId)));
      await store.save(after, minutes, transaction);
      const soldOut = after.flatMap((one, index) => soldOutEvents(before[index], one));
      await store.tell(soldOut, transaction);
    },
  });
}

/** One for each time that its last seat was sold. */
function soldOutEvents(before: SalesProgress | undefined, after: SalesProgress): readonly DomainEvent[] {
  const { performanceId, capacity, soldOutAt } = after;
  if (soldOutAt === undefined || soldOutAt === before?.soldOutAt) return [];
  const data = { performanceId, capacity, soldOutAt: new Date(soldOutAt).toISOString() };
  return [newEvent(rankingEvents['performance.sold-out'], data, { occurredAt: soldOutAt })];
}

/** A hold that is cancelled before it was paid gives back nothing that was counted. */
function toSale({ type, data, occurredAt }: StoredEvent<(typeof types)[number]>): readonly Sale[] {
  const { performanceId, seatNos } = data;
  if (type === 'payment.succeeded') return [{ performanceId, seats: seatNos.length, at: occurredAt }];
  return data.wasPaid ? [{ performanceId, seats: -seatNos.length, at: occurredAt }] : [];
}
