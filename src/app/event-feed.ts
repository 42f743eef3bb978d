import { createKafkaEventFeed } from '../adapters/kafka/event-feed.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { createNotifyingProgress, createPostgresEventFeed } from '../adapters/postgres/events/event-feed.ts';
import { createEventTail } from '../adapters/postgres/events/event-tail.ts';
import { createParkedEvents } from '../adapters/postgres/events/parked-events.ts';
import { createRabbitmqEventFeed } from '../adapters/rabbitmq/event-feed.ts';
import type { Config } from '../config/config.ts';
import type { BrokerFeed, PublishedStore } from '../platform/events/broker/feed.ts';
import type { EventFeedOptions } from '../platform/events/engine.ts';
import type { EventFeed } from '../platform/events/feed.ts';
import { eventTypes } from './event-types.ts';

export type ChosenFeed = {
  readonly log: EventFeed;
  /** Of the feed; undefined where it has none. */
  readonly broker?: ChosenBroker;
};

export type ChosenBroker = {
  /** As errors and readiness name it. */
  readonly name: string;
  /** Settles when it does its work. */
  ping(): Promise<void>;
};

type ChoiceOptions = EventFeedOptions & {
  /** Hears of every answer of the broker. */
  readonly onBrokerAnswer: () => void;
};

/** The feed of the configuration. */
export function chooseEventFeed(config: Config, database: Database, options: ChoiceOptions): ChosenFeed {
  const name = config.eventFeed;
  const feed = createPostgresEventFeed(database, options);
  if (name === 'postgres') return { log: feed };
  const store: PublishedStore = {
    feed,
    lane: createEventTail(database),
    progress: (of) => createNotifyingProgress(database, of, () => log.notify()),
    parked: createParkedEvents(database),
    types: Object.values(eventTypes).flat(),
  };
  const create = { kafka: createKafka, rabbitmq: createRabbitmq }[name];
  const log: BrokerFeed = create(config, store, options);
  return { log, broker: { name, ping: () => log.ping() } };
}

function createKafka(config: Config, store: PublishedStore, options: ChoiceOptions): BrokerFeed {
  const { kafkaSasl: mechanism, kafkaUsername: username, kafkaPassword: password } = config;
  const isProven = mechanism !== 'off' && username !== undefined && password !== undefined;
  return createKafkaEventFeed(store, {
    ...options,
    kafka: {
      brokers: config.kafkaBrokers,
      topic: config.kafkaTopic,
      tls: config.kafkaTls === 'on',
      sasl: isProven ? { mechanism, username, password } : undefined,
    },
    eventBytesMax: config.feedEventMax,
    startWaitMs: config.kafkaStartWaitMs,
    onAnswer: options.onBrokerAnswer,
  });
}

function createRabbitmq(config: Config, store: PublishedStore, options: ChoiceOptions): BrokerFeed {
  return createRabbitmqEventFeed(store, {
    ...options,
    rabbitmq: { urls: config.amqpUrl, name: config.amqpStreams },
    eventBytesMax: config.feedEventMax,
    startWaitMs: config.amqpStartWaitMs,
    onAnswer: options.onBrokerAnswer,
  });
}
