import { withDeadline } from '../../kernel/deadline.ts';
import { Fault, isRetryable } from '../../kernel/faults.ts';
import { createLifecycle } from '../../kernel/lifecycle.ts';
import { createEventFeed, type EventFeedOptions } from '../../platform/events/engine.ts';
import type { EventType } from '../../platform/events/event.ts';
import type { ConsumerStatus, EventFeed, Subscription } from '../../platform/events/feed.ts';
import { PARTITIONS } from '../../platform/events/partitions.ts';
import { Pause } from '../../platform/events/pause.ts';
import type { FeedLane, ProgressStore } from '../../platform/events/ports.ts';
import { KafkaClients, type KafkaSettings } from './clients.ts';
import { Fetcher } from './fetcher.ts';
import { createKafkaLane } from './lane.ts';
import { createRelay } from './relay.ts';

/** The store whose events are published, and where the progress of all consumers is kept. */
export type PublishedStore = {
  /** The feed of the store itself, which the relay follows; it starts and stops with this one. */
  readonly feed: EventFeed;
  readonly lane: FeedLane;
  /** The progress of consumers in a feed of this name. */
  readonly progress: (feed: string) => ProgressStore;
  /** Every type of event that is saved. */
  readonly types: readonly EventType[];
};

export type KafkaEventFeedOptions = EventFeedOptions & {
  readonly kafka: KafkaSettings;
  /** Bytes of a record, above which it refers to the store. */
  readonly eventBytesMax: number;
  /** How long a start waits for brokers that do not answer. */
  readonly startWaitMs: number;
  /** The brokers have answered. */
  readonly onAnswer?: () => void;
};

export type KafkaEventFeed = EventFeed & {
  /** Settles when the brokers answer and the relay is not stuck. */
  ping(): Promise<void>;
};

const RETRY_MS = 500;
/** A relay far behind, or brokers that are away, hold up nobody who only wants a place to begin at. */
const RELAY_WAIT_MS = 10_000;

/**
 * A topic of Kafka with a partition for each of ours, filled by the relay (relay.ts) and read as lanes (lane.ts).
 *
 * Invariants:
 * - The topic holds what the store holds up to the place of the relay, in order per partition but for repetitions.
 * - Places of consumers, of the relay too, lie in PostgreSQL under the id of the topic. One that was deleted and made
 *   again is another feed: the relay fills it from the first event, and marks cut off what has taken effect.
 * - Which process runs a lane of a consumer is decided in PostgreSQL, as for every feed; consumer groups of Kafka are
 *   not used, so that no rebalance stops the lanes of those who stay.
 */
export function createKafkaEventFeed(store: PublishedStore, options: KafkaEventFeedOptions): KafkaEventFeed {
  const clients = new KafkaClients(options.kafka, options.onAnswer ?? (() => undefined));
  const fetcher = new Fetcher(clients);
  const onError = (error: unknown) => options.onError(error, undefined);
  const lanes = Array.from({ length: PARTITIONS }, (_, partition) =>
    createKafkaLane({ partition, fetcher, store: store.lane, onError }),
  );
  const topic = createTopicWait(clients, options);
  let progress: ProgressStore | undefined;
  let relay: Subscription | undefined;
  const engine = createEventFeed(
    { lanes, progress: bound(() => progress), storeEnd: async () => Number(await store.feed.now()) },
    options,
  );
  const isRelay = ({ name }: ConsumerStatus) => name === relay?.name;

  const lifecycle = createLifecycle('event feed', {
    async start() {
      const topicId = await topic.there();
      progress = store.progress(`kafka.${topicId}`);
      await store.feed.start();
      try {
        await engine.start();
      } catch (error) {
        await store.feed.stop();
        throw error;
      }
      const { types } = store;
      const onPublished = () => engine.notify();
      relay = store.feed.subscribe(createRelay({ ...options, clients, topicId, types, onPublished }));
    },
    async stop() {
      await engine.stop();
      await store.feed.stop();
      clients.close();
    },
  });

  return {
    ...engine,
    ...lifecycle,
    stop() {
      topic.giveUp();
      return lifecycle.stop();
    },
    async now() {
      const end = await store.feed.now();
      if (relay)
        await withDeadline(relay.reached(end), RELAY_WAIT_MS, options.clock, 'the relay').catch(onError);
      return engine.now();
    },
    notify: () => store.feed.notify(),
    stats() {
      const stats = engine.stats();
      return { ...stats, consumers: [...stats.consumers, ...store.feed.stats().consumers.filter(isRelay)] };
    },
    consumers: async () => [...(await engine.consumers()), ...(await store.feed.consumers()).filter(isRelay)],
    async ping() {
      await askForTopic(clients);
      const stuck = store.feed.stats().consumers.find(isRelay)?.failure;
      if (stuck) throw new Fault('kafka_relay_stuck', `events are not published: ${stuck.error}`);
    },
  };
}

/** The progress in a feed whose name is known once it has started; nobody asks for more before. */
function bound(current: () => ProgressStore | undefined): ProgressStore {
  const store = () => {
    const found = current();
    if (!found) throw new Error('the event feed has not started');
    return found;
  };
  return {
    load: (name, lane) => store().load(name, lane),
    loadMarks: (name) => store().loadMarks(name),
    begin: (place) => store().begin(place),
    advance: (step) => store().advance(step),
    recordFailure: (name, lane, failure) => store().recordFailure(name, lane, failure),
    list: async () => (await current()?.list()) ?? [],
  };
}

type TopicWait = {
  /** The id of the topic, which is made where it lacks. */
  there(): Promise<string>;
  /** Ends the wait with the error of the last try. */
  giveUp(): void;
};

function createTopicWait(clients: KafkaClients, options: KafkaEventFeedOptions): TopicWait {
  const { clock, startWaitMs, onError } = options;
  const rest = new Pause(clock);
  let until = 0;
  return {
    async there() {
      until = clock.now() + startWaitMs;
      for (;;) {
        try {
          return await findOrMakeTopic(clients);
        } catch (error) {
          if (!isRetryable(error) || clock.now() >= until) throw error;
          onError(error, undefined);
          await rest.sleep(RETRY_MS);
        }
      }
    },
    giveUp() {
      until = 0;
      rest.wake();
    },
  };
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
