import { createMemoryEventStore, type MemoryTransaction } from '../../src/adapters/memory/event-feed.ts';
import { createPostgresEventFeed } from '../../src/adapters/postgres/events/event-feed.ts';
import { createEventFeed } from '../../src/platform/events/engine.ts';
import type { StoredEvent } from '../../src/platform/events/event.ts';
import { PARTITIONS } from '../../src/platform/events/partitions.ts';
import { openEventTables } from '../support/event-tables.ts';
import { eventFeedContract } from './event-feed.contract.ts';
import { type EventFeedWorld, serialOf } from './event-feed.fixture.ts';

async function createMemoryWorld(lanes: number): Promise<EventFeedWorld> {
  const store = createMemoryEventStore({ lanes });
  const notes = new Map<string, number[]>();
  return {
    open: (options) => createEventFeed(store, options),
    lanes,
    repeat: (count) => store.repeat(count),
    forget: () => store.forget(),
    append: async (events) => store.append(events),
    async note(transaction, consumer, event) {
      const own = notes.get(consumer) ?? [];
      notes.set(consumer, own);
      (transaction as MemoryTransaction).defer(() => void own.push(serialOf(event)));
    },
    noted: async (consumer) => notes.get(consumer) ?? [],
    parked: async (consumer) =>
      store.parkedOf(consumer).map(({ event, failure }) => ({
        serial: serialOf(event as StoredEvent),
        cause: failure?.cause,
      })),
    unpark: async (consumer, key) => store.unpark(consumer, key),
    close: async () => undefined,
  };
}

async function createPostgresWorld(): Promise<EventFeedWorld> {
  const { database, ...store } = await openEventTables();
  return {
    ...store,
    open: (options) => createPostgresEventFeed(database, options),
    lanes: 1,
    repeat: undefined,
    forget: undefined,
  };
}

eventFeedContract('memory, one lane', () => createMemoryWorld(1));
eventFeedContract('memory, a lane for each partition', () => createMemoryWorld(PARTITIONS));
eventFeedContract('memory, lanes with several partitions', () => createMemoryWorld(5));
eventFeedContract('postgres', createPostgresWorld);
