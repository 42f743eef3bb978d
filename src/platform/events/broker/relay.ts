import type { DurableConsumer, EventType, StoredEvent } from '../event.ts';
import { partitionOf } from '../partitions.ts';
import { encodeEvent } from './cloud-events.ts';

export type RelayOptions = {
  readonly name: string;
  readonly types: readonly EventType[];
  /** Bytes of an event, above which it is published as a reference to the store. */
  readonly eventBytesMax: number;
  /** Bytes of a partition in a round; one more event may come on top. */
  readonly roundBytesMax: number;
  /** Settles when the broker has acknowledged all of a round. What failed may have been published all the same. */
  readonly publish: (round: readonly Outgoing[]) => Promise<void>;
  readonly onPublished: () => void;
};

/**
 * Four times what others get at once: brokers confirm a large round in about the time of a small one
 * (docs/decisions/016-from-commit-to-effect.md).
 */
const BATCH_MAX = 2_000;

/** An event on its way to the broker. */
export type Outgoing = { readonly event: StoredEvent; readonly partition: number; readonly value: Buffer };

/**
 * The consumer of the store that publishes its events. It saves its place after the broker has acknowledged all of a
 * batch; where it dies before, the batch is published again, and falls below the marks of who has had it. Its row is
 * locked meanwhile, so that of several processes one publishes.
 */
export function createRelay(options: RelayOptions): DurableConsumer {
  return {
    kind: 'durable',
    name: options.name,
    types: options.types,
    retry: {
      onPoison: 'wait',
      because: 'a broker holds every event in order, and nothing is published later',
    },
    outside: 'publishes to a broker',
    batchMax: BATCH_MAX,
    async apply(events) {
      for (const round of toRounds(events, options)) await options.publish(round);
      options.onPublished();
    },
  };
}

/**
 * What is published at once, one batch for each partition. Events of one position and partition are never in two
 * batches: readers take a batch whole, and so never see a part of them.
 */
function toRounds(
  events: readonly StoredEvent[],
  { eventBytesMax, roundBytesMax }: RelayOptions,
): readonly (readonly Outgoing[])[] {
  const rounds: Outgoing[][] = [];
  const standing = new Map<number, { round: number; bytes: number; position: number }>();
  for (const event of events) {
    const partition = partitionOf(event.partitionKey);
    const value = encodeEvent(event, eventBytesMax);
    const at = standing.get(partition) ?? { round: 0, bytes: 0, position: event.position };
    if (at.bytes > roundBytesMax && at.position !== event.position) {
      at.round += 1;
      at.bytes = 0;
    }
    at.bytes += value.length;
    at.position = event.position;
    standing.set(partition, at);
    (rounds[at.round] ??= []).push({ event, partition, value });
  }
  return rounds;
}
