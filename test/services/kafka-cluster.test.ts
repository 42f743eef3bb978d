import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import type { KafkaSettings } from '../../src/adapters/kafka/clients.ts';
import { createDatabase } from '../../src/adapters/postgres/database.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { assertDelivered, EventFeedFixture, event, upTo } from '../contracts/event-feed.fixture.ts';
import { createKafkaWorld, type KafkaWorld } from '../support/kafka-world.ts';
import type { OpenDatabase } from '../support/open-database.ts';
import { type ServiceStatus, services, statusOfServices } from '../support/services.ts';
import { until } from '../support/until.ts';

const BROKERS = 3;
const KEYS = upTo(40).map(() => randomUUID());
const AT_ONCE = 10;
const EVERY_MS = 20;

let directory: string;
let kafka: ServiceStatus;
const own: number[] = [];

before(
  async () => {
    directory = await mkdtemp(join(tmpdir(), 'firstcome-kafkas-'));
    // PostgreSQL of root runs as another user.
    await chmod(directory, 0o755);
    await services(['start', 'kafka'], directory, { kafkaBrokers: BROKERS });
    [kafka] = (await statusOfServices(['kafka'], directory)) as [ServiceStatus];
  },
  { timeout: 300_000 },
);

after(async () => {
  for (const pid of own) process.kill(pid, 'SIGKILL');
  await services(['stop'], directory);
  await rm(directory, { recursive: true, force: true });
});

const brokers = () => kafka.env['KAFKA_BROKERS']!.split(',');

/** Runs a case in a world of its own. */
async function inWorld(
  run: (world: KafkaWorld, fixture: EventFeedFixture) => Promise<void>,
  open?: () => Promise<OpenDatabase>,
): Promise<void> {
  const world = await createKafkaWorld({ brokers: brokers(), topic: `firstcome.${randomUUID()}` }, open);
  const fixture = new EventFeedFixture(world);
  try {
    await run(world, fixture);
  } finally {
    await fixture.close();
  }
}

/** Saves events of all keys again and again until it is told to end. */
function startLoad(world: KafkaWorld, notify: () => void) {
  let next = 0;
  let isOver = false;
  const running = (async () => {
    for (; !isOver; await sleep(EVERY_MS)) {
      const serials = upTo(AT_ONCE).map((more) => next + more);
      next += AT_ONCE;
      // What a restart of the store cuts off may have been saved or not: the store says it in the end.
      await world
        .append(serials.map((serial) => event(serial, { partitionKey: KEYS[serial % KEYS.length]! })))
        .catch(() => undefined);
      notify();
    }
  })();
  return {
    /** Events of every key that are saved from now on take effect. */
    async goesOn() {
      const from = next;
      await until(async () => {
        const noted = await world.noted('a').catch(() => []);
        const keys = new Set(noted.filter((serial) => serial >= from).map((serial) => serial % KEYS.length));
        return keys.size === KEYS.length;
      });
    },
    async end() {
      isOver = true;
      await running;
    },
  };
}

/**
 * Two processes' feeds with a consumer each, while events are saved all the time and something is disturbed: what the
 * store took has taken effect afterwards, once each, and in order per key.
 */
async function assertDeliversUnderLoad(
  world: KafkaWorld,
  fixture: EventFeedFixture,
  disturb: (goesOn: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const feeds = [await fixture.start(), await fixture.start()];
  for (const feed of feeds) feed.subscribe(fixture.noting('a'));
  const load = startLoad(world, () => {
    for (const feed of feeds) feed.notify();
  });
  try {
    await load.goesOn();
    await disturb(load.goesOn);
  } finally {
    await load.end();
  }
  const rows = await world.database.query<{ serial: number }>(
    `select (data->>'serial')::integer as serial from event where type = 'thing.happened' order by position`,
  );
  const saved = rows.map(({ serial }) => serial);
  await until(async () => (await world.noted('a')).length >= saved.length);
  const noted = await world.noted('a');
  for (const key of KEYS.keys()) {
    const ofKey = (serial: number) => serial % KEYS.length === key;
    assert.deepEqual(noted.filter(ofKey), saved.filter(ofKey));
  }
}

/** The process of a broker, and how it was started. */
async function processOf(id: number): Promise<{ readonly pid: number; readonly command: readonly string[] }> {
  const state = JSON.parse(await readFile(join(directory, 'kafka.json'), 'utf8')) as {
    readonly processes: readonly { readonly pid: number }[];
  };
  for (const { pid } of state.processes) {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
    if (command.at(-1)?.endsWith(`broker-${id}.properties`)) return { pid, command };
  }
  throw new Error(`there is no broker ${id}`);
}

async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: brokers() });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

/** Of each partition, how many replicas are in sync. */
const inSync = (topic: string) =>
  withAdmin(async (admin) => {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
    return topics.get(topic)!.partitions.map(({ isr }) => isr.length);
  });

describe('event feed: kafka, of three brokers', { timeout: 300_000 }, () => {
  test('the topic has three replicas, of which two acknowledge', () =>
    inWorld(async (world, fixture) => {
      await fixture.start();
      const [description] = await withAdmin((admin) =>
        admin.describeConfigs({
          resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: world.topic }],
        }),
      );
      const value = (name: string) => description!.configs.find((one) => one.name === name)?.value;
      assert.equal(value('min.insync.replicas'), '2');
      assert.equal(value('retention.ms'), '-1');
      assert.deepEqual(
        await inSync(world.topic),
        upTo(12).map(() => BROKERS),
      );
    }));

  test('one that is killed under load and comes back costs no event, no repetition and no order', () =>
    inWorld((world, fixture) =>
      assertDeliversUnderLoad(world, fixture, async (goesOn) => {
        const { pid, command } = await processOf(2);
        process.kill(pid, 'SIGKILL');
        await until(async () => (await inSync(world.topic)).every((count) => count === BROKERS - 1));
        await goesOn();
        const [file, ...words] = command;
        const back = spawn(file!, words, { cwd: directory, stdio: 'ignore' });
        own.push(back.pid!);
        await until(async () => (await inSync(world.topic)).every((count) => count === BROKERS));
        await goesOn();
      }),
    ));

  test('a restart of PostgreSQL under load costs no event, no repetition and no order', async () => {
    await services(['start', 'postgres'], directory);
    const [postgres] = await statusOfServices(['postgres'], directory);
    const connection = { url: postgres!.env['DATABASE_URL']! };
    await migrate(connection);
    const open = async (): Promise<OpenDatabase> => {
      const database = createDatabase({ connection, maxConnections: 12 });
      return { database, close: () => database.close() };
    };
    const run = (world: KafkaWorld, fixture: EventFeedFixture) =>
      assertDeliversUnderLoad(world, fixture, async (goesOn) => {
        const { processes } = JSON.parse(await readFile(join(directory, 'postgres.json'), 'utf8')) as {
          readonly processes: readonly { readonly pid: number }[];
        };
        // At once, as in a crash: what was not committed is gone, and connections are cut.
        process.kill(processes[0]!.pid, 'SIGQUIT');
        await until(async () => (await statusOfServices(['postgres'], directory))[0]!.state === 'stopped');
        await services(['start', 'postgres'], directory);
        await goesOn();
      });
    await inWorld(run, open);
  });

  test('a user is proven over TLS to brokers whose certificate is trusted and has their name', () =>
    inWorld(async (world, fixture) => {
      const sasl = {
        mechanism: 'SCRAM-SHA-512',
        username: 'firstcome',
        password: 'firstcome-scram',
      } as const;
      const port = kafka.ports!['tls'];
      const open = (settings: Pick<KafkaSettings, 'brokers' | 'tls'>) =>
        world.open({
          ...fixture.options(),
          kafka: { topic: world.topic, sasl, ...settings },
          startWaitMs: 0,
        });
      const broker = [`127.0.0.1:${port}`];
      await assert.rejects(open({ brokers: broker, tls: false }).start(), { code: 'unavailable' });
      await assert.rejects(open({ brokers: broker, tls: true }).start(), {
        code: 'unavailable',
        message: /self-signed certificate/,
      });
      const trusted = getCACertificates('default');
      // As NODE_EXTRA_CA_CERTS does when a process starts.
      setDefaultCACertificates([...trusted, await readFile(kafka.certificate!, 'utf8')]);
      try {
        await assert.rejects(
          open({ brokers: [`localhost:${port}`], tls: true }).start(),
          /does not match certificate/,
        );
        await world.allow(sasl.username);
        const feed = open({ brokers: broker, tls: true });
        await until(() =>
          feed
            .start()
            .then(() => true)
            .catch(() => false),
        );
        await world.append([event(0), event(1)]);
        await feed.subscribe(fixture.noting('a')).reached(await feed.now());
        await feed.stop();
        assertDelivered(await world.noted('a'), [0, 1]);
      } finally {
        setDefaultCACertificates(trusted);
      }
    }));
});
