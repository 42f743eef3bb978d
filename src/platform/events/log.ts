import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { DurableConsumer, Follower, StoredEvent } from './event.ts';

/** What is on record. Writers save events with their state (`appendEvents` in adapters/postgres/events/outbox.ts). */
export type EventStore = {
  /** The events of a subject in the order of their saving. Those of its creation may be left out where they are many. */
  history(subject: string): Promise<readonly StoredEvent[]>;
};

/**
 * The event log as its readers see it. Writers do not: an event is saved in the transaction of the state
 * it speaks of (`appendEvents` in adapters/postgres/events/outbox.ts), whatever log carries it on from there.
 *
 * What every adapter keeps (test/contracts/event-log.contract.ts):
 * - Every event saved is delivered at least once, in order per key; none before its commit, none skipped.
 * - A durable consumer's name is its group: of all processes that subscribe with it, one runs at a time,
 *   and its effects and its progress are saved together, so that each event takes effect once.
 * - A batch that fails comes again, after a pause that grows and has jitter, for as long as it takes. It is
 *   split on the way, so that what stands before a poisoned event takes effect; events of one position stay together.
 */
export type EventLog = Lifecycle & {
  /** Starts a consumer from where its group stands; a new group begins at the first event. */
  subscribe(consumer: DurableConsumer): Subscription;
  /** Delivers everything after `position` to this process. */
  follow(follower: Follower, position: number): Subscription;
  /**
   * A position up to which everything has been committed and can be read. What keeps state in memory asks
   * for it first, loads the state then, and follows from it: some events come that the state holds already,
   * and none is missed.
   */
  position(): Promise<number>;
  /** Says that this process committed events. Only a hint: others are found by polling. */
  poke(): void;
  /** What this process knows of the log without asking anyone. */
  figures(): LogFigures;
  /** Where every consumer stands: durable ones of all processes, followers of this one. */
  consumers(): Promise<readonly ConsumerStatus[]>;
};

export type LogFigures = {
  /** Everything up to here has been read. */
  readonly position: number;
  /** Events read since the start; several may have one position. */
  readonly events: number;
  /** Those of this process; of a durable one that another process runs, `lag` is as old as its position. */
  readonly consumers: readonly ConsumerStatus[];
};

/** A consumer at work. */
export type Subscription = {
  readonly name: string;
  /** Everything up to here has taken effect, as far as this process knows. */
  readonly position: number;
  /** Settles when everything up to `position` has taken effect; rejects when the subscription stops first. */
  reached(position: number): Promise<void>;
  /** Settles when the batch in flight is done; nothing is delivered afterwards. */
  stop(): Promise<void>;
};

export type ConsumerStatus = {
  readonly name: string;
  readonly kind: 'durable' | 'follower';
  readonly position: number;
  /** How many positions of the log lie ahead. */
  readonly lag: number;
  /** What the consumer is stuck at; undefined when all is well. */
  readonly failure: ConsumerFailure | undefined;
};

export type ConsumerFailure = {
  /** How often in a row. */
  readonly attempts: number;
  readonly error: string;
  /** Epoch ms of the first of these failures. */
  readonly since: number;
  /** Of the event that fails, or of the first of the batch while it is being looked for. */
  readonly position: number;
};
