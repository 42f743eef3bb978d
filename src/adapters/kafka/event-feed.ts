import { Fault } from '../../kernel/faults.ts';
import {
  type BrokerFeed,
  type BrokerFeedOptions,
  createBrokerFeed,
  type PublishedStore,
} from '../../platform/events/broker/feed.ts';
import type { Outgoing } from '../../platform/events/broker/relay.ts';
import { PARTITIONS } from '../../platform/events/partitions.ts';
import { KafkaClients, type KafkaSettings } from './clients.ts';
import { Fetcher } from './fetcher.ts';
import { createPartitionReader } from './partition-reader.ts';

export type KafkaEventFeedOptions = BrokerFeedOptions & {
  readonly kafka: KafkaSettings;
  /** The brokers have answered. */
  readonly onAnswer?: () => void;
};

/** Below what brokers take in a batch by default (1 MiB), with one more event on top. */
const ROUND_BYTES_MAX = 512 * 1024;
/** By which the Kafka binding of CloudEvents 1.0 tells a whole event in the value from bare data. */
const HEADERS = new Map([
  [Buffer.from('content-type'), Buffer.from('application/cloudevents+json; charset=UTF-8')],
]);

/** A topic of Kafka with a partition for each of ours; its id is the identity of the feed. */
export function createKafkaEventFeed(store: PublishedStore, options: KafkaEventFeedOptions): BrokerFeed {
  const clients = new KafkaClients(options.kafka, options.onAnswer ?? (() => undefined));
  const fetcher = new Fetcher(clients);
  return createBrokerFeed(
    store,
    {
      name: 'kafka',
      roundBytesMax: ROUND_BYTES_MAX,
      partitionReader: (partition, { onError }) => createPartitionReader({ partition, fetcher, onError }),
      prepare: () => findOrMakeTopic(clients),
      publish: (round) => publishRound(clients, round),
      async ping() {
        await askForTopic(clients);
      },
      close: () => clients.close(),
    },
    options,
  );
}

/** In one request; readers find each partition's part in one batch. */
export async function publishRound(clients: KafkaClients, round: readonly Outgoing[]): Promise<void> {
  const messages = round.map(({ event, partition, value }) => ({
    topic: clients.topic,
    partition,
    key: Buffer.from(event.partitionKey),
    value,
    headers: HEADERS,
    timestamp: BigInt(event.occurredAt),
  }));
  await clients.write((producer) => producer.send({ messages }));
}

/** What the brokers say of it now, not what a client remembers. */
function askForTopic(clients: KafkaClients) {
  return clients.read((consumer) => consumer.metadata({ topics: [clients.topic], forceUpdate: true }));
}

async function findOrMakeTopic(clients: KafkaClients): Promise<string> {
  const { topic } = clients;
  const metadata = await askForTopic(clients).catch(async (error: unknown) => {
    if (!(error instanceof Fault) || error.code !== 'kafka_topic_unknown') throw error;
    await clients.createTopic(PARTITIONS);
    return askForTopic(clients);
  });
  const { id, partitionsCount } = metadata.topics.get(topic)!;
  if (partitionsCount === PARTITIONS) return id;
  throw new Fault(
    'kafka_topic_unfit',
    `the topic ${topic} has ${partitionsCount} partitions and needs ${PARTITIONS}: delete it, so that it is made again, or name another in KAFKA_TOPIC`,
  );
}
