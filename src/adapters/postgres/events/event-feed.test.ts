import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { type OpenDatabase, openDatabase } from '../../../../test/support/open-database.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { createIds } from '../../../kernel/ids.ts';
import { createSeededRandom, systemRandom } from '../../../kernel/random.ts';
import {
  type DomainEvent,
  type DurableConsumer,
  defineEvents,
  follower,
  newEvent,
} from '../../../platform/events/event.ts';
import type { EventFeed, Subscription } from '../../../platform/events/feed.ts';
import type { Database, Queryable } from '../database.ts';
import { createPostgresEventFeed } from './event-feed.ts';
import { appendEvents } from './outbox.ts';

const Thing = Type.Object({ thingId: Type.String() });
const ids = createIds(systemClock, systemRandom);

let database: Database;
let close: OpenDatabase['close'];
let log: EventFeed;
let tailReads = 0;

before(async () => {
  ({ database, close } = await openDatabase({ maxConnections: 6 }));
  const counting: Database = {
    ...database,
    query: (statement, values) => {
      if (typeof statement !== 'string' && statement.name === 'read-event-tail') tailReads += 1;
      return database.query(statement, values);
    },
  };
  log = createPostgresEventFeed(counting, {
    clock: systemClock,
    random: createSeededRandom(1),
    // So that only a notification leads to a read.
    pollMs: 600_000,
    readIntervalMs: 1,
    onError: assert.ifError,
  });
  await log.start();
});
after(async () => {
  await log.stop();
  await close();
});

const THINGS = defineEvents(
  { subject: 'thingId' },
  { 'thing.seen': Thing, 'thing.called': Thing, 'thing.echoed': Thing, 'thing.moved': Thing },
);

function happened(type: keyof typeof THINGS): DomainEvent {
  return newEvent(THINGS[type], { thingId: ids.next() }, { occurredAt: systemClock.now() });
}

/** Saves one event and settles when the consumer has applied it. */
async function saveFor(subscription: Subscription, type: keyof typeof THINGS): Promise<void> {
  await database.transaction((tx) => appendEvents(tx, [happened(type)]));
  await subscription.reached(await log.now());
}

function consumer(type: keyof typeof THINGS, apply: DurableConsumer['apply']): DurableConsumer {
  return { kind: 'durable', name: type, types: [THINGS[type]], apply };
}

test('a place in another feed is not read, and what took effect by its marks does not again', {
  timeout: 30_000,
}, async () => {
  const taken: number[] = [];
  const moving = consumer('thing.moved', (events) => {
    taken.push(...events.map(({ position }) => position));
    return Promise.resolve();
  });
  const first = log.subscribe(moving);
  await saveFor(first, 'thing.moved');
  await first.stop();
  const effective = [...taken];
  assert.equal(effective.length, 1);
  // What would be a place far ahead if it were read as one of this feed.
  await database.query(
    `update event_consumer set feed = 'another', position = position + 1000000 where name = 'thing.moved'`,
  );
  const again = log.subscribe(moving);
  await again.reached(await log.now());
  assert.deepEqual(taken, effective);
  await saveFor(again, 'thing.moved');
  assert.equal(taken.length, 2);
  const places = await database.query<{ feed: string }>(
    `select feed from event_consumer where name = 'thing.moved' order by feed`,
  );
  assert.deepEqual(places, [{ feed: 'another' }, { feed: 'postgres' }]);
  assert.deepEqual(
    (await log.consumers()).filter(({ name }) => name === 'thing.moved').map(({ lag }) => lag),
    [0],
  );
  await again.stop();
});

test('an effect that appends no event causes no read of the tail', { timeout: 30_000 }, async () => {
  const subscription = log.subscribe(consumer('thing.seen', () => Promise.resolve()));
  await log.now();
  const readBefore = tailReads;
  await saveFor(subscription, 'thing.seen');
  // Long enough for the read that a notification would cause; it comes within milliseconds.
  await sleep(100);
  assert.equal(tailReads - readBefore, 1, 'the one that the test asked for');
});

test('an event that an effect appends is read without waiting for the poll', {
  timeout: 30_000,
}, async () => {
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
  const ear = follower({ name: 'ear', types: [THINGS['thing.echoed']], apply: () => hear() });
  log.follow(ear, await log.now());
  const echo = consumer('thing.called', (_, transaction) =>
    appendEvents(transaction as Queryable, [happened('thing.echoed')]),
  );
  await saveFor(log.subscribe(echo), 'thing.called');
  await heard;
});
