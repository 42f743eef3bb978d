import { randomUUID } from 'node:crypto';
import { type Channel, connect } from 'amqplib';
import {
  queueOf,
  RabbitmqConnections,
  type RabbitmqSettings,
} from '../../src/adapters/rabbitmq/connections.ts';
import { Cursor } from '../../src/adapters/rabbitmq/cursor.ts';
import {
  createRabbitmqEventFeed,
  openStreams,
  publishRound,
  type RabbitmqEventFeedOptions,
} from '../../src/adapters/rabbitmq/event-feed.ts';
import { Publisher } from '../../src/adapters/rabbitmq/publisher.ts';
import { Stream } from '../../src/adapters/rabbitmq/stream.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { BrokerFeed } from '../../src/platform/events/broker/feed.ts';
import type { EventFeedOptions } from '../../src/platform/events/engine.ts';
import { PARTITIONS } from '../../src/platform/events/partitions.ts';
import type { EventFeedWorld } from '../contracts/event-feed.fixture.ts';
import { type BrokerWorld, createBrokerWorld, EVENT_BYTES_MAX, openBrokerFeed } from './broker-world.ts';
import { openEventTables } from './event-tables.ts';
import { until } from './until.ts';

export type RabbitmqWorld = BrokerWorld &
  Pick<EventFeedWorld, 'forget'> & {
    readonly settings: RabbitmqSettings;
    open(options: EventFeedOptions & Partial<RabbitmqEventFeedOptions>): BrokerFeed;
    /** Writes what no relay would. */
    write(partition: number, content: string): Promise<void>;
    deleteStreams(partitions: readonly number[]): Promise<void>;
  };

const SEGMENT_BYTES = 2_000_000;

/** A database whose events go to streams of their own; `isShort` ones keep the last of their segments alone. */
export async function createRabbitmqWorld(
  settings: RabbitmqSettings,
  { isShort = false } = {},
): Promise<RabbitmqWorld> {
  const tables = await openEventTables();
  const connections = new RabbitmqConnections(settings, systemClock, () => undefined);
  const publisher = new Publisher(connections);
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const world = createBrokerWorld(tables, 'rabbitmq', async (round) => {
    const streams = partitions.map((partition) => new Stream(connections, partition, () => undefined));
    const greetings = await openStreams(publisher);
    await Promise.all(streams.map((stream, at) => stream.identify(greetings[at]!)));
    await publishRound(publisher, round, streams);
  });
  const write = (partition: number, content: string, id: string = randomUUID()) =>
    publisher.publish({ partition, id, content: Buffer.from(content) });
  if (isShort) await declareShort(settings);
  return {
    ...world,
    settings,
    forget: isShort
      ? async () => {
          await world.allPublished();
          await Promise.all(partitions.map((partition) => forget(connections, publisher, partition)));
        }
      : undefined,
    open(options) {
      const about = { rabbitmq: settings, eventBytesMax: EVENT_BYTES_MAX, startWaitMs: 60_000, ...options };
      return openBrokerFeed(tables.database, options, (store) => createRabbitmqEventFeed(store, about));
    },
    async published() {
      const found = await Promise.all(
        partitions.map(async (partition) => {
          const end: string = randomUUID();
          await write(partition, '[]', end);
          const cursor = await Cursor.open(connections, queueOf(settings.name, partition), 'first');
          const contents: string[] = [];
          for (let isOver = false; !isOver; ) {
            await cursor.arrival();
            const messages = cursor.take(0);
            contents.push(...messages.map(({ content }) => content.toString()));
            isOver = messages.some(({ id }) => id === end);
            cursor.take(messages.at(-1)!.number + 1);
          }
          cursor.close();
          return contents.flatMap((content) => JSON.parse(content) as Record<string, unknown>[]);
        }),
      );
      return found.flat();
    },
    write,
    deleteStreams: (which) => deleteStreams(settings, which),
    async close() {
      connections.close();
      // Each costs the broker something, and time when it starts.
      await deleteStreams(settings, partitions);
      await tables.close();
    },
  };
}

function deleteStreams(settings: RabbitmqSettings, which: readonly number[]): Promise<void> {
  return withChannel(settings, async (channel) => {
    for (const partition of which) await channel.deleteQueue(queueOf(settings.name, partition));
  });
}

function declareShort(settings: RabbitmqSettings): Promise<void> {
  const limits = { 'x-max-length-bytes': 1, 'x-stream-max-segment-size-bytes': SEGMENT_BYTES };
  return withChannel(settings, async (channel) => {
    await channel.assertExchange(settings.name, 'direct');
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const queue = queueOf(settings.name, partition);
      await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'stream', ...limits } });
      await channel.bindQueue(queue, settings.name, String(partition));
    }
  });
}

/** Fills a segment, and waits until those before it are gone. */
async function forget(connections: RabbitmqConnections, publisher: Publisher, partition: number) {
  const queue = queueOf(connections.settings.name, partition);
  const filler = Buffer.from(`[${' '.repeat(SEGMENT_BYTES)}]`);
  const id = randomUUID();
  await publisher.publish({ partition, id: randomUUID(), content: filler });
  await publisher.publish({ partition, id, content: Buffer.from('[]') });
  await until(async () => {
    const cursor = await Cursor.open(connections, queue, 'first');
    await cursor.arrival();
    const [first] = cursor.take(0);
    cursor.close();
    return first!.id === id;
  });
}

async function withChannel(settings: RabbitmqSettings, work: (channel: Channel) => Promise<void>) {
  const model = await connect(settings.urls[0]!);
  await work(await model.createChannel());
  await model.close();
}
