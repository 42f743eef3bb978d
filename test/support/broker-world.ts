import type { Database } from '../../src/adapters/postgres/database.ts';
import {
  createNotifyingProgress,
  createPostgresEventFeed,
} from '../../src/adapters/postgres/events/event-feed.ts';
import { createEventTail } from '../../src/adapters/postgres/events/event-tail.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { reservationEvents } from '../../src/modules/reservations/index.ts';
import type { BrokerFeed, PublishedStore } from '../../src/platform/events/broker/feed.ts';
import { createRelay, type Outgoing } from '../../src/platform/events/broker/relay.ts';
import type { EventFeedOptions } from '../../src/platform/events/engine.ts';
import type { DomainEvent, EventType } from '../../src/platform/events/event.ts';
import { PARTITIONS } from '../../src/platform/events/partitions.ts';
import { type EventFeedWorld, THINGS } from '../contracts/event-feed.fixture.ts';
import type { EventTables } from './event-tables.ts';
import { until } from './until.ts';

/** A database whose events go to a broker. */
export type BrokerWorld = Omit<EventFeedWorld, 'open' | 'forget'> & {
  readonly database: Database;
  /** Saves events in a transaction that commits once `held` settles. */
  appendHeld(events: readonly DomainEvent[], held: Promise<void>): HeldAppend;
  /** The position up to which the relay has saved that it published. */
  relayPlace(): Promise<number>;
  /** Every event at the broker, as JSON, by partition. */
  published(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Waits until all that is in the store has been published. @returns its position */
  allPublished(): Promise<number>;
};

type HeldAppend = { readonly appended: Promise<void>; readonly committed: Promise<void> };

const TYPES: readonly EventType[] = [...Object.values(THINGS), reservationEvents['reservation.created']];
export const EVENT_BYTES_MAX = 64_000;

/** `publish` is what the relay of the broker does, `name` how its name begins. */
export function createBrokerWorld(
  tables: EventTables,
  name: string,
  publish: (round: readonly Outgoing[]) => Promise<void>,
): Omit<BrokerWorld, 'published'> {
  const { database } = tables;
  const tail = createEventTail(database);
  const relayPlace = async () => {
    const [row] = await database.query<{ position: number | null }>(
      'select max(position) as position from event_consumer where starts_with(name, $1)',
      [`${name}-relay.`],
    );
    return row!.position ?? 0;
  };
  const allPublished = async () => {
    const [last] = await database.query<{ position: number | null }>(
      'select max(position) as position from event',
    );
    const end = last!.position ?? 0;
    await until(async () => (await relayPlace()) >= end);
    return end;
  };
  const again = createRelay({
    name: 'again',
    types: TYPES,
    eventBytesMax: EVENT_BYTES_MAX,
    roundBytesMax: EVENT_BYTES_MAX,
    publish,
    onPublished: () => undefined,
  });
  return {
    ...tables,
    lanes: PARTITIONS,
    async repeat(count) {
      // A relay repeats what it published before, and never goes ahead of itself.
      const end = await allPublished();
      const types = new Set(TYPES.map(({ type }) => type));
      const page = await tail.readPage({ after: end - count, end, types, limit: count });
      await again.apply(page.events, undefined);
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
    allPublished,
  };
}

/** A feed over the store of a world. */
export function openBrokerFeed(
  database: Database,
  options: EventFeedOptions,
  create: (store: PublishedStore) => BrokerFeed,
): BrokerFeed {
  const feed: BrokerFeed = create({
    feed: createPostgresEventFeed(database, options),
    lane: createEventTail(database),
    parked: createParkedEvents(database),
    progress: (name) => createNotifyingProgress(database, name, () => feed.notify()),
    types: TYPES,
  });
  return feed;
}
