import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, describe, it } from 'node:test';
import { createClient } from '@redis/client';
import { createRedisRegistry } from '../../src/adapters/redis/instance-registry.ts';
import { RedisLimits } from '../../src/adapters/redis/limits.ts';
import { Redis, redisScript } from '../../src/adapters/redis/redis.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { listen, numbers, publish, topicName } from '../contracts/fan-out.contract.ts';
import { instanceRegistryContract } from '../contracts/instance-registry.contract.ts';
import { DELAY, limitsContract } from '../contracts/redis-limits.contract.ts';
import { cacheOf, readCacheContract } from '../contracts/redis-read-cache.contract.ts';
import { send, startGateway, startInstance } from '../support/gateway/world.ts';
import { OWN_DATA_DIR } from '../support/own-data-dir.ts';
import { useRedis } from '../support/redis-world.ts';
import { RawClient, startStomp } from '../support/stomp.ts';
import { startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

describe('one Redis', { timeout: 300_000 }, () => {
  const world = useRedis('redis');
  limitsContract('one Redis', world);
  readCacheContract('one Redis', world);
  instanceRegistryContract('one Redis', world);

  it('tells a gateway of apis that come and go', async (t) => {
    const { urls } = world.settings();
    const prefix = 'test-gateway';
    const redis = new Redis(
      { ...world.settings(), prefix },
      { clock: systemClock, startWaitMs: 1_000, onError: assert.ifError },
    );
    await redis.lifecycle.start();
    t.after(() => redis.lifecycle.stop());
    const registry = createRedisRegistry({ redis, clock: systemClock, onError: assert.ifError });
    const environment = { API_REGISTRY: 'redis', REDIS_URL: urls[0]!, REDIS_PREFIX: prefix };
    const gateway = await startGateway(t, [], environment);
    const api = await startInstance(t, (_request, response) => void response.end('found'));
    const announced = registry.announce(() => api.origin);
    t.after(() => announced.stop());
    await announced.start();
    const ask = () => send(gateway.address(), '/v1/concerts');
    await until(ask, ({ text }) => text === 'found');
    await announced.stop();
    await until(ask, ({ status }) => status === 503);
  });

  it('is told of where it does not answer, or refuses the user', async () => {
    const closed = createServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    const open = (url: string) =>
      new Redis(
        { ...world.settings(), urls: [url] },
        { clock: systemClock, startWaitMs: 100, onError: () => undefined },
      ).lifecycle.start();
    await assert.rejects(open(`redis://127.0.0.1:${port}`), {
      code: 'unavailable',
      message: new RegExp(`^Redis at 127.0.0.1:${port} cannot be used: .*ECONNREFUSED`),
    });
    const [node = ''] = world.nodes();
    await assert.rejects(open(`redis://nobody:wrong@${node}`), {
      code: 'redis_forbidden',
      message: /WRONGPASS/,
    });
  });

  it('needs of a user with rights of its own no more than docs/deploy.md says', async () => {
    const [node = ''] = world.nodes();
    const { prefix } = world.settings();
    const rights = `on >secret ~${prefix}:* &${prefix}:* -@all +hello +auth +ping +info +eval +evalsha +time +get +set +del +incr +pexpire +hget +hset +hmget +llen +lrange +lpop +rpush +spublish +ssubscribe +sunsubscribe`;
    await world.ask(node, 'ACL', 'SETUSER', 'firstcome', ...rights.split(' '));
    const redis = new Redis(
      { ...world.settings(), urls: [`redis://firstcome:secret@${node}`] },
      { clock: systemClock, startWaitMs: 1_000, onError: () => undefined },
    );
    await redis.lifecycle.start();
    after(() => redis.lifecycle.stop());
    await redis.ping();
    const hub = await world.instance({ redis });
    const topic = topicName();
    const heard = await listen(hub, topic);
    await publish(hub, topic, 'text');
    await until(() => heard.messages.length === 1);
    const failures: unknown[] = [];
    const onError = (error: unknown) => void failures.push(error);
    const limits = new RedisLimits({ redis, clock: systemClock, onError });
    limits.rate({ name: randomUUID(), perMinute: 1 }).take('a');
    limits.growingDelay({ ...DELAY, name: randomUUID() }).take('a');
    const cache = cacheOf(redis, randomUUID(), onError);
    assert.equal(await cache.get('a', () => Promise.resolve('value')), 'value');
    await cache.invalidate('a');
    // What was not waited for is answered before what is asked now; a script that is new is sent twice.
    for (const _ of numbers(2)) await redis.ping();
    assert.deepEqual(failures, []);
  });

  it('is connected again without a start, whatever cut the connection', async () => {
    const failures: unknown[] = [];
    const redis = await world.connect({ onError: (error) => failures.push(error) });
    const [node = ''] = world.nodes();
    await world.ask(node, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(async () => (await Promise.allSettled([redis.ping()]))[0].status === 'fulfilled');
    assert.ok(failures.every((failure) => (failure as { code: string }).code === 'unavailable'));
  });

  it('while it is silent the system serves on and stays ready, and says so; a start without it ends in one line', async () => {
    const [node = ''] = world.nodes();
    const environment = { REDIS_URL: `redis://${node}`, REDIS_PREFIX: `of-${randomUUID()}` };
    const system = await startSystem({ dataDir: OWN_DATA_DIR, environment });
    const pid = Number(/process_id:(\d+)/.exec(String(await world.ask(node, 'INFO', 'server')))![1]);
    const redisCheck = async () => {
      const answer = await fetch(`${system.address}/health/ready`);
      const { checks } = (await answer.json()) as { readonly checks: Readonly<Record<string, string>> };
      return `${answer.status} ${checks['redis']}`;
    };
    try {
      assert.equal(await redisCheck(), '200 ok');
      process.kill(pid, 'SIGSTOP');
      await until(redisCheck, (state) => state === '200 failed');
      const list = await fetch(`${system.address}/v1/concerts`);
      assert.equal(list.status, 200);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await until(redisCheck, (state) => state === '200 ok');
    await system.stop();
    assert.match(system.output(), /Redis is away/);
    const nowhere = { ...environment, REDIS_URL: 'redis://127.0.0.1:1', REDIS_START_WAIT_MS: '0' };
    await assert.rejects(
      startSystem({ dataDir: OWN_DATA_DIR, environment: nowhere }),
      /Redis at 127.0.0.1:1 cannot be used/,
    );
  });

  it('no command of ours has keys of more than one slot', async () => {
    const [node = ''] = world.nodes();
    const commands = await watchCommands(node, async () => {
      const redis = await world.connect();
      const hub = await world.instance({ redis });
      const topic = topicName();
      const listener = await listen(hub, topic);
      await publish(hub, topic, 'text');
      await until(() => listener.messages.length === 1);
      const shared = new RedisLimits({ redis, clock: systemClock, onError: assert.ifError });
      shared.rate({ name: 'watched', perMinute: 1 }).take('a');
      const delay = shared.growingDelay({ ...DELAY, name: 'watched' });
      delay.take('a');
      delay.clear('a');
      const cache = cacheOf(redis);
      await cache.get('a', () => Promise.resolve('value'));
      await cache.invalidate('a');
      await redis.ping();
    });
    const names = new Set(commands.map(([name = '']) => name.toUpperCase()));
    for (const name of ['EVALSHA', 'SSUBSCRIBE', 'DEL'])
      assert.ok(names.has(name), `${name} was seen among ${[...names].join(' ')}`);
    for (const command of commands) {
      const tags = new Set(await keysOf(node, command).then((keys) => keys.map(tagOf)));
      assert.ok(tags.size <= 1, command.join(' '));
    }
  });
});

describe('a cluster of six nodes', { timeout: 300_000 }, () => {
  const world = useRedis('redis-cluster');
  limitsContract('a cluster', world);
  readCacheContract('a cluster', world);
  instanceRegistryContract('a cluster', world);

  it('refuses a script over two slots with CROSSSLOT', async () => {
    const [node = ''] = world.nodes();
    const script = 'return redis.call("SET", KEYS[1], redis.call("GET", KEYS[2]) or "")';
    await assert.rejects(
      world.ask(node, 'EVAL', script, '2', '{one}:a', '{two}:b'),
      /^Error: CROSSSLOT|CROSSSLOT/,
    );
  });

  it('takes a script over several keys of one tag, whatever the tag is made of', async () => {
    const redis = await world.connect();
    const script = redisScript('return #KEYS');
    for (const tag of ['', '}', '{', '{}', '}{', 'a}b{c', '%', '한국'])
      assert.equal(await redis.run(script, { tag: `x${tag}`, names: ['a', 'b', 'c'] }, []), 3);
  });

  it('carries STOMP topics: who reconnects to another instance gets what was missed, in order', async () => {
    const servers = await Promise.all(
      numbers(3).map(async () => startStomp({ isTimeReal: true, hub: await world.instance() })),
    );
    after(() => Promise.all(servers.map((server) => server.stop())));
    const destination = topicName();
    const [sender, reader] = servers.map(({ tcpPort }) => new RawClient(tcpPort)) as [RawClient, RawClient];
    await sender.connect('sender');
    await reader.connect('reader');
    await reader.receipt('SUBSCRIBE', { id: '1', destination });
    await sender.receipt('SEND', { destination, 'content-type': 'text/plain' }, 'had');
    const had = await reader.next();
    assert.deepEqual([had.command, had.body], ['MESSAGE', 'had']);
    reader.socket.destroy();
    const texts = numbers(50);
    for (const text of texts) sender.send('SEND', { destination }, text);
    await sender.receipt('SEND', { destination }, 'last');
    const again = new RawClient(servers[2]!.tcpPort);
    await again.connect('reader');
    again.send('SUBSCRIBE', { id: '1', destination, resume: had.headers['offset']! });
    const first = await again.next();
    assert.equal(first.headers['recovered'], 'true');
    const rest = await Promise.all(texts.map(() => again.next()));
    assert.deepEqual(
      [first, ...rest].map(({ body }) => body),
      [...texts, 'last'],
    );
    const other = new RawClient(servers[2]!.tcpPort);
    await other.connect('other');
    await other.receipt('SUBSCRIBE', { id: '1', destination, resume: 'another-epoch.7' });
    await sender.receipt('SEND', { destination }, 'new');
    const told = await other.next();
    assert.deepEqual([told.headers['recovered'], told.body], ['false', 'new']);
    for (const client of [sender, again, other]) client.socket.destroy();
  });

  it('ends a subscription with a reason, and refuses a SEND, while it is away', async () => {
    const redis = await world.connect();
    const server = await startStomp({
      isTimeReal: true,
      hub: await world.instance({ redis, giveUpMs: 100 }),
    });
    after(() => server.stop());
    await redis.lifecycle.stop();
    const client = new RawClient(server.tcpPort);
    await client.connect('somebody');
    client.send('SUBSCRIBE', { id: '1', destination: topicName() });
    const closed = await client.next();
    assert.deepEqual(JSON.parse(closed.body), { reason: 'unavailable', reconnect: true });
    client.send('SEND', { destination: topicName(), receipt: 'r' }, 'text');
    const refused = await client.next();
    assert.deepEqual(
      [refused.command, refused.headers['code'], refused.headers['receipt-id']],
      ['ERROR', 'unavailable', 'r'],
    );
  });
});

/** Every command that a node gets while `run` runs, as MONITOR shows them; those of scripts apart. */
async function watchCommands(
  node: string,
  run: () => Promise<void>,
): Promise<readonly (readonly string[])[]> {
  const monitor = createClient({ url: `redis://${node}` });
  const seen: string[] = [];
  await monitor.connect();
  await monitor.monitor((line) => seen.push(line));
  await run();
  await until(() => seen.some((line) => line.includes('"PING"')));
  monitor.destroy();
  return seen
    .filter((line) => !/^\S+ \[\d+ lua\]/.test(line))
    .map((line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word));
}

async function keysOf(node: string, command: readonly string[]): Promise<readonly string[]> {
  const client = createClient({ url: `redis://${node}` });
  await client.connect();
  try {
    return await client.sendCommand<readonly string[]>(['COMMAND', 'GETKEYS', ...command]);
  } catch (error) {
    assert.match((error as Error).message, /no key arguments|wrong number of arguments/, command.join(' '));
    return [];
  } finally {
    client.destroy();
  }
}

const tagOf = (key: string) => /\{(.+?)\}/.exec(key)?.[1] ?? key;
