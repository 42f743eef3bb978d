import type { DurableConsumer, EventType, StoredEvent } from '../../platform/events/event.ts';
import { partitionOf } from '../../platform/events/partitions.ts';
import type { KafkaClients } from './clients.ts';
import { CONTENT_TYPE, encodeEvent } from './cloud-events.ts';

export type RelayOptions = {
  readonly clients: KafkaClients;
  /** Its place belongs to one topic: one that was deleted and made again is filled from the first event. */
  readonly topicId: string;
  readonly types: readonly EventType[];
  /** Bytes of a record, above which it refers to the store. */
  readonly eventBytesMax: number;
  readonly onPublished: () => void;
};

/** Below what brokers take in a batch by default (1 MiB), with one more event on top. */
const BATCH_BYTES_MAX = 512 * 1024;

/**
 * The consumer of the store that publishes its events. It saves its place after the brokers have acknowledged all of a
 * batch; where it dies before, the batch is published again, and falls below the marks of who has had it. Its row is
 * locked meanwhile, so that of several processes one publishes.
 */
export function createRelay(options: RelayOptions): DurableConsumer {
  const { clients, topicId, types, eventBytesMax, onPublished } = options;
  const { topic } = clients;
  const headers = new Map([[Buffer.from('content-type'), Buffer.from(CONTENT_TYPE)]]);
  return {
    kind: 'durable',
    name: `kafka-relay.${topicId}`,
    types,
    async apply(events) {
      for (const round of toRounds(events, eventBytesMax)) {
        const messages = round.map(({ event, partition, value }) => ({
          topic,
          partition,
          key: Buffer.from(event.partitionKey),
          value,
          headers,
          timestamp: BigInt(event.occurredAt),
        }));
        await clients.write((producer) => producer.send({ messages }));
      }
      onPublished();
    },
  };
}

type Outgoing = { readonly event: StoredEvent; readonly partition: number; readonly value: Buffer };

/**
 * What is sent at once, one batch for each partition. Events of one position and partition are never in two batches:
 * readers take a batch whole, and so never see a part of them.
 */
function toRounds(events: readonly StoredEvent[], bytesMax: number): readonly (readonly Outgoing[])[] {
  const rounds: Outgoing[][] = [];
  const standing = new Map<number, { round: number; bytes: number; position: number }>();
  for (const event of events) {
    const partition = partitionOf(event.partitionKey);
    const value = encodeEvent(event, bytesMax);
    const at = standing.get(partition) ?? { round: 0, bytes: 0, position: event.position };
    if (at.bytes > BATCH_BYTES_MAX && at.position !== event.position) {
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
