import type { EffectTransaction, StoredEvent } from './event.ts';
import type { ConsumerFailure } from './log.ts';

/**
 * A stretch of the log: all events of the types asked for with positions after `after` and up to `end`. Events that
 * were saved at once may have one position: no page ends between them.
 */
export type EventPage = {
  readonly after: number;
  readonly end: number;
  readonly events: readonly StoredEvent[];
};

/** What a page reader is asked for: events after `after`, up to `end`, of some types, until there are `limit`. */
export type PageRequest = {
  readonly after: number;
  readonly end: number;
  readonly types: ReadonlySet<string>;
  readonly limit: number;
};

/** A page at the end of the log, and when it is worth asking again. */
export type TailPage = EventPage & {
  /** How many events lie in the stretch, of whatever type. */
  readonly size: number;
  /** Ask at once (0), or after so many ms because something is being committed; undefined: when poked. */
  readonly againMs: number | undefined;
};

/** How a log's storage is read. What it gives out is final: no event appears later at a smaller position. */
export type EventSource = {
  /** A position from which the tail can be followed; near the end. */
  open(): Promise<number>;
  /** What follows `after`, as far as it is final. Called by one reader, one call at a time. */
  readTail(after: number, types: ReadonlySet<string>): Promise<TailPage>;
  /** Anything up to the tail; `end` of the page is below that asked for where `limit` cut it. */
  readPage(request: PageRequest): Promise<EventPage>;
};

/** What a consumer is at: the position saved last, as far as it knows, and the stretch it has at hand. */
export type Step = {
  readonly name: string;
  readonly savedPosition: number;
  readonly end: number;
  /** Runs in the transaction that saves `end`; undefined where the stretch holds nothing for the consumer. */
  readonly effect: ((transaction: EffectTransaction) => Promise<void>) | undefined;
};

/**
 * `moved`: the position saved is another than expected, since another process runs this consumer; nothing
 * was done. `busy`: another process runs it this very moment.
 */
export type StepOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'moved'; readonly position: number }
  | { readonly kind: 'busy' };

export type SavedProgress = {
  readonly name: string;
  readonly position: number;
  readonly failure: ConsumerFailure | undefined;
};

/** How durable consumers' positions are kept. */
export type ProgressStore = {
  /** The consumer's progress; made at position 0 when it is new. */
  load(name: string): Promise<SavedProgress>;
  /** Effect and position in one transaction, of one process at a time. Throws what the effect throws. */
  advance(step: Step): Promise<StepOutcome>;
  /** Keeps a failure for people to see. */
  recordFailure(name: string, failure: ConsumerFailure): Promise<void>;
  list(): Promise<readonly SavedProgress[]>;
};
