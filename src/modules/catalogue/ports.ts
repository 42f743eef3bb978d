import type { Result } from '../../kernel/result.ts';
import type { DomainEvent, EventType, StoredEvent } from '../../platform/events/event.ts';
import type { IdempotencyRef, ResultSlot } from '../../platform/idempotency/ports.ts';
import type { Concert, GradeCounts, Performance, PerformanceStatus, Sales, Stage, Venue } from './model.ts';
import type { SeatPlan } from './plan-format.ts';
import type { Availability } from './terms.ts';

/** What is saved beside a change, in its transaction. */
export type WriteContext = {
  readonly events: readonly DomainEvent[];
  /** The effect is `{ venue }`, `{ concert }` or `{ performance }` as it is from now on; of a removal there is none. */
  readonly saveTo: ResultSlot | undefined;
};

export type NewStage = { readonly stage: Stage; readonly plan: SeatPlan };

/** A venue with what depends on it, while nobody else changes any of it. */
export type VenueInUse = {
  readonly venue: Venue;
  /** By stage. */
  readonly plans: ReadonlyMap<string, SeatPlan>;
  /** On its stages. */
  readonly performances: readonly Performance[];
  /** Those of them of which seats are held or sold. */
  readonly taken: ReadonlySet<string>;
};

export type VenueChange = {
  /** As it will be. */
  readonly venue: Venue;
  /** All that it will have; with a plan where that is new. */
  readonly stages: readonly { readonly stage: Stage; readonly plan: SeatPlan | undefined }[];
  /** Which show something of what changed. */
  readonly performances: readonly Performance[];
  readonly changedAt: number;
};

/** Port: where sellers' venues are saved. */
export type VenueStore = {
  addVenue(venue: Venue, stages: readonly NewStage[], context: WriteContext): Promise<void>;
  /** Reads, decides and saves while nobody else changes it. @returns undefined where there is none */
  changeVenue<C extends string>(
    id: string,
    decide: (current: VenueInUse) => Result<VenueChange, C>,
    context: {
      readonly eventsOf: (change: VenueChange) => readonly DomainEvent[];
      readonly saveTo: ResultSlot | undefined;
    },
  ): Promise<Result<VenueChange, C> | undefined>;
  removeVenue<C extends string>(
    id: string,
    decide: (current: VenueInUse) => Result<void, C>,
    context: WriteContext,
  ): Promise<Result<void, C> | undefined>;
};

export type ChangedConcert = { readonly concert: Concert; readonly performanceIds: readonly string[] };

/** Port: where sellers' changes are saved. */
export type CatalogueStore = VenueStore & {
  addConcert(concert: Concert, context: WriteContext): Promise<void>;
  /** @returns false, and saves nothing, where its stage is no longer what it was read as */
  addPerformance(performance: Performance, context: WriteContext): Promise<boolean>;
  /** Reads, decides and saves while nobody else changes it. @returns undefined where there is none */
  changeConcert<C extends string>(
    id: string,
    decide: (current: Concert) => Result<Concert, C>,
    context: {
      readonly eventsOf: (performanceIds: readonly string[]) => readonly DomainEvent[];
      readonly saveTo: ResultSlot | undefined;
    },
  ): Promise<Result<ChangedConcert, C> | undefined>;
  changePerformance<C extends string>(
    id: string,
    decide: (current: Performance, sales: Sales) => Result<Performance, C>,
    context: WriteContext,
  ): Promise<Result<Performance, C> | undefined>;
  removePerformance<C extends string>(
    id: string,
    decide: (current: Performance, sales: Sales) => Result<void, C>,
    context: WriteContext,
  ): Promise<Result<void, C> | undefined>;
  /**
   * Takes a removal back where a seat was taken while it was on its way, and the result that was saved with it.
   * @returns whether it did
   */
  restoreIfTaken(
    id: string,
    context: { readonly events: readonly DomainEvent[]; readonly forget: IdempotencyRef | undefined },
  ): Promise<boolean>;
};

export type StageOwner = {
  readonly stage: Stage;
  readonly ownerId: string;
  readonly venueName: string;
  readonly venueNameEn: string | null;
  /** Of the venue. */
  readonly timeZone: string;
};

/** A page of a list ordered by time-ordered ids, newest first. */
export type VenueQuery = {
  readonly ownerId?: string | undefined;
  readonly limit: number;
  readonly before?: string | undefined;
};

export type ConcertSort = 'date' | 'title' | 'popularity' | 'newest';

export type ConcertQuery = {
  /** Found in title or artist, whatever the case. */
  readonly text?: string | undefined;
  readonly category?: string | undefined;
  readonly sellerId?: string | undefined;
  /** Upcoming: with a performance that has not begun; past: with none left; opening: whose sale opens yet. */
  readonly when?: 'upcoming' | 'past' | 'opening' | undefined;
  /** The best of its performances. */
  readonly status?: PerformanceStatus | undefined;
  /** Of the reader, for the order of titles. */
  readonly language?: 'ko' | 'en' | undefined;
  /** Also drafts and hidden ones. */
  readonly withUnpublished?: boolean;
  /** Epoch ms: with a performance that starts from here, inclusive, … */
  readonly from?: number | undefined;
  /** … to here, exclusive. */
  readonly to?: number | undefined;
  readonly sort: ConcertSort;
  readonly now: number;
  /** Rows wanted; one more than a page shows whether there is a next. */
  readonly rows: number;
  /** The sort key of the last row given: [value of the order, id]. */
  readonly after?: readonly [string | number, string] | undefined;
};

/** A row of the list; `key` is its place in the order asked for. */
export type ConcertListRow = Concert & {
  readonly key: readonly [string | number, string];
  readonly performanceCount: number;
  readonly firstStartsAt: number | null;
  readonly lastStartsAt: number | null;
  readonly nextOpensAt: number | null;
  readonly status: PerformanceStatus | null;
  readonly priceFrom: number | null;
  /** Its performances whose sale is not over. */
  readonly selling: readonly { readonly id: string; readonly capacity: number }[];
  readonly venues: readonly { readonly name: string; readonly nameEn: string | null }[];
  /** Where its first performance is. */
  readonly timeZone: string | null;
};

/** All payments, or all refunds, of a seat on a day by the clock of the venue. */
export type TakingsRow = {
  readonly day: string;
  readonly performanceId: string;
  readonly seatNo: number;
  readonly isRefund: boolean;
  readonly seats: number;
  readonly amount: number;
};

/** What can be bought or will be, by its ids. */
export type OnSale = {
  readonly performanceIds: readonly string[];
  readonly concertIds: readonly string[];
};

/** Port: what readers see. Callers remember what they read. */
export type CatalogueReader = {
  venues(query: VenueQuery): Promise<readonly Venue[]>;
  venue(id: string): Promise<Venue | undefined>;
  stage(id: string): Promise<StageOwner | undefined>;
  concerts(query: ConcertQuery): Promise<readonly ConcertListRow[]>;
  concert(id: string): Promise<Concert | undefined>;
  /** By date. */
  performancesOf(concertId: string): Promise<readonly Performance[]>;
  performance(id: string): Promise<Performance | undefined>;
  plan(planHash: string): Promise<SeatPlan | undefined>;
  /** What was paid and given back, seat by seat; by day and performance. */
  takings(concertId: string): Promise<readonly TakingsRow[]>;
  /** Whether this person has ever held or bought seats of one of these performances. */
  hasBooked(accountId: string, performanceIds: readonly string[]): Promise<boolean>;
  /** Performances whose sale is not over at `now`, those that open first up to `limit`. */
  onSale(now: number, limit: number): Promise<OnSale>;
};

/** The live part of a performance. */
export type SeatsNow = { readonly remaining: GradeCounts; readonly availability: Availability };

/** Port: how seats stand now. It follows the log behind the catalogue, whose plans it reads. */
export type LiveSeats = {
  readonly eventTypes: readonly EventType[];
  /** Call before anything is asked for: events after `position` will be told by `hear`. */
  start(position: number): void;
  stop(): void;
  hear(events: readonly StoredEvent[]): void;
  /** At once where it is remembered; undefined where there is no such performance. */
  of(performanceId: string): SeatsNow | undefined | Promise<SeatsNow | undefined>;
  /** The free seats of many performances. */
  free(
    performances: readonly { readonly id: string; readonly capacity: number }[],
  ): Promise<ReadonlyMap<string, number>>;
  /** The plan of this performance may be another now. */
  recheck(performanceId: string): Promise<void>;
};
