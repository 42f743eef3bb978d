/** Something that happened, saved in the transaction of the state it speaks of. */
export type DomainEvent<Type extends string = string, Data extends object = object> = {
  readonly type: Type;
  readonly version: number;
  /** A UUID; events of one key are delivered in the order of their saving. */
  readonly key: string;
  /** Epoch ms. */
  readonly occurredAt: number;
  /** W3C traceparent of the request that caused it. */
  readonly trace?: string;
  readonly data: Data;
};

/** An event as the log gives it out: with its place in the log and an id that stays the same on redelivery. */
export type LoggedEvent<Type extends string = string, Data extends object = object> = DomainEvent<
  Type,
  Data
> & {
  readonly position: number;
  readonly id: string;
};

/** The open transaction in which a durable consumer's effect and its progress are saved together. */
export type EffectTransaction = unknown;

/** Follows the log with a saved position: each event takes effect exactly once, whatever crashes. */
export type DurableConsumer = {
  readonly kind: 'durable';
  readonly name: string;
  readonly types: readonly string[];
  /** Effects must go through `transaction`; a throw rolls back, and the batch comes again with backoff. */
  apply(events: readonly LoggedEvent[], transaction: EffectTransaction): Promise<void>;
};

/** Follows the log from a position of its own choice to keep something in memory; must be idempotent. */
export type Follower = {
  readonly kind: 'follower';
  readonly name: string;
  readonly types: readonly string[];
  apply(events: readonly LoggedEvent[]): void | Promise<void>;
};

export type EventConsumer = DurableConsumer | Follower;
