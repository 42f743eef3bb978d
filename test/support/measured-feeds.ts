/** Feeds on stores of their own, whose effects are timed: what `npm run bench -- feeds` measures. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { connect } from 'amqplib';
import type { ConnectionTarget } from '../../src/adapters/embedded-postgres/index.ts';
import { createKafkaEventFeed } from '../../src/adapters/kafka/event-feed.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/event-feed.ts';
import { createDatabase, type Queryable } from '../../src/adapters/postgres/database.ts';
import {
  createNotifyingProgress,
  createPostgresEventFeed,
} from '../../src/adapters/postgres/events/event-feed.ts';
import { createEventTail, FEED } from '../../src/adapters/postgres/events/event-tail.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { queueOf } from '../../src/adapters/rabbitmq/connections.ts';
import { createRabbitmqEventFeed } from '../../src/adapters/rabbitmq/event-feed.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { PublishedStore } from '../../src/platform/events/broker/feed.ts';
import { createEventFeed } from '../../src/platform/events/engine.ts';
import type { DomainEvent, EffectTransaction, StoredEvent } from '../../src/platform/events/event.ts';
import type { EventFeed } from '../../src/platform/events/feed.ts';
import { PARTITIONS, partitionOf } from '../../src/platform/events/partitions.ts';
import type { ProgressStore } from '../../src/platform/events/ports.ts';
import { serialOf, THINGS } from '../contracts/event-feed.fixture.ts';
import { statusOfServices } from './services.ts';

const options = {
  clock: systemClock,
  random: systemRandom,
  onError: (error: unknown) => console.error(String(error)),
};
/** A feed with its store, for one run. */
export type Place = {
  save(events: readonly DomainEvent[]): Promise<void>;
  feed(): EventFeed;
  /** A consumer's effect in its transaction. */
  effect(events: readonly StoredEvent[], transaction: EffectTransaction): Promise<void>;
  close(): Promise<void>;
};

/** Opens a feed of a broker on a store; `clear` takes away what it made there. */
export type OpenBroker = (store: PublishedStore) => { readonly feed: EventFeed; clear(): Promise<void> };

const BOUNDS = { eventBytesMax: 262_144, startWaitMs: 60_000 };

/** A new broker feed is a line here. */
export const BROKERS = { kafka: openKafka, rabbitmq: openRabbitmq };

/** When the effects of events were committed. */
export class Effects {
  readonly at = new Map<number, number>();
  readonly #pending = new Map<number, { readonly serial: number; readonly position: number }[]>();

  /** In the transaction. */
  taken(events: readonly StoredEvent[]): void {
    for (const one of events) {
      const partition = partitionOf(one.partitionKey);
      const own = this.#pending.get(partition) ?? [];
      own.push({ serial: serialOf(one), position: one.position });
      this.#pending.set(partition, own);
    }
  }

  /** Progress that tells of each commit. */
  watch(progress: ProgressStore): ProgressStore {
    return {
      ...progress,
      advance: async (step) => {
        const outcome = await progress.advance(step);
        if (outcome !== 'done') return outcome;
        for (const { partition, last } of step.marks) this.#committed(partition, last);
        return outcome;
      },
    };
  }

  async all(count: number): Promise<void> {
    while (this.at.size < count) await sleep(1);
  }

  #committed(partition: number, last: number): void {
    const now = performance.now();
    const own = this.#pending.get(partition) ?? [];
    for (const { serial, position } of own)
      if (position <= last && !this.at.has(serial)) this.at.set(serial, now);
    this.#pending.set(
      partition,
      own.filter(({ position }) => position > last),
    );
  }
}

export async function openMemory(effects: Effects): Promise<Place> {
  const store = createMemoryEventStore({ lanes: 12 });
  return {
    save: async (events) => store.append(events),
    feed: () => createEventFeed({ ...store, progress: effects.watch(store.progress) }, options),
    effect: async () => undefined,
    close: async () => undefined,
  };
}

export type StoreOptions = {
  readonly broker?: OpenBroker;
  /** The relay publishes one event and waits for its confirmation before the next. */
  readonly isOneByOne?: boolean;
};

/** A database of its own, with the feed of the store or one beside it. */
export async function openStore(
  server: ConnectionTarget,
  effects: Effects,
  how: StoreOptions = {},
): Promise<Place> {
  const { broker, isOneByOne = false } = how;
  const name = `feeds_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name}`);
  const connection = { ...server, database: name };
  await migrate(connection);
  const database = createDatabase({ connection });
  await database.query('create table note (serial integer)');
  const progress = (feedName: string) =>
    effects.watch(createNotifyingProgress(database, feedName, () => feed.notify()));
  const lane = createEventTail(database);
  const parked = createParkedEvents(database);
  const opened = broker?.({
    feed: relayedBy(createPostgresEventFeed(database, options), isOneByOne),
    lane,
    progress,
    parked,
    types: Object.values(THINGS),
  });
  const feed: EventFeed =
    opened?.feed ?? createEventFeed({ lanes: [lane], progress: progress(FEED), parked }, options);
  return {
    save: (events) => database.transaction((tx) => appendEvents(tx, events)),
    feed: () => feed,
    async effect(events, transaction) {
      const serials = events.map(serialOf);
      await (transaction as Queryable).query('insert into note select unnest($1::integer[])', [serials]);
    },
    async close() {
      await opened?.clear();
      await database.close();
      await administer(server, `drop database ${name} with (force)`);
    },
  };
}

/** The feed of the store, whose consumer, the relay, gets one event after the other where it is the control. */
function relayedBy(feed: EventFeed, isOneByOne: boolean): EventFeed {
  if (!isOneByOne) return feed;
  return {
    ...feed,
    subscribe: (relay) =>
      feed.subscribe({
        ...relay,
        async apply(events, transaction) {
          for (const one of events) await relay.apply([one], transaction);
        },
      }),
  };
}

async function administer(connection: ConnectionTarget, statement: string): Promise<void> {
  const database = createDatabase({ connection, maxConnections: 1 });
  try {
    await database.query(statement);
  } finally {
    await database.close();
  }
}

async function brokersOf(service: string): Promise<Readonly<Record<string, string>>> {
  return (await statusOfServices([service]))[0]!.env;
}

async function openKafka(): Promise<OpenBroker> {
  const brokers = (await brokersOf('kafka'))['KAFKA_BROKERS']!.split(',');
  return (store) => {
    const topic = `firstcome.bench.${randomUUID()}`;
    const kafka = { brokers, topic, tls: false };
    return {
      feed: createKafkaEventFeed(store, { ...options, kafka, ...BOUNDS }),
      async clear() {
        const admin = new Admin({ clientId: 'bench', bootstrapBrokers: brokers });
        await admin.deleteTopics({ topics: [topic] });
        await admin.close();
      },
    };
  };
}

async function openRabbitmq(): Promise<OpenBroker> {
  const url = (await brokersOf('rabbitmq'))['AMQP_URL']!;
  return (store) => {
    const rabbitmq = { urls: [url], name: `firstcome.bench.${randomUUID()}` };
    return {
      feed: createRabbitmqEventFeed(store, { ...options, rabbitmq, ...BOUNDS }),
      async clear() {
        const connection = await connect(url);
        const channel = await connection.createChannel();
        for (let partition = 0; partition < PARTITIONS; partition += 1)
          await channel.deleteQueue(queueOf(rabbitmq.name, partition));
        await channel.deleteExchange(rabbitmq.name);
        await connection.close();
      },
    };
  };
}
