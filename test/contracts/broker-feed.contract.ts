import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { reservationEvents } from '../../src/modules/reservations/index.ts';
import type { BrokerFeed, BrokerFeedOptions } from '../../src/platform/events/broker/feed.ts';
import type { EventFeedOptions } from '../../src/platform/events/engine.ts';
import { follower } from '../../src/platform/events/event.ts';
import type { BrokerWorld } from '../support/broker-world.ts';
import { services } from '../support/services.ts';
import { until } from '../support/until.ts';
import { assertDelivered, EventFeedFixture, type EventFeedWorld, event, upTo } from './event-feed.fixture.ts';

type World = BrokerWorld &
  Pick<EventFeedWorld, 'forget'> & {
    open(options: EventFeedOptions & Partial<BrokerFeedOptions>): BrokerFeed;
  };

/** Runs a case in a world of its own. */
export async function inWorld<W extends World>(
  newWorld: () => Promise<W>,
  run: (world: W, fixture: EventFeedFixture) => Promise<void>,
): Promise<void> {
  const world = await newWorld();
  const fixture = new EventFeedFixture(world);
  try {
    await run(world, fixture);
  } finally {
    await fixture.close();
  }
}

type BrokerOfTests = {
  readonly name: 'kafka' | 'rabbitmq';
  newWorld(): Promise<World>;
  /** Of the services of the test alone, which goes away and comes again. */
  directory(): string;
};

/** What every feed over a broker promises besides (src/platform/events/broker/feed.ts). */
export function brokerFeedContract({ name, newWorld, directory }: BrokerOfTests): void {
  describe(`event feed: ${name}, as a broker`, { timeout: 120_000 }, () => {
    test('a relay that dies between publishing and saving its place publishes again, and effects come once', () =>
      inWorld(newWorld, async (world, fixture) => {
        const { database } = world;
        await database.query(`create function fail() returns trigger language plpgsql as
        $$ begin raise exception 'died before the commit'; end $$`);
        await database.query(`create constraint trigger dying after update on event_consumer
        deferrable initially deferred for each row when (new.name like '${name}-relay.%') execute function fail()`);
        await world.append(upTo(6).map((serial) => event(serial)));
        const feed = await fixture.start();
        feed.subscribe(fixture.noting('a'));
        await until(async () => (await world.relayPlace()) === 0 && (await world.published()).length > 12);
        await fixture.noted('a', 6);
        await database.query('drop trigger dying on event_consumer');
        await world.append([event(6), event(7)]);
        await until(async () => (await world.relayPlace()) === 8);
        await fixture.noted('a', 8);
        await feed.stop();
        assertDelivered(await world.noted('a'), upTo(8));
      }));

    test('events saved at once come at once, however small the batches, and in whatever order others commit', () =>
      inWorld(newWorld, async (world, fixture) => {
        const performance = randomUUID();
        const hold = (seat: number) => [randomUUID(), performance, randomUUID(), [seat], 1, 1000, 60_000];
        const gate = Promise.withResolvers<void>();
        const slow = world.appendHeld([event(0)], gate.promise);
        await slow.appended;
        await world.database.query(
          `insert into event (type, occurred_at, size, data) values ('reservation.created', now(), 1100, $1)`,
          [JSON.stringify(upTo(1_100).map(hold))],
        );
        await world.append([event(2)]);
        const feed = await fixture.start({ batchMax: 7, recentMax: 10 });
        const batches: number[] = [];
        const subscription = feed.follow(
          follower({
            name: 'holds',
            types: [reservationEvents['reservation.created']],
            apply: (events) => void batches.push(events.length),
          }),
          fixture.beginning,
        );
        feed.subscribe(fixture.noting('a'));
        gate.resolve();
        await slow.committed;
        await world.append([event(4)]);
        await subscription.reached(await feed.now());
        await fixture.noted('a', 3);
        assert.deepEqual(batches, [1_100]);
        assertDelivered(await world.noted('a'), [0, 2, 4]);
      }));

    test('an event above the bound is a reference to the store, and is delivered whole', () =>
      inWorld(newWorld, async (world, fixture) => {
        const text = 'x'.repeat(3_000_000);
        await world.append([event(1, { data: { serial: 1, text } }), event(3)]);
        const feed = await fixture.start();
        const seen: object[] = [];
        const subscription = feed.follow(
          {
            ...fixture.noting('f'),
            kind: 'follower',
            apply: (events) => void seen.push(...events.map((e) => e.data)),
          },
          fixture.beginning,
        );
        await subscription.reached(await feed.now());
        assert.deepEqual(seen, [{ serial: 1, text }, { serial: 3 }]);
        const [large, small] = await world.published();
        assert.equal(large!['dataref'], 'urn:firstcome:event:1');
        assert.equal('data' in large!, false);
        assert.deepEqual(small, {
          specversion: '1.0',
          id: '2',
          source: 'urn:firstcome',
          type: 'thing.happened',
          subject: event(3).subject,
          time: '2026-01-01T00:00:00.003Z',
          partitionkey: event(3).partitionKey,
          dataversion: 1,
          storeposition: '2',
          datacontenttype: 'application/json',
          data: { serial: 3 },
        });
      }));

    test('a broker that is away at the start and in the middle needs no restart of ours', () =>
      inWorld(newWorld, async (world, fixture) => {
        await services(['stop', name], directory());
        const feed = world.open(fixture.options());
        const starting = feed.start();
        await world.append([event(0), event(1)]);
        await until(() => fixture.errors.length > 0);
        assert.match(String(fixture.errors[0]), /(Kafka|RabbitMQ) at .* cannot be used/);
        await services(['start', name], directory());
        await starting;
        feed.subscribe(fixture.noting('a'));
        await fixture.noted('a', 2);
        await feed.ping();

        await services(['stop', name], directory());
        await assert.rejects(feed.ping(), { code: 'unavailable' });
        // The store takes events all the same.
        await world.append(upTo(4).map((serial) => event(2 + serial)));
        await until(() =>
          feed.stats().consumers.some(({ name: of, failure }) => of.startsWith(`${name}-relay.`) && failure),
        );
        await services(['start', name], directory());
        await fixture.noted('a', 6);
        await until(() =>
          feed.ping().then(
            () => true,
            () => false,
          ),
        );
        await feed.stop();
        assertDelivered(await world.noted('a'), upTo(6));
      }));
  });
}
