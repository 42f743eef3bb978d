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

/** A venue with what depends on it, as it was read: another moment may have changed it since. */
export type VenueInUse = {
  readonly venue: Venue;
  /** By stage. */
  readonly plans: ReadonlyMap<string, SeatPlan>;
  /** On its stages. */
  readonly performances: readonly Performance[];
  /** Those of them of which seats are held or sold. */
  readonly taken: ReadonlySet<string>;
};

/** What a change rests on: it is made only while all of this is still so. */
export type VenueSeen = {
  /** Of the venue; its stages and their plans go with it. */
  readonly version: number;
  /** All on its stages, with the version of their terms. */
  readonly performances: readonly Pick<Performance, 'id' | 'version'>[];
  /** Those of them of which no seat may be held or sold. */
  readonly untaken: readonly string[];
};

export type VenueChange = {
  readonly seen: VenueSeen;
  /** As it will be. */
  readonly venue: Venue;
  /** All that it will have; with a plan where that is new. */
  readonly stages: readonly { readonly stage: Stage; readonly plan: SeatPlan | undefined }[];
  /** Which show something of what changed. */
  readonly performances: readonly Performance[];
  readonly changedAt: number;
};

/** `conflict`: something that the change rests on is no longer as it was read, and nothing was done. */
export type Written = 'written' | 'conflict';

/** Port: where sellers' venues are saved. */
export type VenueStore = {
  addVenue(venue: Venue, stages: readonly NewStage[], context: WriteContext): Promise<void>;
  /** What a change of it is decided from. */
  venueInUse(id: string): Promise<VenueInUse | undefined>;
  changeVenue(change: VenueChange, context: WriteContext): Promise<Written>;
  /** One on whose stages no performance plays. */
  removeVenue(venue: Pick<Venue, 'id' | 'version'>, context: WriteContext): Promise<Written>;
};

/** A change of a concert to its next version, while these are its performances. */
export type ConcertChange = { readonly concert: Concert; readonly performanceIds: readonly string[] };

/** A change to the next version of a performance's terms, while its stage has the seats that it names. */
export type TermsChange = {
  readonly performance: Performance;
  /** Only while no seat of it is held or sold. */
  readonly unlessTaken: boolean;
};

/** Port: where sellers' concerts and performances are saved. */
export type CatalogueStore = {
  addConcert(concert: Concert, context: WriteContext): Promise<void>;
  changeConcert(change: ConcertChange, context: WriteContext): Promise<Written>;
  /** `conflict` where its stage is no longer what it was read as. */
  addPerformance(performance: Performance, context: WriteContext): Promise<Written>;
  /** What was sold of it, now. */
  sales(performanceId: string): Promise<Sales>;
  changePerformance(change: TermsChange, context: WriteContext): Promise<Written>;
  /** One of which nothing is held and nothing was ever sold. */
  removePerformance(
    performance: Pick<Performance, 'id' | 'concertId' | 'version'>,
    context: WriteContext,
  ): Promise<Written>;
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

/** How far the cancellation of a performance has got: its paid reservations, each counted once. */
export type CancellationProgress = {
  readonly waiting: number;
  readonly refunding: number;
  /** Those that the provider refused for good: each is a dead letter, and nobody asks by itself any more. */
  readonly failed: number;
  /** Of these the first `FAILURES_MAX`; amounts are whole won. */
  readonly failures: readonly {
    readonly reservationId: string;
    /** Of the buyer. */
    readonly name: string;
    readonly amount: number;
    readonly attempts: number;
  }[];
  readonly done: number;
  /** Nothing is held or sold any more. */
  readonly isAllCancelled: boolean;
};

/** What buyers have said to a new date: the paid reservations from before. */
export type PostponementProgress = {
  readonly kept: number;
  readonly handedBack: number;
  readonly unanswered: number;
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
  cancellationProgress(performanceId: string): Promise<CancellationProgress>;
  postponementProgress(performanceId: string): Promise<PostponementProgress>;
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
