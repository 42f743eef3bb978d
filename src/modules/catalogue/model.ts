import { type Refusal, refuse } from '../../kernel/result.ts';
import type { Publication } from './publication.ts';

export type Prices = Readonly<Record<string, number>>;

/** Seats of each grade. */
export type GradeCounts = Readonly<Record<string, number>>;

export type Stage = {
  readonly id: string;
  readonly name: string;
  /** As for everybody where null, here and in what follows. */
  readonly nameEn: string | null;
  readonly planHash: string;
  readonly capacity: number;
  readonly grades: GradeCounts;
};

export type Venue = {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly address: string;
  readonly addressEn: string | null;
  /** IANA name. */
  readonly timeZone: string;
  readonly createdAt: number;
  /** One more with each change of it or of its stages. */
  readonly version: number;
  readonly stages: readonly Stage[];
};

export type Concert = Publication & {
  readonly id: string;
  readonly sellerId: string;
  readonly title: string;
  readonly titleEn: string | null;
  readonly artist: string;
  readonly artistEn: string | null;
  readonly description: string;
  readonly descriptionEn: string | null;
  readonly category: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** One more with each change. */
  readonly version: number;
};

/** One dated show. Times are epoch ms, prices minor units by grade. */
export type Performance = {
  readonly id: string;
  readonly concertId: string;
  readonly sellerId: string;
  /** From when on others than its seller see it; see publication.ts. */
  readonly publicFrom: number;
  readonly venueName: string;
  readonly venueNameEn: string | null;
  /** Of the venue. */
  readonly timeZone: string;
  readonly stage: Stage;
  readonly startsAt: number;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly currency: 'KRW';
  readonly prices: Prices;
  readonly limitPerPerson: number;
  readonly holdTtlMs: number;
  readonly roomEnabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** One more with each change of its terms; sales do not count. */
  readonly version: number;
  /** When it was called off, and why, in the seller's words; null: it takes place. */
  readonly cancelledAt: number | null;
  readonly cancelReason: string | null;
  /** When it was postponed last, and the start before that; null: it never was. */
  readonly postponedAt: number | null;
  readonly postponedFrom: number | null;
};

/** What of a performance may be changed. Its stage is not among it: seat numbers refer to the plan. */
export type PerformanceChange = Partial<
  Pick<
    Performance,
    'startsAt' | 'opensAt' | 'closesAt' | 'prices' | 'limitPerPerson' | 'holdTtlMs' | 'roomEnabled'
  >
>;

export type SeatStatus = 'free' | 'held' | 'sold';

export type PerformanceStatus = 'scheduled' | 'on_sale' | 'sold_out' | 'closed';

/** Sold out is when every seat is sold: one that is only held may come back. */
export function statusAt(
  times: Pick<Performance, 'opensAt' | 'closesAt'>,
  sold: boolean,
  now: number,
): PerformanceStatus {
  if (now >= times.closesAt) return 'closed';
  if (sold) return 'sold_out';
  return now < times.opensAt ? 'scheduled' : 'on_sale';
}

/** What was sold of a performance, at the moment that a change of it is decided. */
export type Sales = {
  /** Seats are held or sold. */
  readonly isTaken: boolean;
  /** A ticket was issued at some time. */
  readonly wasSold: boolean;
};

export type TermsCode = 'sale_times_invalid' | 'prices_incomplete' | 'sale_already_open' | 'already_sold';

/** What must hold of any performance. */
export function refuseTerms(performance: Performance): Refusal<TermsCode> | undefined {
  const { opensAt, closesAt, startsAt, prices, stage } = performance;
  if (opensAt >= closesAt || opensAt >= startsAt) return refuse('sale_times_invalid');
  const missing = Object.keys(stage.grades).filter((grade) => !Object.hasOwn(prices, grade));
  const unknown = Object.keys(prices).filter((grade) => !Object.hasOwn(stage.grades, grade));
  if (missing.length === 0 && unknown.length === 0) return undefined;
  return refuse('prices_incomplete', undefined, { missing, unknown });
}

/**
 * What must hold of a change. Prices may change at any time, for later holds only: a reservation keeps
 * the amount it was made with. The opening may not move once it has passed: people came for it, and the
 * ranking counts from it. The start may not move once a seat is taken: anyone who has it bought that evening, and may
 * give it back until then.
 */
export function refuseChange(
  current: Performance,
  next: Performance,
  { isTaken }: Sales,
  now: number,
): Refusal<TermsCode> | undefined {
  if (next.opensAt !== current.opensAt && now >= current.opensAt) return refuse('sale_already_open');
  if (movesStart(current, next) && isTaken) return refuse('already_sold');
  return refuseTerms(next);
}

/** Whether a change is made only while no seat is taken. */
export function movesStart(current: Performance, next: Performance): boolean {
  return next.startsAt !== current.startsAt;
}
