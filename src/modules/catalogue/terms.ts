/** A seat as people know it. */
export type Seat = {
  /** Unique within the performance: `section-row-number`, such as `A-3-12`. */
  readonly id: string;
  readonly section: string;
  readonly row: string;
  readonly number: number;
  readonly grade: string;
};

/** What selling a performance needs to know of it. Immutable; a change makes a new one. */
export type SalesTerms = {
  readonly performanceId: string;
  readonly concertId: string;
  /** The account of the concert's owner. */
  readonly sellerId: string;
  readonly stageId: string;
  /** Epoch ms: before it, it does not exist for buyers; 0 for always, infinite for never. */
  readonly publicFrom: number;
  /** Epoch ms, as the two below. Seats are sold from `opensAt`, inclusive, to `closesAt`, exclusive. */
  readonly startsAt: number;
  readonly opensAt: number;
  readonly closesAt: number;
  /** Whether it was called off, or moved to a later start. */
  readonly isCancelled: boolean;
  readonly isPostponed: boolean;
  readonly limitPerPerson: number;
  readonly holdTtlMs: number;
  readonly roomEnabled: boolean;
  readonly currency: 'KRW';
  /** Seat numbers run from 0 to `capacity - 1`. */
  readonly capacity: number;
  /** The seat's number, or undefined for an id that the plan does not have. */
  seatNoOf(seatId: string): number | undefined;
  /** @throws RangeError on a number outside of the plan */
  seatAt(seatNo: number): Seat;
  /** Minor units. @throws RangeError on a number outside of the plan */
  priceOf(seatNo: number): number;
};

/** How many seats of a performance are free, held and sold, as far as this process has heard. */
export type Availability = { readonly free: number; readonly held: number; readonly sold: number };

/** The catalogue as other modules see it. */
export type SalesCatalogue = {
  /**
   * The terms of a performance; undefined where there is none. At once where they are remembered, and
   * then without a promise; else one load, however many ask.
   */
  terms(performanceId: string): SalesTerms | undefined | Promise<SalesTerms | undefined>;
  /** Hears of every change of terms, at once of those made in this process; for who keeps terms in memory. */
  onTermsChanged(hear: (performanceId: string) => void): void;
  availability(performanceId: string): Availability | undefined | Promise<Availability | undefined>;
};
