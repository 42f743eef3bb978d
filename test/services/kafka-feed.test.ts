import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { KafkaSettings } from '../../src/adapters/kafka/clients.ts';
import { reservationEvents } from '../../src/modules/reservations/index.ts';
import { follower } from '../../src/platform/events/event.ts';
import { eventFeedContract } from '../contracts/event-feed.contract.ts';
import { assertDelivered, EventFeedFixture, event, upTo } from '../contracts/event-feed.fixture.ts';
import { createKafkaWorld, type KafkaWorld } from '../support/kafka-world.ts';
import { Shop } from '../support/reservations/shop.ts';
import { services, statusOfServices } from '../support/services.ts';
import { until } from '../support/until.ts';

let directory: string;
let brokers: readonly string[];
/** Where brokers ask who one is. */
let saslBroker: string;

before(
  async () => {
    directory = await mkdtemp(join(tmpdir(), 'firstcome-kafka-'));
    await services(['start', 'kafka'], directory);
    const [status] = await statusOfServices(['kafka'], directory);
    brokers = status!.env['KAFKA_BROKERS']!.split(',');
    saslBroker = `127.0.0.1:${status!.ports!['sasl']}`;
  },
  { timeout: 300_000 },
);

after(async () => {
  await services(['stop', 'kafka'], directory);
  await rm(directory, { recursive: true, force: true });
});

const newWorld = () => createKafkaWorld({ brokers, topic: `firstcome.${randomUUID()}` });

eventFeedContract('kafka', newWorld);

describe('event feed: kafka, beyond the contract', { timeout: 300_000 }, () => {
  /** Runs a case in a world of its own. */
  async function inWorld(
    run: (world: KafkaWorld, fixture: EventFeedFixture) => Promise<void>,
  ): Promise<void> {
    const world = await newWorld();
    const fixture = new EventFeedFixture(world);
    try {
      await run(world, fixture);
    } finally {
      await fixture.close();
    }
  }

  test('a relay that dies between publishing and saving its place publishes again, and effects come once', () =>
    inWorld(async (world, fixture) => {
      const { database } = world;
      await database.query(`create function fail() returns trigger language plpgsql as
        $$ begin raise exception 'died before the commit'; end $$`);
      await database.query(`create constraint trigger dying after update on event_consumer
        deferrable initially deferred for each row when (new.name like 'kafka-relay.%') execute function fail()`);
      await world.append(upTo(6).map((serial) => event(serial)));
      const feed = await fixture.start();
      feed.subscribe(fixture.noting('a'));
      await until(async () => (await world.relayPlace()) === 0 && (await world.published()) > 12);
      await fixture.noted('a', 6);
      await database.query('drop trigger dying on event_consumer');
      await world.append([event(6), event(7)]);
      await until(async () => (await world.relayPlace()) === 8);
      await fixture.noted('a', 8);
      await feed.stop();
      assertDelivered(await world.noted('a'), upTo(8));
    }));

  test('events saved at once come at once, however small the batches, and in whatever order others commit', () =>
    inWorld(async (world, fixture) => {
      const performance = randomUUID();
      const hold = (seat: number) => [randomUUID(), performance, randomUUID(), [seat], 1, 1000, 60_000];
      const gate = Promise.withResolvers<void>();
      const slow = world.appendHeld([event(0)], gate.promise);
      await slow.appended;
      await world.database.query(
        `insert into event (type, occurred_at, size, data) values ('reservation.created', now(), 300, $1)`,
        [JSON.stringify(upTo(300).map(hold))],
      );
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
      await world.append([event(1)]);
      gate.resolve();
      await slow.committed;
      await subscription.reached(await feed.now());
      await fixture.noted('a', 2);
      assert.deepEqual(batches, [300]);
      assertDelivered(await world.noted('a'), [0, 1]);
    }));

  test('an event above the bound is a reference to the store, and is delivered whole', () =>
    inWorld(async (world, fixture) => {
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
      const [large, small] = (await world.records()) as readonly Record<string, unknown>[];
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

  test('a record that somebody else wrote is told of and passed over', () =>
    inWorld(async (world, fixture) => {
      const feed = await fixture.start();
      await world.write(upTo(12).map((partition) => ({ partition, value: '{"specversion":"1.0"}' })));
      await world.write(upTo(12).map((partition) => ({ partition, value: 'no JSON' })));
      const subscription = feed.subscribe(fixture.noting('a'));
      await world.append([event(0), event(1)]);
      await subscription.reached(await feed.now());
      assertDelivered(await world.noted('a'), [0, 1]);
      assert.match(String(fixture.errors[0]), /not an event of firstcome/);
    }));

  test('a topic that was deleted and made again is filled from the store, and effects come once', () =>
    inWorld(async (world, fixture) => {
      const first = await fixture.start();
      await world.append(upTo(6).map((serial) => event(serial)));
      await first.subscribe(fixture.noting('a')).reached(await first.now());
      await first.stop();
      await world.deleteTopic();
      await world.append([event(6)]);
      const second = await fixture.start();
      await second.subscribe(fixture.noting('a')).reached(await second.now());
      await second.subscribe(fixture.noting('b')).reached(await second.now());
      assertDelivered(await world.noted('a'), upTo(7));
      assertDelivered(await world.noted('b'), upTo(7));
    }));

  test('a topic with another number of partitions is refused in words', () =>
    inWorld(async (world, fixture) => {
      await world.createTopic(3);
      await assert.rejects(fixture.start(), {
        code: 'kafka_topic_unfit',
        message: /has 3 partitions and needs 12/,
      });
    }));

  test('a user that is proven by SCRAM or PLAIN needs four rights on the topic and no others', () =>
    inWorld(async (world, fixture) => {
      const scram = {
        mechanism: 'SCRAM-SHA-512',
        username: 'firstcome',
        password: 'firstcome-scram',
      } as const;
      const plain = { ...scram, mechanism: 'PLAIN', password: 'firstcome-plain' } as const;
      const open = (sasl: NonNullable<KafkaSettings['sasl']>) => {
        const kafka = { brokers: [saslBroker], topic: world.topic, tls: false, sasl };
        return world.open({ ...fixture.options(), kafka, startWaitMs: 0 });
      };
      await assert.rejects(open({ ...scram, password: 'wrong' }).start(), {
        code: 'kafka_forbidden',
        message: /does not take this user/,
      });
      await assert.rejects(open(scram).start(), { code: 'kafka_forbidden', message: /refuses this user/ });
      await world.allow(scram.username);
      for (const [serial, sasl] of [scram, plain].entries()) {
        const feed = open(sasl);
        await until(() =>
          feed.start().then(
            () => true,
            () => false,
          ),
        );
        await world.append([event(serial)]);
        await feed.subscribe(fixture.noting('a')).reached(await feed.now());
        await feed.stop();
      }
      assertDelivered(await world.noted('a'), [0, 1]);
    }));

  test('brokers that stay away end a start in words', () =>
    inWorld(async (world, fixture) => {
      const kafka = { brokers: ['127.0.0.1:1'], topic: 'firstcome.x', tls: false };
      const feed = world.open({ ...fixture.options(), kafka, startWaitMs: 0 });
      await assert.rejects(feed.start(), {
        code: 'unavailable',
        message: /Kafka at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/,
      });
    }));

  test('a broker that is away at the start and in the middle needs no restart of ours', () =>
    inWorld(async (world, fixture) => {
      await services(['stop', 'kafka'], directory);
      const feed = world.open(fixture.options());
      const starting = feed.start();
      await world.append([event(0), event(1)]);
      await until(() => fixture.errors.length > 0);
      assert.match(String(fixture.errors[0]), /Kafka at .* cannot be used/);
      await services(['start', 'kafka'], directory);
      await starting;
      feed.subscribe(fixture.noting('a'));
      await fixture.noted('a', 2);
      await feed.ping();

      await services(['stop', 'kafka'], directory);
      await assert.rejects(feed.ping(), { code: 'unavailable' });
      // The store takes events all the same.
      await world.append(upTo(4).map((serial) => event(2 + serial)));
      await until(() =>
        feed.stats().consumers.some(({ name, failure }) => name.startsWith('kafka-relay.') && failure),
      );
      await services(['start', 'kafka'], directory);
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

test('sales over Kafka reach map and ranking; while brokers are away they go on, and readiness says so', {
  timeout: 300_000,
}, async () => {
  const environment = {
    EVENT_FEED: 'kafka',
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC: `firstcome.${randomUUID()}`,
  };
  const shop = await Shop.open(environment);
  const ready = async () => (await shop.testApp.call(undefined, 'GET /health/ready')).body;
  const consumer = async (name: string): Promise<{ readonly lag: number } | undefined> => {
    const { body } = await shop.testApp.call(shop.testApp.manager, 'GET /v1/events/consumers');
    return body['items'].find((one: { readonly name: string }) => one.name.startsWith(name));
  };
  try {
    const performanceId = await shop.performance();
    const buyer = await shop.buyer();
    const bought = await shop.bought(buyer, performanceId, [2, 3]);
    await shop.untilMapShows(performanceId, '022');
    await until(
      async () => (await consumer('ranking'))?.lag === 0 && (await consumer('kafka-relay.'))?.lag === 0,
    );
    assert.equal((await ready())['checks'].kafka, 'ok');

    await services(['stop', 'kafka'], directory);
    await shop.bought(buyer, performanceId, [1]);
    await until(async () => (await ready())['checks'].kafka === 'failed');
    assert.equal((await ready())['status'], 'ready');

    await services(['start', 'kafka'], directory);
    await shop.untilMapShows(performanceId, '222');
    await shop.cancel(buyer, bought);
    await shop.untilMapShows(performanceId, '2');
    await until(async () => (await ready())['checks'].kafka === 'ok');
  } finally {
    await shop.close();
  }
});
