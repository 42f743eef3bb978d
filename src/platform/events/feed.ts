import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { Cursor } from './cursor.ts';
import type { DurableConsumer, Follower } from './event.ts';

/**
 * How saved events reach consumers. Writers do not see it: an event is saved in the transaction of the state it speaks
 * of, whatever feed carries it on from there.
 *
 * What every feed keeps (test/contracts/event-feed.contract.ts):
 * - Every event saved is delivered at least once, in order per partition key; none before its commit, none skipped.
 * - A durable consumer's name is its group: of all processes that subscribe with it, one runs a lane at a time. Its
 *   effects and the marks of the partitions are saved together, so that each event takes effect once, also one that
 *   the feed repeats.
 * - A batch that fails comes again, after a pause that grows and has jitter. It is split on the way, so that what stands
 *   before a poisoned event takes effect; other lanes go on.
 * - What a durable consumer cannot take after the tries of its policy (retry.ts) is parked as a dead letter, in the
 *   transaction that moves its place and marks. Later events of its partition key are parked behind it, in order, until
 *   a redrive has applied those before them; all else goes on. While something is away nothing is parked.
 */
export type EventFeed = Lifecycle & {
  /**
   * Starts a consumer from where its group stands. A new group begins where it says (`from`). One that followed another
   * feed until now has marks but no place in this one: it reads this one from its lowest mark on.
   */
  subscribe(consumer: DurableConsumer): Subscription;
  /** Delivers everything after `after` to this process. */
  follow(follower: Follower, after: Cursor): Subscription;
  /**
   * A place up to which everything has been committed and can be read. What keeps state in memory asks for it first,
   * loads the state then, and follows from it: some events come that the state holds already, and none is missed.
   */
  now(): Promise<Cursor>;
  /** Says that this process committed events. Others are found by polling. */
  notify(): void;
  /** What this process knows of the feed without asking anyone. */
  stats(): FeedStats;
  /** Where every consumer stands: durable ones of all processes, followers of this one. */
  consumers(): Promise<readonly ConsumerStatus[]>;
};

export type FeedStats = {
  /** How far the feed has been read: the sum over its lanes. */
  readonly position: number;
  /** Events read since the start; several may have one position. */
  readonly events: number;
  /** Those of this process; of a durable one that another process runs, `lag` is as old as its position. */
  readonly consumers: readonly ConsumerStatus[];
};

/** A consumer at work. */
export type Subscription = {
  readonly name: string;
  /** Settles when everything up to `cursor` has taken effect; rejects when the subscription stops first. */
  reached(cursor: Cursor): Promise<void>;
  /** Settles when the batch in flight is done; nothing is delivered afterwards. */
  stop(): Promise<void>;
};

export type ConsumerStatus = {
  readonly name: string;
  readonly kind: 'durable' | 'follower';
  /** How far it has got: the sum over the lanes. */
  readonly position: number;
  /** How far the feed has been read beyond that. */
  readonly lag: number;
  /** What the consumer is stuck at, in the first lane that is; undefined when all is well. */
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
