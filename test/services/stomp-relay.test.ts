import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { StompRelay } from '../../src/adapters/rabbitmq/stomp-broker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { stompBrokerContract } from '../contracts/stomp-broker.contract.ts';
import { type ServiceStatus, services, statusOfServices } from '../support/services.ts';
import { RawClient, type RawFrame, startStomp, type TestStomp } from '../support/stomp.ts';
import { until } from '../support/until.ts';

let directory: string;
let url: string;
const relays: StompRelay[] = [];
const news: string[] = [];

before(
  async () => {
    directory = await mkdtemp(join(tmpdir(), 'firstcome-relay-'));
    await services(['start', 'rabbitmq'], directory);
    const [{ env, ports }] = (await statusOfServices(['rabbitmq'], directory)) as [ServiceStatus];
    const { username, password } = new URL(env['AMQP_URL']!);
    url = `stomp://${username}:${password}@127.0.0.1:${ports!['stomp']}`;
  },
  { timeout: 300_000 },
);

after(async () => {
  await Promise.all(relays.map((relay) => relay.lifecycle.stop()));
  await services(['stop', 'rabbitmq'], directory);
  await rm(directory, { recursive: true, force: true });
});

async function openRelay(): Promise<StompRelay> {
  const relay = new StompRelay({
    url,
    clock: systemClock,
    random: systemRandom,
    onNews: (told) => news.push(told),
  });
  relays.push(relay);
  await relay.lifecycle.start();
  return relay;
}

stompBrokerContract('RabbitMQ, relayed', openRelay);

const OWN = { replies: '/user/queue/replies', errors: '/user/queue/errors' } as const;

describe('a relay whose RabbitMQ restarts', { timeout: 240_000 }, () => {
  let relay: StompRelay;
  let stomp: TestStomp;
  before(async () => {
    relay = await openRelay();
    stomp = await startStomp({ isTimeReal: true, broker: relay });
  });
  after(() => stomp.stop());

  async function connect(): Promise<RawClient> {
    const client = new RawClient(stomp.tcpPort);
    await client.connect('ann');
    for (const [id, destination] of Object.entries(OWN))
      await client.receipt('SUBSCRIBE', { id, destination });
    return client;
  }

  /** Sends numbers one after the other until it is told to stop; what is refused it sends again once the broker is back. */
  async function keepSending(destination: string, name: string, isOver: () => boolean): Promise<number> {
    const client = await connect();
    let sent = 0;
    while (!isOver()) {
      client.send('SEND', { destination, receipt: `${sent}` }, `${name} ${sent}`);
      for (let answer = await client.next(); ; answer = await client.next()) {
        if (answer.command === 'RECEIPT') {
          sent += 1;
          break;
        }
        assert.equal(answer.command, 'MESSAGE', JSON.stringify(answer));
        if (answer.headers['code'] !== undefined) {
          assert.equal(answer.headers['code'], 'broker_unavailable');
          await new Promise((resolve) => setTimeout(resolve, 100));
          break;
        }
      }
    }
    client.socket.destroy();
    return sent;
  }

  /** Acknowledges all that comes, and notes it. */
  async function keepReading(client: RawClient, got: RawFrame[]): Promise<void> {
    for (;;) {
      const frame = await client.next().catch(() => undefined);
      if (frame === undefined) return;
      assert.equal(frame.command, 'MESSAGE', JSON.stringify(frame));
      got.push(frame);
      if (frame.headers['ack'] !== undefined) client.send('ACK', { id: frame.headers['ack'] });
    }
  }

  it('loses nothing that was confirmed, tells clients, ends none, and goes on', async () => {
    const [queue, topic] = ['/queue/demo.restart', '/topic/demo.restart'];
    const [consumer, listener] = [await connect(), await connect()];
    await consumer.receipt('SUBSCRIBE', { id: 'q', destination: queue, ack: 'client-individual' });
    await listener.receipt('SUBSCRIBE', { id: 't', destination: topic });
    const got: { readonly queue: RawFrame[]; readonly topic: RawFrame[] } = { queue: [], topic: [] };
    const reading = [keepReading(consumer, got.queue), keepReading(listener, got.topic)];
    let isOver = false;
    const senders = ['a', 'b', 'c', 'd'].map((name) => keepSending(queue, name, () => isOver));
    const received = () => got.queue.filter(({ headers }) => headers['subscription'] === 'q');
    await until(() => received().length > 200);
    const told = (frames: readonly RawFrame[]) =>
      frames
        .filter(({ headers }) => headers['destination'] === OWN.replies)
        .map(({ body }) => (JSON.parse(body) as { type: string }).type);

    await services(['stop', 'rabbitmq'], directory);
    await until(() => told(got.queue).length > 0 && told(got.topic).length > 0);
    assert.equal(relay.isUp, false);
    const earlier = received().length;
    await services(['start', 'rabbitmq'], directory);
    await until(() => told(got.queue).length > 1 && told(got.topic).length > 1);
    await until(() => received().length > earlier + 200);
    isOver = true;
    const sent = await Promise.all(senders);

    const all = ['a', 'b', 'c', 'd'].flatMap((name, at) =>
      Array.from({ length: sent[at]! }, (_none, no) => `${name} ${no}`),
    );
    await until(() => new Set(received().map(({ body }) => body)).size === all.length);
    assert.deepEqual(new Set(received().map(({ body }) => body)), new Set(all));
    for (const frames of [got.queue, got.topic])
      assert.deepEqual(told(frames), ['broker_away', 'broker_back']);
    assert.ok(news.includes('broker_away') && news.at(-1) === 'broker_back');

    const sender = await connect();
    await sender.receipt('SEND', { destination: topic }, 'after');
    await until(() => got.topic.some(({ body }) => body === 'after'));
    assert.equal(got.topic.find(({ body }) => body === 'after')!.headers['recovered'], 'false');
    for (const client of [consumer, listener, sender]) client.socket.destroy();
    await Promise.all(reading);
    assert.deepEqual(stomp.errors, []);
  });

  it('says that what was missed cannot be had where somebody resumes', async () => {
    const client = await connect();
    await client.receipt('SUBSCRIBE', { id: 't', destination: '/topic/demo.resume', resume: 'epoch.1' });
    client.send('SEND', { destination: '/topic/demo.resume' }, 'live');
    assert.equal((await client.next()).headers['recovered'], 'false');
    client.socket.destroy();
  });
});

describe('a relay without a broker', { timeout: 60_000 }, () => {
  it('serves all that needs none, and refuses the rest until there is one', async () => {
    const away = new StompRelay({
      url: 'stomp://nobody:nothing@127.0.0.1:1',
      clock: systemClock,
      random: systemRandom,
      onNews: () => undefined,
    });
    await away.lifecycle.start();
    const stomp = await startStomp({ isTimeReal: true, broker: away });
    try {
      const client = new RawClient(stomp.tcpPort);
      await client.connect('ann');
      await client.receipt('SUBSCRIBE', { id: 'e', destination: OWN.errors });
      await client.receipt('SEND', { destination: '/app/demo.sink' });
      for (const [command, headers] of [
        ['SEND', { destination: '/queue/demo.x' }],
        ['SUBSCRIBE', { id: 'x', destination: '/topic/demo.x' }],
      ] as const) {
        client.send(command, { ...headers, receipt: 'r' });
        const refusal = await client.next();
        assert.deepEqual(
          [refusal.command, refusal.headers['code'], refusal.headers['receipt-id']],
          ['MESSAGE', 'broker_unavailable', 'r'],
        );
      }
      const deaf = new RawClient(stomp.tcpPort);
      await deaf.connect('bob');
      deaf.send('SEND', { destination: '/queue/demo.x' });
      assert.equal((await deaf.next()).headers['code'], 'broker_unavailable');
      assert.deepEqual(stomp.errors, []);
    } finally {
      await stomp.stop();
      await away.lifecycle.stop();
    }
  });
});
