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
import type { Database } from '../../src/adapters/postgres/database.ts';
import {
  createNotifyingProgress,
  createPostgresEventFeed,
} from '../../src/adapters/postgres/events/event-feed.ts';
import { createEventTail } from '../../src/adapters/postgres/events/event-tail.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { reservationEvents } from '../../src/modules/reservations/index.ts';
import type { BrokerFeed } from '../../src/platform/events/broker/feed.ts';
import { createRelay } from '../../src/platform/events/broker/relay.ts';
import type { EventFeedOptions } from '../../src/platform/events/engine.ts';
import type { DomainEvent, EventType, StoredEvent } from '../../src/platform/events/event.ts';
import { PARTITIONS } from '../../src/platform/events/partitions.ts';
import { type EventFeedWorld, THINGS } from '../contracts/event-feed.fixture.ts';
import { openEventTables } from './event-tables.ts';
import type { OpenDatabase } from './open-database.ts';
import { until } from './until.ts';

export type KafkaPlace = { readonly brokers: readonly string[]; readonly topic: string };

export type KafkaWorld = Omit<EventFeedWorld, 'open'> & {
  readonly database: Database;
  readonly topic: string;
  open(options: EventFeedOptions & Partial<KafkaEventFeedOptions>): BrokerFeed;
  /** Saves events in a transaction that commits once `held` settles. */
  appendHeld(events: readonly DomainEvent[], held: Promise<void>): HeldAppend;
  /** The position up to which the relay has saved that it published. */
  relayPlace(): Promise<number>;
  /** How many records the topic has. */
  published(): Promise<number>;
  /** Every record, as JSON. */
  records(): Promise<readonly unknown[]>;
  /** Writes what no relay would. */
  write(records: readonly { readonly partition: number; readonly value: string }[]): Promise<void>;
  createTopic(partitions: number): Promise<void>;
  deleteTopic(): Promise<void>;
  /** Gives a user the rights on the topic that docs/deploy.md names. */
  allow(user: string): Promise<void>;
};

type HeldAppend = { readonly appended: Promise<void>; readonly committed: Promise<void> };

const TYPES: readonly EventType[] = [...Object.values(THINGS), reservationEvents['reservation.created']];
const EVENT_BYTES_MAX = 64_000;

/** A database whose events go to a topic of their own. */
export async function createKafkaWorld(
  place: KafkaPlace,
  open?: () => Promise<OpenDatabase>,
): Promise<KafkaWorld> {
  const tables = await openEventTables(open);
  const { database } = tables;
  const { topic } = place;
  const kafka = { ...place, tls: false };
  const clients = new KafkaClients(kafka, () => undefined);
  const fetcher = new Fetcher(clients);
  const tail = createEventTail(database);
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const endOfStore = async () => {
    const [last] = await database.query<{ position: number | null }>(
      'select max(position) as position from event',
    );
    return last!.position ?? 0;
  };
  const relayPlace = async () => {
    const [row] = await database.query<{ position: number | null }>(
      `select max(position) as position from event_consumer where name like 'kafka-relay.%'`,
    );
    return row!.position ?? 0;
  };
  return {
    ...tables,
    lanes: PARTITIONS,
    open: (options) =>
      openFeed(database, { kafka, eventBytesMax: EVENT_BYTES_MAX, startWaitMs: 60_000, ...options }),
    async repeat(count) {
      const end = await endOfStore();
      // A relay repeats what it published before, and never goes ahead of itself.
      await until(async () => (await relayPlace()) >= end);
      const types = new Set(TYPES.map(({ type }) => type));
      const page = await tail.readPage({ after: end - count, end, types, limit: count });
      await publishAgain(clients, page.events);
    },
    async forget() {
      const end = await endOfStore();
      await until(async () => (await relayPlace()) >= end);
      await deleteRecords(place);
    },
    appendHeld(events, held) {
      const appended = Promise.withResolvers<void>();
      const committed = database.transaction(async (tx) => {
        await appendEvents(tx, events);
        appended.resolve();
        await held;
      });
      return { appended: appended.promise, committed };
    },
    relayPlace,
    async published() {
      const ends = await Promise.all(partitions.map((partition) => fetcher.end(partition)));
      return ends.reduce((sum, end) => sum + end, 0);
    },
    async records() {
      const found = await Promise.all(partitions.map((partition) => fetcher.read(partition, 0)));
      const records = found.flatMap(({ batches }) => batches.flatMap((batch) => batch.records));
      return records.map(({ value }) => JSON.parse(value!.toString()) as unknown);
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

async function publishAgain(clients: KafkaClients, events: readonly StoredEvent[]): Promise<void> {
  const relay = createRelay({
    name: 'again',
    types: TYPES,
    eventBytesMax: EVENT_BYTES_MAX,
    roundBytesMax: EVENT_BYTES_MAX,
    publish: (round) => publishRound(clients, round),
    onPublished: () => undefined,
  });
  await relay.apply(events, undefined);
}

function openFeed(database: Database, options: KafkaEventFeedOptions): BrokerFeed {
  const store = {
    feed: createPostgresEventFeed(database, options),
    lane: createEventTail(database),
    parked: createParkedEvents(database),
    progress: (name: string) => createNotifyingProgress(database, name, () => feed.notify()),
    types: TYPES,
  };
  const feed: BrokerFeed = createKafkaEventFeed(store, options);
  return feed;
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
