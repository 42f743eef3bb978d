import { createHash, randomUUID } from 'node:crypto';
import { Fault } from '../../kernel/faults.ts';
import {
  type Broker,
  type BrokerFeed,
  type BrokerFeedOptions,
  createBrokerFeed,
  type PublishedStore,
} from '../../platform/events/broker/feed.ts';
import type { Outgoing } from '../../platform/events/broker/relay.ts';
import { PARTITIONS } from '../../platform/events/partitions.ts';
import { RabbitmqConnections, type RabbitmqSettings } from './connections.ts';
import { createPartitionReader } from './partition-reader.ts';
import { Publisher } from './publisher.ts';
import { Stream } from './stream.ts';

export type RabbitmqEventFeedOptions = BrokerFeedOptions & {
  readonly rabbitmq: RabbitmqSettings;
  /** RabbitMQ has answered. */
  readonly onAnswer?: () => void;
};

/**
 * Bytes of a message, with one more event on top: some 800 of the smallest events (`STRIDE`), and what readers hold
 * ahead is that many times sixteen.
 */
const ROUND_BYTES_MAX = 128 * 1024;
const NOTHING = Buffer.from('[]');

/** Streams of RabbitMQ, one for each partition, which an exchange fills; the streams together are the identity. */
export function createRabbitmqEventFeed(
  store: PublishedStore,
  options: RabbitmqEventFeedOptions,
): BrokerFeed {
  const { clock, rabbitmq, onAnswer = () => undefined } = options;
  const connections = new RabbitmqConnections(rabbitmq, clock, onAnswer);
  const publisher = new Publisher(connections);
  const streams: Stream[] = [];
  const passing = new Map<string, () => void>();

  const broker: Broker = {
    name: 'rabbitmq',
    roundBytesMax: ROUND_BYTES_MAX,
    partitionReader(partition, { onError, onNews }) {
      const stream = new Stream(connections, partition, onNews);
      streams.push(stream);
      return createPartitionReader({ partition, stream, onError, onPassed: (id) => passing.get(id)?.() });
    },
    async prepare() {
      const greetings = await openStreams(publisher);
      const ids = await Promise.all(streams.map((stream, at) => stream.identify(greetings[at]!)));
      return createHash('sha256').update(ids.join()).digest('hex').slice(0, 32);
    },
    publish: (round) => publishRound(publisher, round, streams),
    /** RabbitMQ does not say where a stream ends: something of ours is sent there, and waited for. */
    async readToEnd() {
      await Promise.all(
        streams.map(async (stream, partition) => {
          const id = randomUUID();
          const passed = new Promise<void>((resolve) => void passing.set(id, resolve));
          try {
            await publisher.publish({ partition, id, streamId: stream.id, content: NOTHING });
            await connections.arrival(`the end of partition ${partition}`, passed);
          } finally {
            passing.delete(id);
          }
        }),
      );
    },
    ping: () => connections.ping(PARTITIONS),
    close() {
      for (const stream of streams) stream.close();
      connections.close();
    },
  };
  return createBrokerFeed(store, broker, options);
}

/** A message for each partition, and the next only once it is confirmed: so what was lost is never overtaken. */
export async function publishRound(
  publisher: Publisher,
  round: readonly Outgoing[],
  streams: readonly Pick<Stream, 'id'>[],
): Promise<void> {
  const messages = [...Map.groupBy(round, ({ partition }) => partition)].map(([partition, events]) => ({
    partition,
    id: randomUUID(),
    streamId: streams[partition]!.id,
    content: Buffer.from(`[${events.map(({ value }) => value.toString()).join()}]`),
  }));
  const outcomes = await Promise.allSettled(messages.map((message) => publisher.publish(message)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Publishes something to each stream. @returns the ids, by partition */
export async function openStreams(publisher: Publisher): Promise<readonly string[]> {
  const greet = async () => {
    const ids = Array.from({ length: PARTITIONS }, () => randomUUID());
    await Promise.all(ids.map((id, partition) => publisher.publish({ partition, id, content: NOTHING })));
    return ids;
  };
  try {
    return await greet();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'rabbitmq_stream_unknown') throw error;
    await publisher.declare(PARTITIONS);
    return greet();
  }
}
