import type { Clock } from '../../kernel/clock.ts';
import type { IdempotentWrite } from '../../platform/idempotency/ports.ts';
import type { ConcertView, PerformanceView } from './contract.ts';
import type { KnownSales } from './known-sales.ts';
import type { Concert, Performance } from './model.ts';
import type { LiveSeats } from './ports.ts';
import { concertView, performanceView, untouched } from './views.ts';

export type PresentingDeps = {
  readonly known: KnownSales;
  readonly seats: Pick<LiveSeats, 'of'>;
  readonly clock: Clock;
};

/**
 * Joins what is saved with what is live. Whoever writes prepares first, while waiting is allowed, so that
 * the answer can be made, and saved, within the transaction of the write.
 */
export type Presenting = {
  performance(id: string): Promise<PerformanceView | undefined>;
  concert(id: string): Promise<ConcertView | undefined>;
  preparePerformance(
    concertId: string,
    performanceId: string,
  ): Promise<(performance: Performance) => PerformanceView>;
  prepareConcert(id: string): Promise<(concert: Concert) => ConcertView>;
};

export function createPresenting({ known, seats, clock }: PresentingDeps): Presenting {
  const preparePerformance: Presenting['preparePerformance'] = async (concertId, performanceId) => {
    const concert = await known.concert(concertId);
    const live = await seats.of(performanceId);
    const title = concert?.concert.title ?? '';
    return (performance) => performanceView(performance, title, live ?? untouched(performance), clock.now());
  };

  const performance: Presenting['performance'] = async (id) => {
    const found = await known.performance(id);
    if (!found) return undefined;
    const present = await preparePerformance(found.performance.concertId, id);
    return present(found.performance);
  };

  const prepareConcert: Presenting['prepareConcert'] = async (id) => {
    const found = await known.concert(id);
    const views = await Promise.all((found?.performanceIds ?? []).map(performance));
    const there = views.filter((view) => view !== undefined);
    return (concert) => concertView(concert, there, clock.now());
  };

  return {
    performance,
    preparePerformance,
    prepareConcert,
    async concert(id) {
      const found = await known.concert(id);
      if (!found) return undefined;
      const present = await prepareConcert(id);
      return present(found.concert);
    },
  };
}

/** The same write, told the record instead of its view. */
export function writeOf<T, V>(
  write: IdempotentWrite<V> | undefined,
  present: (record: T) => V,
): IdempotentWrite<T> | undefined {
  return write && { ref: write.ref, answer: (record) => write.answer(present(record)) };
}
