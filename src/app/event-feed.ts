import { createKafkaEventFeed } from '../adapters/kafka/event-feed.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { createNotifyingProgress, createPostgresEventFeed } from '../adapters/postgres/events/event-feed.ts';
import { createEventTail } from '../adapters/postgres/events/event-tail.ts';
import { createParkedEvents } from '../adapters/postgres/events/parked-events.ts';
import type { Config } from '../config/config.ts';
import type { BrokerFeed } from '../platform/events/broker/feed.ts';
import type { EventFeedOptions } from '../platform/events/engine.ts';
import type { EventFeed } from '../platform/events/feed.ts';
import { eventTypes } from './event-types.ts';

export type ChosenFeed = {
  readonly log: EventFeed;
  /** Settles when the brokers of the feed do their work; undefined where it has none. */
  readonly pingBrokers?: () => Promise<void>;
};

/** The feed of the configuration. `onBrokersAnswer` hears of every answer of its brokers. */
export function chooseEventFeed(
  config: Config,
  database: Database,
  options: EventFeedOptions & { readonly onBrokersAnswer: () => void },
): ChosenFeed {
  if (config.eventFeed === 'postgres') return { log: createPostgresEventFeed(database, options) };
  const { kafkaSasl: mechanism, kafkaUsername: username, kafkaPassword: password } = config;
  const isProven = mechanism !== 'off' && username !== undefined && password !== undefined;
  const log: BrokerFeed = createKafkaEventFeed(
    {
      feed: createPostgresEventFeed(database, options),
      lane: createEventTail(database),
      progress: (name) => createNotifyingProgress(database, name, () => log.notify()),
      parked: createParkedEvents(database),
      types: Object.values(eventTypes).flat(),
    },
    {
      ...options,
      kafka: {
        brokers: config.kafkaBrokers,
        topic: config.kafkaTopic,
        tls: config.kafkaTls === 'on',
        sasl: isProven ? { mechanism, username, password } : undefined,
      },
      eventBytesMax: config.feedEventMax,
      startWaitMs: config.kafkaStartWaitMs,
      onAnswer: options.onBrokersAnswer,
    },
  );
  return { log, pingBrokers: () => log.ping() };
}
