import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { connect } from 'amqplib';
import { brokerFeedContract, inWorld as runInWorld } from '../contracts/broker-feed.contract.ts';
import { eventFeedContract } from '../contracts/event-feed.contract.ts';
import { assertDelivered, type EventFeedFixture, event, upTo } from '../contracts/event-feed.fixture.ts';
import { createRabbitmqWorld, type RabbitmqWorld } from '../support/rabbitmq-world.ts';
import { assertSalesOver } from '../support/reservations/broker-sales.ts';
import { type ServiceStatus, services, statusOfServices } from '../support/services.ts';
import { until } from '../support/until.ts';

let directory: string;
let rabbitmq: ServiceStatus;

before(
  async () => {
    directory = await mkdtemp(join(tmpdir(), 'firstcome-rabbitmq-'));
    await services(['start', 'rabbitmq'], directory);
    [rabbitmq] = (await statusOfServices(['rabbitmq'], directory)) as [ServiceStatus];
  },
  { timeout: 300_000 },
);

after(async () => {
  await services(['stop', 'rabbitmq'], directory);
  await rm(directory, { recursive: true, force: true });
});

const url = () => rabbitmq.env['AMQP_URL']!;
const newName = () => `firstcome.${randomUUID()}`;
const newWorld = () => createRabbitmqWorld({ urls: [url()], name: newName() });

eventFeedContract('rabbitmq', () =>
  createRabbitmqWorld({ urls: [url()], name: newName() }, { isShort: true }),
);
brokerFeedContract({ name: 'rabbitmq', newWorld, directory: () => directory });

const inWorld = (
  run: (world: RabbitmqWorld, fixture: EventFeedFixture) => Promise<void>,
  open: () => Promise<RabbitmqWorld> = newWorld,
) => runInWorld(open, run);

describe('event feed: rabbitmq, beyond the contract', { timeout: 90_000 }, () => {
  test('a message that somebody else wrote is told of and passed over', () =>
    inWorld(async (world, fixture) => {
      const feed = await fixture.start();
      const foreign = ['{"specversion":"1.0"}', 'no JSON', '[{"specversion":"1.0"}]', '[1]'];
      for (const content of foreign)
        await Promise.all(upTo(12).map((partition) => world.write(partition, content)));
      const subscription = feed.subscribe(fixture.noting('a'));
      await world.append([event(0), event(1)]);
      await subscription.reached(await feed.now());
      assertDelivered(await world.noted('a'), [0, 1]);
      assert.match(String(fixture.errors[0]), /not of the relay of this stream/);
    }));

  test('streams that were deleted and made again are filled from the store, and effects come once', () =>
    inWorld(async (world, fixture) => {
      for (const which of [[3], upTo(12)]) {
        const serial = (await world.noted('a')).length;
        const first = await fixture.start();
        await world.append(upTo(6).map((more) => event(serial + more)));
        await first.subscribe(fixture.noting('a')).reached(await first.now());
        await first.stop();
        await world.deleteStreams(which);
      }
      await world.append([event(12)]);
      const last = await fixture.start();
      await last.subscribe(fixture.noting('a')).reached(await last.now());
      await last.subscribe(fixture.noting('b')).reached(await last.now());
      assertDelivered(await world.noted('a'), upTo(13));
      assertDelivered(await world.noted('b'), upTo(13));
    }));

  test('what a process publishes for a stream that was made again since takes no effect', () =>
    inWorld(async (world, fixture) => {
      const old = world.open(fixture.options());
      await old.start();
      await world.append(upTo(6).map((serial) => event(serial)));
      await old.subscribe(fixture.noting('a')).reached(await old.now());
      await world.deleteStreams(upTo(12));
      await assert.rejects(old.ping(), { code: 'rabbitmq_stream_unknown' });
      const feed = await fixture.start();
      const subscription = feed.subscribe(fixture.noting('a'));
      await world.append(upTo(6).map((serial) => event(6 + serial)));
      await until(async () => {
        const [row] = await world.database.query<{ done: number }>(
          `select count(*)::int as done from event_consumer where name like 'rabbitmq-relay.%' and position = 12`,
        );
        return row!.done === 2;
      });
      await subscription.reached(await feed.now());
      await old.stop();
      assertDelivered(await world.noted('a'), upTo(12));
    }));

  test('a queue of the name that is no stream is refused in words', () =>
    inWorld(async (world, fixture) => {
      const model = await connect(url());
      const channel = await model.createChannel();
      await channel.assertQueue(`${world.settings.name}.0`, { durable: true });
      await model.close();
      await assert.rejects(fixture.start(), { code: 'rabbitmq_stream_unfit', message: /x-queue-type/ });
    }));
});

describe('event feed: rabbitmq, users', { timeout: 90_000 }, () => {
  const shared = { name: 'firstcome.shared' };
  const as = (user: string, password = new URL(url()).password) => {
    const other = new URL(url());
    other.username = user;
    other.password = password;
    return { ...shared, urls: [other.href] };
  };

  test('a user needs the rights that docs/deploy.md names and no others, and says which one lacks', () =>
    inWorld(
      async (world, fixture) => {
        const open = (settings: RabbitmqWorld['settings']) =>
          world.open({ ...fixture.options(), rabbitmq: settings, startWaitMs: 0 });
        await assert.rejects(open(as('firstcome-least', 'wrong')).start(), {
          code: 'rabbitmq_forbidden',
          message: /refuses this user: ACCESS_REFUSED - Login was refused/,
        });
        await assert.rejects(open(as('firstcome-least')).start(), {
          code: 'rabbitmq_forbidden',
          message: /refuses this user: ACCESS_REFUSED - access to exchange 'firstcome.shared'/,
        });
        for (const [serial, user] of ['firstcome-maker', 'firstcome-least'].entries()) {
          const feed = open(as(user));
          await feed.start();
          await world.append([event(serial)]);
          await feed.subscribe(fixture.noting('a')).reached(await feed.now());
          await feed.ping();
          await feed.stop();
        }
        assertDelivered(await world.noted('a'), [0, 1]);
        assert.deepEqual(fixture.errors, []);
      },
      () => createRabbitmqWorld({ ...shared, urls: [url()] }),
    ));

  test('a virtual host that is not there ends a start in words', () =>
    inWorld(async (world, fixture) => {
      const settings = { ...world.settings, urls: [`${url()}/nowhere`] };
      const feed = world.open({ ...fixture.options(), rabbitmq: settings, startWaitMs: 0 });
      await assert.rejects(feed.start(), { code: 'rabbitmq_forbidden', message: /no virtual host/ });
    }));

  test('amqps is spoken to a broker whose certificate is trusted, and to no other', () =>
    inWorld(async (world, fixture) => {
      const secure = new URL(url());
      secure.protocol = 'amqps:';
      secure.port = String(rabbitmq.ports!['amqps']);
      const settings = { ...world.settings, urls: [secure.href] };
      const open = () => world.open({ ...fixture.options(), rabbitmq: settings, startWaitMs: 0 });
      await assert.rejects(open().start(), { code: 'unavailable', message: /self-signed certificate/ });
      const trusted = getCACertificates('default');
      setDefaultCACertificates([...trusted, await readFile(rabbitmq.certificate!, 'utf8')]);
      try {
        const feed = open();
        await feed.start();
        await world.append([event(0)]);
        await feed.subscribe(fixture.noting('a')).reached(await feed.now());
        await feed.stop();
      } finally {
        setDefaultCACertificates(trusted);
      }
      assertDelivered(await world.noted('a'), [0]);
    }));
});

describe('event feed: rabbitmq, away', { timeout: 90_000 }, () => {
  test('a broker that stays away ends a start in words, and one of several is enough', () =>
    inWorld(async (world, fixture) => {
      const away = 'amqp://firstcome:secret@127.0.0.1:1';
      const open = (urls: readonly string[]) =>
        world.open({ ...fixture.options(), rabbitmq: { ...world.settings, urls }, startWaitMs: 0 });
      await assert.rejects(open([away]).start(), (error: Error) => {
        assert.match(error.message, /RabbitMQ at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
        return !error.message.includes('secret');
      });
      const feed = open([away, url()]);
      await feed.start();
      await feed.stop();
    }));
});

test('sales over RabbitMQ reach map and ranking; while it is away they go on, and readiness says so', {
  timeout: 120_000,
}, () => {
  const environment = { EVENT_FEED: 'rabbitmq', AMQP_URL: url(), AMQP_STREAMS: newName() };
  return assertSalesOver('rabbitmq', environment, directory);
});
