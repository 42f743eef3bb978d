import type { Clock } from '../../kernel/clock.ts';
import type { ConcertView, PerformanceView } from './contract.ts';
import type { KnownSales } from './known-sales.ts';
import type { LiveSeats } from './ports.ts';
import { type ConcertResult, type PerformanceResult, presentConcert, presentPerformance } from './results.ts';

export type PresentingDeps = {
  readonly known: KnownSales;
  readonly seats: Pick<LiveSeats, 'of'>;
  readonly clock: Clock;
};

/** Joins what is saved with what is live. */
export type Presenting = {
  performance(id: string): Promise<PerformanceView | undefined>;
  concert(id: string): Promise<ConcertView | undefined>;
  /** What the answer to a write shows besides what is written; asked before, to be saved with it. */
  besidesPerformance(
    concertId: string,
    performanceId: string,
  ): Promise<Omit<PerformanceResult, 'performance'>>;
  besidesConcert(id: string): Promise<Omit<ConcertResult, 'concert'>>;
};

export function createPresenting({ known, seats, clock }: PresentingDeps): Presenting {
  const besidesPerformance: Presenting['besidesPerformance'] = async (concertId, performanceId) => {
    const concert = await known.concert(concertId);
    const live = await seats.of(performanceId);
    // Plain data, whatever the live map is.
    const now = live ? { remaining: live.remaining, availability: live.availability } : null;
    const { title = '', titleEn = null } = concert?.concert ?? {};
    return { title, titleEn, seats: now, at: clock.now() };
  };

  const performance: Presenting['performance'] = async (id) => {
    const found = await known.performance(id);
    if (!found) return undefined;
    const besides = await besidesPerformance(found.performance.concertId, id);
    return presentPerformance({ ...besides, performance: found.performance });
  };

  const besidesConcert: Presenting['besidesConcert'] = async (id) => {
    const found = await known.concert(id);
    const views = await Promise.all((found?.performanceIds ?? []).map(performance));
    return { performances: views.filter((view) => view !== undefined), at: clock.now() };
  };

  return {
    performance,
    besidesPerformance,
    besidesConcert,
    async concert(id) {
      const found = await known.concert(id);
      return found && presentConcert({ ...(await besidesConcert(id)), concert: found.concert });
    },
  };
}
