import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import { KafkaClients } from '../../src/adapters/kafka/clients.ts';
import {
  createKafkaEventFeed,
  type KafkaEventFeedOptions,
  publishRound,
} from '../../src/adapters/kafka/event-feed.ts';
import { Fetcher } from '../../src/adapters/kafka/fetcher.ts';
import type { BrokerFeed } from '../../src/platform/events/broker/feed.ts';
import type { EventFeedOptions } from '../../src/platform/events/engine.ts';
import { PARTITIONS } from '../../src/platform/events/partitions.ts';
import type { EventFeedWorld } from '../contracts/event-feed.fixture.ts';
import { type BrokerWorld, createBrokerWorld, EVENT_BYTES_MAX, openBrokerFeed } from './broker-world.ts';
import { openEventTables } from './event-tables.ts';
import type { OpenDatabase } from './open-database.ts';

export type KafkaPlace = { readonly brokers: readonly string[]; readonly topic: string };

export type KafkaWorld = BrokerWorld &
  Pick<EventFeedWorld, 'forget'> & {
    readonly topic: string;
    open(options: EventFeedOptions & Partial<KafkaEventFeedOptions>): BrokerFeed;
    /** Writes what no relay would. */
    write(records: readonly { readonly partition: number; readonly value: string }[]): Promise<void>;
    createTopic(partitions: number): Promise<void>;
    deleteTopic(): Promise<void>;
    /** Gives a user the rights on the topic that docs/deploy.md names. */
    allow(user: string): Promise<void>;
  };

/** A database whose events go to a topic of their own. */
export async function createKafkaWorld(
  place: KafkaPlace,
  open?: () => Promise<OpenDatabase>,
): Promise<KafkaWorld> {
  const tables = await openEventTables(open);
  const { topic } = place;
  const kafka = { ...place, tls: false };
  const clients = new KafkaClients(kafka, () => undefined);
  const fetcher = new Fetcher(clients);
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const world = createBrokerWorld(tables, 'kafka', (round) => publishRound(clients, round));
  return {
    ...world,
    open(options) {
      const about = { kafka, eventBytesMax: EVENT_BYTES_MAX, startWaitMs: 60_000, ...options };
      return openBrokerFeed(tables.database, options, (store) => createKafkaEventFeed(store, about));
    },
    async forget() {
      await world.allPublished();
      await deleteRecords(place);
    },
    async published() {
      const found = await Promise.all(partitions.map((partition) => fetcher.read(partition, 0)));
      const records = found.flatMap(({ batches }) => batches.flatMap((batch) => batch.records));
      return records.map(({ value }) => JSON.parse(value!.toString()) as Record<string, unknown>);
    },
    write: (records) => write(clients, records),
    createTopic: (count) => clients.createTopic(count),
    topic,
    deleteTopic: () => deleteTopic(place),
    allow: (user) => allow(place, user),
    async close() {
      clients.close();
      await tables.close();
    },
  };
}

async function write(clients: KafkaClients, records: Parameters<KafkaWorld['write']>[0]): Promise<void> {
  const messages = records.map(({ partition, value }) => ({
    topic: clients.topic,
    partition,
    value: Buffer.from(value),
  }));
  await clients.write((producer) => producer.send({ messages }));
}

async function deleteRecords({ brokers, topic }: KafkaPlace): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
  // -1: all that there is.
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, offset: -1n }));
  await admin.deleteRecords({ topics: [{ name: topic, partitions }] });
  await admin.close();
}

async function deleteTopic({ brokers, topic }: KafkaPlace): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
  await admin.deleteTopics({ topics: [topic] });
  await admin.close();
}

async function allow({ brokers, topic }: KafkaPlace, user: string): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
  const { CREATE, DESCRIBE, READ, WRITE } = AclOperations;
  const creations = [CREATE, DESCRIBE, READ, WRITE].map((operation) => ({
    resourceType: ResourceTypes.TOPIC,
    resourceName: topic,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: '*',
    operation,
    permissionType: AclPermissionTypes.ALLOW,
  }));
  await admin.createAcls({ creations });
  await admin.close();
}
