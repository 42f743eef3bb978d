import type { Static, TObject } from 'typebox';
import type { RetryPolicy } from './retry.ts';

/**
 * A type of event, declared once in the `contract.ts` of the module that saves it. What saves events and what
 * consumes them take their types from it, docs/events.md is printed from it, and a test holds what is saved to it.
 */
export type EventType<Type extends string = string, Data extends TObject = TObject> = {
  readonly type: Type;
  readonly version: number;
  /** The schema of `data`. */
  readonly data: Data;
  /** The field of the data that says what the event is about. */
  readonly subject: string;
  /** The field of the data whose events stay in order. */
  readonly partitionKey: string;
};

/** Marks a field of an event's data that other systems do not get: free text of people can name somebody. */
export const STAYS_INSIDE = { 'x-stays-inside': true } as const;

/** The fields of a type's data that are marked so. */
export function staysInside({ data }: EventType): readonly string[] {
  return Object.entries(data.properties).flatMap(([field, schema]) =>
    'x-stays-inside' in schema ? [field] : [],
  );
}

/** Something that happened, to be saved in the transaction of the state it speaks of; `newEvent` makes it. */
export type DomainEvent<E extends EventType = EventType> = E extends EventType
  ? {
      readonly type: E['type'];
      readonly version: number;
      /** A UUID: what the event is about. */
      readonly subject: string;
      /** Events of one partition key are delivered in the order of their saving. */
      readonly partitionKey: string;
      /** Epoch ms. */
      readonly occurredAt: number;
      /** W3C traceparent of the request that caused it. */
      readonly trace?: string;
      readonly data: DataOf<E>;
    }
  : never;

/** An event as it was saved: with its place in the store and an id that stays the same on redelivery. */
export type StoredEvent<E extends EventType = EventType> = E extends EventType
  ? DomainEvent<E> & { readonly position: number; readonly id: string }
  : never;

/** What a type declares; of an event whose type is not known no more than that it has fields. */
type DataOf<E extends EventType> = string extends E['type'] ? object : Static<E['data']>;

/** The open transaction in which a durable consumer's effect and its progress are saved together. */
export type EffectTransaction = unknown;

/** Where a group begins that has no marks yet: at the first event there is (the default), or after all that there are. */
export type Beginning = 'start' | 'now';

/** What a durable consumer says of itself besides its name and types. */
export type ConsumerOptions = {
  readonly from?: Beginning;
  /** What becomes of an event that fails again and again; see RetryPolicy for the default. */
  readonly retry?: RetryPolicy;
  /**
   * What it does that is not in the transaction, such as `sends a mail`. That is at least once, with the event's id as
   * its idempotency key, and cannot be tried without being done.
   */
  readonly outside?: string;
  /** How many events it is given at once at most; else the feed's own number. */
  readonly batchMax?: number;
};

/** Follows a feed with saved marks: each event takes effect exactly once, whatever crashes. */
export type DurableConsumer = ConsumerOptions & {
  readonly kind: 'durable';
  readonly name: string;
  readonly types: readonly EventType[];
  apply(events: readonly StoredEvent[], transaction: EffectTransaction): Promise<void>;
};

/** Follows a feed from a cursor of its own choice to keep something in memory. */
export type Follower = {
  readonly kind: 'follower';
  readonly name: string;
  readonly types: readonly EventType[];
  apply(events: readonly StoredEvent[]): void | Promise<void>;
};

export type EventConsumer = DurableConsumer | Follower;

/**
 * A consumer of these types. Effects must go through `transaction`; a throw rolls back, and the batch comes again
 * with backoff. It gets what the types declare: the store holds nothing else under their names.
 */
export function durableConsumer<E extends EventType>(
  consumer: ConsumerOptions & {
    readonly name: string;
    readonly types: readonly E[];
    apply(events: readonly StoredEvent<E>[], transaction: EffectTransaction): Promise<void>;
  },
): DurableConsumer {
  return { kind: 'durable', ...consumer };
}

/** A follower of these types. It must be idempotent: what failed comes again, and so may what its state holds already. */
export function follower<E extends EventType>(consumer: {
  readonly name: string;
  readonly types: readonly E[];
  apply(events: readonly StoredEvent<E>[]): void | Promise<void>;
}): Follower {
  return { kind: 'follower', ...consumer };
}

type Declared<Schemas extends Readonly<Record<string, TObject>>> = {
  readonly [Type in keyof Schemas & string]: EventType<Type, Schemas[Type]>;
};

/** Declares types of events that have the same subject; order is kept per subject unless another field is named. */
export function defineEvents<const Schemas extends Readonly<Record<string, TObject>>>(
  fields: {
    readonly subject: keyof Static<Schemas[keyof Schemas]> & string;
    readonly partitionKey?: keyof Static<Schemas[keyof Schemas]> & string;
  },
  schemas: Schemas,
): Declared<Schemas> {
  const { subject, partitionKey = subject } = fields;
  const declared = Object.entries(schemas).map(([type, data]) => [
    type,
    { type, version: 1, data, subject, partitionKey },
  ]);
  return Object.fromEntries(declared) as Declared<Schemas>;
}

/** An event to be saved. The only place that makes the envelope around the data. */
export function newEvent<E extends EventType>(
  type: E,
  data: Static<E['data']>,
  about: { readonly occurredAt: number; readonly trace?: string | undefined },
): DomainEvent<E> {
  const fields = data as Readonly<Record<string, unknown>>;
  const { occurredAt, trace } = about;
  return {
    type: type.type,
    version: type.version,
    subject: String(fields[type.subject]),
    partitionKey: String(fields[type.partitionKey]),
    occurredAt,
    ...(trace === undefined ? {} : { trace }),
    data,
  } as unknown as DomainEvent<E>;
}

/** Tells events of these types from others, for consumers that take more than they look at. */
export function eventGuard<E extends EventType>(types: readonly E[]) {
  const names = new Set<string>(types.map(({ type }) => type));
  return (event: StoredEvent): event is StoredEvent<E> & StoredEvent => names.has(event.type);
}
