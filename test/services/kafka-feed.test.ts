import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { KafkaSettings } from '../../src/adapters/kafka/clients.ts';
import { brokerFeedContract, inWorld as runInWorld } from '../contracts/broker-feed.contract.ts';
import { eventFeedContract } from '../contracts/event-feed.contract.ts';
import { assertDelivered, type EventFeedFixture, event, upTo } from '../contracts/event-feed.fixture.ts';
import { createKafkaWorld, type KafkaWorld } from '../support/kafka-world.ts';
import { assertSalesOver } from '../support/reservations/broker-sales.ts';
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
brokerFeedContract({ name: 'kafka', newWorld, directory: () => directory });

describe('event feed: kafka, beyond the contract', { timeout: 300_000 }, () => {
  const inWorld = (run: (world: KafkaWorld, fixture: EventFeedFixture) => Promise<void>) =>
    runInWorld(newWorld, run);

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
});

test('sales over Kafka reach map and ranking; while brokers are away they go on, and readiness says so', {
  timeout: 300_000,
}, () => {
  const environment = {
    EVENT_FEED: 'kafka',
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC: `firstcome.${randomUUID()}`,
  };
  return assertSalesOver('kafka', environment, directory);
});
