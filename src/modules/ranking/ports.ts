import type { DomainEvent, EffectTransaction } from '../../platform/events/event.ts';
import type { MinuteSales, SalesProgress } from './model.ts';

/** What a ranking says of a performance beside its rank. */
export type RankedPerformance = {
  readonly performanceId: string;
  readonly concertId: string;
  readonly title: string;
  /** For readers of English; as for everybody where null. */
  readonly titleEn: string | null;
  readonly artist: string;
  readonly artistEn: string | null;
  readonly venue: string;
  readonly venueEn: string | null;
  /** Of the venue, by its IANA name. */
  readonly timeZone: string;
  readonly startsAt: number;
  readonly opensAt: number;
  readonly capacity: number;
  readonly sold: number;
};

export type SellingNow = RankedPerformance & { readonly soldInWindow: number };
export type SoldOut = RankedPerformance & { readonly soldOutAt: number };

/** Port: how many seats of these performances are free now, whether sold or held the others are. */
export type RemainingReader = {
  of(
    performances: readonly { readonly id: string; readonly capacity: number }[],
  ): Promise<ReadonlyMap<string, number>>;
};

/** Port: the read model of rankings. The first three run in the transaction of the consumer. */
export type RankingStore = {
  /** Where these performances stand; a performance that does not exist is left out. */
  progress(
    performanceIds: readonly string[],
    transaction: EffectTransaction,
  ): Promise<readonly SalesProgress[]>;
  save(
    progress: readonly SalesProgress[],
    minutes: readonly MinuteSales[],
    transaction: EffectTransaction,
  ): Promise<void>;
  /** Saves events, but those that were saved when it was filled before. */
  tell(events: readonly DomainEvent[], transaction: EffectTransaction): Promise<void>;
  /** Those that sold most since `since` (epoch ms), most first. */
  sellingNow(since: number, limit: number): Promise<readonly SellingNow[]>;
  /** Those that were sold out soonest after their opening, fastest first. */
  fastestSoldOut(limit: number): Promise<readonly SoldOut[]>;
  /** Empties the read model and lets the consumer begin at the first event again. */
  reset(): Promise<void>;
};
