import type { PlanSeats, SeatStatus, Viewer } from '../catalogue/index.ts';

/** A seat that was ever held, with the fencing number of its last owner. */
export type SeatHold = {
  readonly seatNo: number;
  readonly epoch: number;
  readonly status: SeatStatus;
};

/** Port: the seats' status at this moment, from where it is decided. */
export type SeatHoldReader = {
  holds(performanceId: string): Promise<readonly SeatHold[]>;
  /** Seats held and sold of these performances, or of all; one that has none may be left out. */
  counts(
    performanceIds?: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly held: number; readonly sold: number }>>;
};

/** Port: what seating needs to know of the sales. */
export type SeatPlans = {
  /** The plan of a performance; undefined where there is no such performance. */
  planOf(performanceId: string): Promise<{ readonly plan: PlanSeats; readonly planHash: string } | undefined>;
  /** Whether the sale of a performance is over; undefined when that is not known without asking. */
  isOver(performanceId: string): boolean | undefined;
  maySee(performanceId: string, viewer: Viewer): Promise<boolean>;
};
