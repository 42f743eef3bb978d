import { withDeadline } from '../../../kernel/deadline.ts';
import { Fault, isRetryable } from '../../../kernel/faults.ts';
import { createLifecycle } from '../../../kernel/lifecycle.ts';
import type { StoreBehind } from '../catch-up.ts';
import { createEventFeed, type EventFeedOptions } from '../engine.ts';
import type { DurableConsumer, EventType } from '../event.ts';
import type { ConsumerStatus, EventFeed, Subscription } from '../feed.ts';
import { PARTITIONS } from '../partitions.ts';
import { Pause } from '../pause.ts';
import type { FeedLane, ParkedEvents, ProgressStore } from '../ports.ts';
import { createBrokerLane, type PartitionReader } from './lane.ts';
import { createRelay, type Outgoing, type RelayOptions } from './relay.ts';

/** The store whose events are published, and where the progress of all consumers is kept. */
export type PublishedStore = {
  /** The feed of the store itself, which the relay follows; it starts and stops with this one. */
  readonly feed: EventFeed;
  readonly lane: FeedLane;
  /** The progress of consumers in a feed of this name. */
  readonly progress: (feed: string) => ProgressStore;
  readonly parked: ParkedEvents;
  /** Every type of event that is saved. */
  readonly types: readonly EventType[];
};

/** What a broker does for a feed. */
export type Broker = {
  /** In names of feeds and consumers, and in errors. */
  readonly name: string;
  readonly partitionReader: (partition: number, hooks: ReaderHooks) => PartitionReader;
  /** Makes what lacks at the broker. @returns the identity of what is published to: another one is another feed */
  prepare(): Promise<string>;
  /** Settles when all of it has been acknowledged; `identity` is what `prepare` returned. */
  publish(round: readonly Outgoing[], identity: string): Promise<void>;
  /** Bytes of a partition in one call of `publish`, with one more event on top. */
  readonly roundBytesMax: number;
  /**
   * Settles when the lanes have been read as far as the broker held something when this was called; undefined where each
   * read comes to the end.
   */
  readToEnd?(): Promise<void>;
  /** Settles when the broker does its work, as far as one can ask it. */
  ping(): Promise<void>;
  close(): void;
};

export type ReaderHooks = {
  /** Hears of what others wrote. */
  readonly onError: (error: unknown) => void;
  /** Something came by itself. */
  readonly onNews: () => void;
};

export type BrokerFeedOptions = EventFeedOptions & {
  /** Bytes of an event, above which it is published as a reference to the store. */
  readonly eventBytesMax: number;
  /** How long a start waits for brokers that do not answer. */
  readonly startWaitMs: number;
};

export type BrokerFeed = EventFeed & {
  /** Settles when the brokers answer and the relay is not stuck. */
  ping(): Promise<void>;
};

const RETRY_MS = 500;
/** A relay far behind, or brokers that are away, hold up nobody who only wants a place to begin at. */
const RELAY_WAIT_MS = 10_000;

/**
 * A broker with a partition for each of ours, filled by the relay (relay.ts) and read as lanes (lane.ts).
 *
 * Invariants:
 * - The broker holds what the store holds up to the place of the relay, in order per partition but for repetitions.
 * - Places of consumers, of the relay too, lie in PostgreSQL under the identity that the broker gives. What was deleted
 *   and made again is another feed: the relay fills it from the first event, and marks cut off what has taken effect.
 * - Which process runs a lane of a consumer is decided in PostgreSQL, as for every feed; groups of the broker's are not
 *   used, so that no rebalance stops the lanes of those who stay.
 */
export function createBrokerFeed(
  store: PublishedStore,
  broker: Broker,
  options: BrokerFeedOptions,
): BrokerFeed {
  const onError = (error: unknown) => options.onError(error, undefined);
  const hooks: ReaderHooks = { onError, onNews: () => engine.notify() };
  const lanes = Array.from({ length: PARTITIONS }, (_, partition) =>
    createBrokerLane({ partition, broker: broker.partitionReader(partition, hooks), store: store.lane }),
  );
  const preparation = createPreparation(broker, options);
  let progress: ProgressStore | undefined;
  let relay: Subscription | undefined;
  const engine = createEventFeed(
    { lanes, progress: bound(() => progress), parked: store.parked, store: storeBehind(store) },
    options,
  );
  const isRelay = ({ name }: ConsumerStatus) => name === relay?.name;

  const lifecycle = createLifecycle('event feed', {
    async start() {
      try {
        const identity = await preparation.done();
        progress = store.progress(`${broker.name}.${identity}`);
        await store.feed.start();
        await engine.start();
        const about = { ...options, types: store.types, onPublished: hooks.onNews };
        relay = store.feed.subscribe(relayOf(broker, identity, about));
      } catch (error) {
        await store.feed.stop();
        broker.close();
        throw error;
      }
    },
    async stop() {
      await engine.stop();
      await store.feed.stop();
      broker.close();
    },
  });

  return {
    ...engine,
    ...lifecycle,
    stop() {
      preparation.giveUp();
      return lifecycle.stop();
    },
    async now() {
      const end = await store.feed.now();
      if (relay)
        await withDeadline(relay.reached(end), RELAY_WAIT_MS, options.clock, 'the relay').catch(onError);
      await broker.readToEnd?.().catch(onError);
      return engine.now();
    },
    notify: () => store.feed.notify(),
    stats() {
      const stats = engine.stats();
      return { ...stats, consumers: [...stats.consumers, ...store.feed.stats().consumers.filter(isRelay)] };
    },
    consumers: async () => [...(await engine.consumers()), ...(await store.feed.consumers()).filter(isRelay)],
    async ping() {
      await broker.ping();
      const stuck = store.feed.stats().consumers.find(isRelay)?.failure;
      if (stuck) throw new Fault(`${broker.name}_relay_stuck`, `events are not published: ${stuck.error}`);
    },
  };
}

function storeBehind({ lane, feed }: PublishedStore): StoreBehind {
  return { readPage: lane.readPage, end: async () => Number(await feed.now()) };
}

function relayOf(
  broker: Broker,
  identity: string,
  about: Pick<RelayOptions, 'types' | 'eventBytesMax' | 'onPublished'>,
): DurableConsumer {
  return createRelay({
    ...about,
    name: `${broker.name}-relay.${identity}`,
    roundBytesMax: broker.roundBytesMax,
    publish: (round) => broker.publish(round, identity),
  });
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

type Preparation = {
  /** The identity, once the broker has answered. */
  done(): Promise<string>;
  /** Ends the wait with the error of the last try. */
  giveUp(): void;
};

function createPreparation(broker: Broker, options: BrokerFeedOptions): Preparation {
  const { clock, startWaitMs, onError } = options;
  const rest = new Pause(clock);
  let until = 0;
  return {
    async done() {
      until = clock.now() + startWaitMs;
      for (;;) {
        try {
          return await broker.prepare();
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
