import type { Result } from '../../kernel/result.ts';
import type { EffectTransaction } from '../../platform/events/event.ts';
import type { ResultSlot } from '../../platform/idempotency/ports.ts';
import type { ReservationRecord } from './model.ts';

/** What is asked of a strategy for one reservation. The service has checked all that needs no shared state. */
export type HoldRequest = {
  /** Chosen by the caller, so that a request that is run again after a lost connection knows its own work. */
  readonly reservationId: string;
  readonly performanceId: string;
  readonly accountId: string;
  /** Distinct and ascending, at least one; `prices` at the same index. */
  readonly seatNos: readonly number[];
  readonly prices: readonly number[];
  readonly amount: number;
  readonly holdTtlMs: number;
  /** Seats that one person may have in this performance, held and bought together. */
  readonly limitPerPerson: number;
  readonly trace?: string | undefined;
  /** Of a hold that is made; its effect is the ReservationRecord. */
  readonly saveTo?: ResultSlot | undefined;
};

export type HoldRefusal =
  /** `seatNos`: those of the wanted that have a live owner; at least one. Nothing was held. */
  | { readonly ok: false; readonly code: 'seat_taken'; readonly seatNos: readonly number[] }
  /** `seatsHad`: how many seats the person has in this performance already. Nothing was held. */
  | { readonly ok: false; readonly code: 'limit_reached'; readonly seatsHad: number };

export type HoldOutcome = { readonly ok: true; readonly value: ReservationRecord } | HoldRefusal;

/**
 * The strategies of exclusive holds (one adapter file each). All or nothing per request; the answer comes
 * after the commit; reservation, event and the result under its key are saved in the transaction of the hold.
 *
 * One request a call, although ports are batch-first elsewhere: how requests are grouped, if at all, is
 * just what the strategies differ in.
 */
export type SeatHolds = {
  readonly strategy: string;
  /** Requests accepted and not decided yet. */
  readonly undecided: number;
  /** True while `hold` refuses with an OverloadedFault, so that callers need not come so far. */
  readonly isFull: boolean;
  /**
   * @throws OverloadedFault when the bounded queue is full
   * @throws UnavailableFault when the store is away, and it is unknown whether the hold was made
   */
  hold(request: HoldRequest): Promise<HoldOutcome>;
  /** Begins to connect to the service that it needs beside the database, which a hold does as well. */
  start?(): void;
  /** @throws UnavailableFault while such a service cannot be used, and holds are refused for it */
  ping?(): Promise<void>;
  /** Refuses new requests; settles when all that were accepted are answered. */
  drain(): Promise<void>;
};

export type ReservationFilter = {
  readonly accountId?: string;
  readonly performanceId?: string;
  /** Those of performances that this account sells. */
  readonly sellerId?: string;
};

export type ReservationPage = {
  readonly limit: number;
  /** The id of the last one seen; newer ones are left out. */
  readonly before?: string | undefined;
};

/** Reads. */
export type ReservationStore = {
  find(id: string): Promise<ReservationRecord | undefined>;
  /** Newest first; one more than asked for when there are more. */
  list(filter: ReservationFilter, page: ReservationPage): Promise<readonly ReservationRecord[]>;
};

/** Port: what buyers say to a new date. */
export type PostponementAnswers = {
  /**
   * Writes down that a paid reservation is kept for `startsAt`, with its event and result; one that is kept for it
   * already stays as it is. @returns undefined where it is not a paid one
   */
  keep(answer: {
    readonly reservationId: string;
    readonly startsAt: number;
    readonly now: number;
    readonly trace?: string | undefined;
    readonly saveTo?: ResultSlot | undefined;
  }): Promise<ReservationRecord | undefined>;
};

export type CancelRequest = {
  readonly reservationId: string;
  /** Who asked, for the record. */
  readonly requestedBy: string;
  /** Id of the transfer that gives points back, should there be one. */
  readonly transferId: string;
  /** `cancel` does it now; `request-cancel` only writes down that it shall be done. */
  readonly how: 'cancel' | 'request-cancel';
  readonly trace?: string | undefined;
  /** Of every success; its effect is the ReservationRecord. */
  readonly saveTo?: ResultSlot | undefined;
};

export type CancelOutcome = Result<ReservationRecord, 'reservation_not_found' | 'reservation_ended'>;

export type RequestedCancellation = {
  readonly reservationId: string;
  readonly transferId: string;
  readonly trace?: string | undefined;
};

/** Gives seats and money back. Status, seats, refund, event and result change in one transaction. */
export type Cancellations = {
  /** Requests of one batch name different reservations. */
  cancel(batch: readonly CancelRequest[]): Promise<readonly CancelOutcome[]>;
  /** Carries out what was requested, in the transaction of the consumer; passes over what is done already. */
  carryOut(batch: readonly RequestedCancellation[], transaction: EffectTransaction): Promise<void>;
};

/** Ends what was held and sold of cancelled performances. */
export type PerformanceEndings = {
  /** The cancelled performances of which something may be held or sold yet. */
  ending(): Promise<readonly string[]>;
  /**
   * Cancels what lives of up to `limit` reservations of a performance, those after `after`, with refunds and events in one
   * transaction. @returns the last of them, to go on after; undefined where none was left
   */
  endReservations(batch: {
    readonly performanceId: string;
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<string | undefined>;
  /** Writes down that nothing is held or sold any more. @returns false where something is */
  finish(performanceId: string): Promise<boolean>;
};

/** Ends lapsed holds. */
export type HoldExpiry = {
  /**
   * Ends up to `limit` holds that lapsed after `since` (epoch ms; all when undefined). Safe beside any number
   * of others: what one of them is at is passed over.
   * @returns how many were ended
   */
  expire(sweep: { readonly since: number | undefined; readonly limit: number }): Promise<number>;
};
