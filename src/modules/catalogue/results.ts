import type { ConcertView, PerformanceView } from './contract.ts';
import type { Concert, Performance, Venue } from './model.ts';
import type { SeatsNow } from './ports.ts';
import type { VenueView } from './venue-contract.ts';
import { concertView, performanceView, untouched, venueView } from './views.ts';

/** What a write of a seller came to, with what its answer shows besides: as of `at`, epoch ms. */
export type ConcertResult = {
  readonly concert: Concert;
  readonly performances: readonly PerformanceView[];
  readonly at: number;
};

export type PerformanceResult = {
  readonly performance: Performance;
  readonly title: string;
  readonly titleEn: string | null;
  /** Null where nobody can have taken a seat yet. */
  readonly seats: SeatsNow | null;
  readonly at: number;
};

export type VenueResult = { readonly venue: Venue };

export function presentConcert({ concert, performances, at }: ConcertResult): ConcertView {
  return concertView(concert, performances, at);
}

export function presentPerformance({
  performance,
  title,
  titleEn,
  seats,
  at,
}: PerformanceResult): PerformanceView {
  return performanceView(performance, { title, titleEn }, seats ?? untouched(performance), at);
}

export function presentVenue({ venue }: VenueResult): VenueView {
  return venueView(venue);
}
