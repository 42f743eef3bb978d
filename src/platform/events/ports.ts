import { Fault } from '../../kernel/faults.ts';
import type { EffectTransaction, StoredEvent } from './event.ts';
import type { ConsumerFailure } from './feed.ts';

/**
 * What is on record. Writers save events with the state they speak of, in its transaction (`appendEvents` of the
 * store's adapter), so that saving is no method here.
 */
export type EventStore = {
  /** The events of a subject in the order of their saving, but for `reservation.created`, which the reservation tells. */
  history(subject: string): Promise<readonly StoredEvent[]>;
};

/** How far the effects of events are. */
export type EventMarks = {
  /** By durable consumer, up to which position the events of a partition key took effect, whatever feed brought them. */
  marks(partitionKey: string): Promise<ReadonlyMap<string, number>>;
  /** What of these subjects is a dead letter, oldest first; all of them are within these partition keys. */
  deadLetters(of: {
    readonly partitionKeys: readonly string[];
    readonly subjects: readonly string[];
  }): Promise<readonly DeadLetter[]>;
};

/** An event that a consumer could not take; one without a cause only waits behind another of its key. */
export type DeadLetter = {
  readonly consumer: string;
  readonly type: string;
  readonly subject: string;
  /** Null: it is no event of the log. */
  readonly position: number | null;
  readonly cause: string | null;
  readonly error: string | null;
  readonly attempts: number;
  /** Epoch ms. */
  readonly since: number;
};

/**
 * An event as a feed delivers it. The offset says where to read on in its lane; it grows, and events that were saved
 * at once may share one. It may come again under another offset: the position says which event it is.
 */
export type FeedEvent = StoredEvent & { readonly offset: number };

/** A stretch of a lane: all events of the types asked for with offsets after `after` and up to `end`. */
export type FeedPage = {
  readonly after: number;
  readonly end: number;
  /** No page ends between events of one offset, and none between events of one position. */
  readonly events: readonly FeedEvent[];
};

/** What a page reader is asked for: events after `after`, up to `end`, of some types, until there are `limit`. */
export type PageRequest = {
  readonly after: number;
  readonly end: number;
  readonly types: ReadonlySet<string>;
  readonly limit: number;
};

/** The feed keeps no longer what follows an offset. The store does: it is there that one catches up. */
export class OffsetLostFault extends Fault {
  constructor(message: string) {
    super('offset_lost', message);
  }
}

/** A page at the end of a lane, and when it is worth asking again. */
export type TailPage = FeedPage & {
  /** How many events lie in the stretch, of whatever type. */
  readonly size: number;
  /** Ask at once (0), or after so many ms because something is being committed; undefined: when notified. */
  readonly againMs: number | undefined;
};

/**
 * How a feed is read. A lane is what is read in order with one offset: the table of events is one lane, a broker has
 * one for each partition. Events of one partition come on one lane, in the order of their positions but for
 * repetitions. What a lane gives out is final: no event appears later at a smaller offset. A feed beside the store may
 * keep less than that: its lanes throw an OffsetLostFault where what follows `after` is there no longer.
 */
export type FeedLane = {
  /** An offset from which the tail can be followed; near the end. */
  open(): Promise<number>;
  /** An offset up to which no event lies above this position of the store, also where what follows it is lost. */
  offsetBefore(position: number): Promise<number>;
  /** How many events lie between two offsets, as far as known; undefined where offsets count them. */
  countBetween?(after: number, end: number): number;
  /** What follows `after`, as far as it is final. Called by one reader, one call at a time. */
  readTail(after: number, types: ReadonlySet<string>): Promise<TailPage>;
  /** Anything up to the tail; `end` of the page is below that asked for where `limit` cut it. */
  readPage(request: PageRequest): Promise<FeedPage>;
};

/** What takes effect in a partition: the positions of the first and the last event. */
export type MarkStep = { readonly partition: number; readonly first: number; readonly last: number };

/** What a consumer is at: a stretch of a lane, from the offset that was saved last, as far as it knows, up to `end`. */
export type Step = {
  readonly name: string;
  readonly lane: number;
  readonly savedOffset: number;
  readonly end: number;
  readonly marks: readonly MarkStep[];
  /** Runs in the transaction that saves `end` and the marks; undefined where the stretch holds nothing for it. */
  readonly effect: ((transaction: EffectTransaction) => Promise<void>) | undefined;
};

/**
 * `moved`: the offset saved is another, or a mark is not below what is to take effect, since another process runs this
 * lane of the consumer, or its progress was put back; nothing was done. `busy`: another process runs it this very moment.
 */
export type StepOutcome = 'done' | 'moved' | 'busy';

export type SavedProgress = {
  readonly name: string;
  readonly lane: number;
  /** Everything up to here has taken effect. */
  readonly offset: number;
  readonly failure: ConsumerFailure | undefined;
};

/** Where a consumer begins in a feed in which it has no place yet. */
export type FirstPlace = {
  readonly name: string;
  /** By lane. */
  readonly offsets: readonly number[];
  /** Of each partition, where the consumer has no marks. */
  readonly mark: number;
};

/**
 * How durable consumers' progress is kept: an offset for each lane, which is this feed's alone, and a mark for each
 * partition, which holds whatever feed the events came by.
 */
export type ProgressStore = {
  /** Where a consumer stands in a lane; undefined when it has not begun in this feed. */
  load(name: string, lane: number): Promise<SavedProgress | undefined>;
  /** By partition, the highest position whose event has taken effect; none of a new consumer. */
  loadMarks(name: string): Promise<readonly number[]>;
  /** All at once. What there is already stays, since another process may have been faster. */
  begin(place: FirstPlace): Promise<void>;
  /** Effect, marks and offset in one transaction, of one process at a time. Throws what the effect throws. */
  advance(step: Step): Promise<StepOutcome>;
  /** Keeps a failure for people to see. */
  recordFailure(name: string, lane: number, failure: ConsumerFailure): Promise<void>;
  list(): Promise<readonly SavedProgress[]>;
};

/** Why an event is parked; undefined of one that only waits behind another of its key. */
export type ParkedFailure = {
  /** The same for all errors that differ in ids and figures alone; `causeOf`. */
  readonly cause: string;
  readonly error: string;
  readonly attempts: number;
  /** Epoch ms. */
  readonly firstFailedAt: number;
  readonly lastFailedAt: number;
};

export type ParkedEvent = {
  /** Without a position it is no event of the log, and no mark speaks of it. */
  readonly event: Omit<StoredEvent, 'position'> & { readonly position: number | undefined };
  readonly failure: ParkedFailure | undefined;
};

/**
 * Where the events lie that a consumer could not take, with the later ones of their keys: the consumer's side of the
 * dead-letter store, whatever feed brings the events.
 */
export type ParkedEvents = {
  /** Keys of a consumer that have parked events. */
  keys(consumer: string): Promise<readonly string[]>;
  /** Those of these keys that have some still, locked until the transaction ends: no redrive empties them meanwhile. */
  lockKeys(
    held: { readonly consumer: string; readonly keys: readonly string[] },
    transaction: EffectTransaction,
  ): Promise<ReadonlySet<string>>;
  /**
   * Adds events in their order.
   * @throws OverloadedFault where the consumer has as many as it may: then it waits
   */
  park(
    parked: {
      readonly consumer: string;
      /** What the consumer takes. */
      readonly types: readonly string[];
      readonly events: readonly ParkedEvent[];
    },
    transaction: EffectTransaction,
  ): Promise<void>;
  /** Runs a part of the transaction, which is undone alone where it throws. */
  attempt(transaction: EffectTransaction, work: (part: EffectTransaction) => Promise<void>): Promise<void>;
};
