import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fanOutContract, listen, numbers, publish, topicName } from '../contracts/fan-out.contract.ts';
import { Listener } from '../support/live.ts';
import { mastersOf, moveSlot, restartless, slotOwner } from '../support/redis-cluster.ts';
import { type RedisWorld, useRedis } from '../support/redis-world.ts';
import { until } from '../support/until.ts';

const contract = (name: string, world: RedisWorld) =>
  fanOutContract(name, { hubs: (count) => Promise.all(numbers(count).map(() => world.instance())) });

describe('one Redis', { timeout: 300_000 }, () => {
  const world = useRedis('redis');
  contract('one Redis', world);
  resumption('one Redis', world);
  losses('one Redis', world);
});

describe('a cluster of six nodes', { timeout: 300_000 }, () => {
  const world = useRedis('redis-cluster');
  contract('a cluster', world);
  resumption('a cluster', world);
  losses('a cluster', world);

  it('goes on in order while a slot moves under a subscription', async () => {
    const [from, to] = [await world.instance(), await world.instance()];
    const topic = topicName();
    const listener = await listen(to, topic);
    let published = 0;
    let isMoved = false;
    const publishing = (async () => {
      while (!isMoved || published % 500 > 0) await publish(from, topic, String(published++));
    })();
    await moveSlot(world, topic);
    isMoved = true;
    await publishing;
    await until(() => listener.messages.at(-1)?.body.toString() === String(published - 1));
    assertNoSilentGap(listener, published);
  });

  it('goes on after a master died with messages that no replica had, and says so', async () => {
    const [from, to] = [await world.instance(), await world.instance()];
    const topic = topicName();
    const listener = await listen(to, topic);
    await publish(from, topic, '0');
    await until(() => listener.messages.length === 1);
    const had = listener.messages[0]!.id;
    const kill = await restartless(world, topic);
    // The replica does not hear of this one.
    await publish(from, topic, '1');
    await until(() => listener.messages.length === 2);
    await kill();
    await publish(from, topic, '2');
    await until(() => listener.messages.length === 3);
    assert.deepEqual(listener.texts, ['0', '1', '2']);
    assert.equal(listener.recovered, false, 'a reader is told that something may be missing');
    const other = await listen(await world.instance(), topic, had);
    assert.equal(other.recovered, false);
  });
});

/** A reader has every message in order, or was told. */
function assertNoSilentGap(listener: Listener, published: number): void {
  const had = listener.texts.map(Number);
  assert.deepEqual(
    had,
    [...new Set(had)].toSorted((one, other) => one - other),
    'in order, none twice',
  );
  if (listener.recovered !== false) assert.equal(had.length, published);
}

function resumption(name: string, world: RedisWorld): void {
  describe(`coming back to another instance, by ${name}`, { timeout: 60_000 }, () => {
    it('brings what was missed, in order, and then what is new', async () => {
      const [from, before] = [await world.instance(), await world.instance()];
      const topic = topicName();
      const first = await listen(before, topic);
      await publish(from, topic, 'had');
      await until(() => first.messages.length === 1);
      const texts = numbers(200);
      await Promise.all(texts.map((text) => publish(from, topic, text)));
      const listener = await listen(await world.instance(), topic, first.messages[0]!.id);
      assert.equal(listener.recovered, true);
      assert.deepEqual(listener.texts, texts);
      await publish(from, topic, 'new');
      await until(() => listener.texts.at(-1) === 'new');
    });

    it('says so where too much was missed', async () => {
      const keeps = { ms: 60_000, messages: 10, bytes: 1_000_000 };
      const from = await world.instance({ keeps });
      const topic = topicName();
      const first = await listen(from, topic);
      for (const text of numbers(20)) await publish(from, topic, text);
      await until(() => first.messages.length === 20);
      const late = await listen(await world.instance(), topic, first.messages[3]!.id);
      assert.equal(late.recovered, false);
      assert.deepEqual(late.texts, []);
      const inTime = await listen(await world.instance(), topic, first.messages[9]!.id);
      assert.equal(inTime.recovered, true);
      assert.deepEqual(inTime.texts, numbers(20).slice(10));
    });

    it('keeps a bound in bytes, also where one message alone is above it', async () => {
      const keeps = { ms: 60_000, messages: 1_000, bytes: 1_000 };
      const from = await world.instance({ keeps });
      const topic = topicName();
      const first = await listen(from, topic);
      await publish(from, topic, 'small');
      await publish(from, topic, 'x'.repeat(2_000));
      await publish(from, topic, 'after');
      await until(() => first.messages.length === 3);
      const [small, large] = first.messages;
      assert.equal((await listen(await world.instance(), topic, small!.id)).recovered, false);
      const after = await listen(await world.instance(), topic, large!.id);
      assert.deepEqual([after.recovered, ...after.texts], [true, 'after']);
    });
  });
}

function losses(name: string, world: RedisWorld): void {
  describe(`what Redis loses, by ${name}`, { timeout: 60_000 }, () => {
    it('after it was flushed, readers go on and are told', async () => {
      const [from, to] = [await world.instance(), await world.instance()];
      const topic = topicName();
      const listener = await listen(to, topic);
      await publish(from, topic, 'before');
      await until(() => listener.messages.length === 1);
      for (const master of await mastersOf(world)) await world.ask(master, 'FLUSHALL');
      for (const text of ['after', 'and more']) await publish(from, topic, text);
      await until(() => listener.messages.length === 3);
      assert.deepEqual(listener.texts, ['before', 'after', 'and more']);
      assert.equal(listener.recovered, false);
      const other = await listen(await world.instance(), topic, listener.messages[0]!.id);
      assert.equal(other.recovered, false);
    });

    it('what was published while every connection was cut arrives, in order', async () => {
      const [from, to] = [await world.instance(), await world.instance()];
      const topic = topicName();
      const listener = await listen(to, topic);
      const published = 300;
      for (const text of numbers(published)) {
        if (Number(text) % 100 === 50) await cutAll(world);
        await publish(from, topic, text);
      }
      await until(() => listener.messages.at(-1)?.body.toString() === String(published - 1));
      assert.deepEqual(listener.texts, numbers(published));
      assert.notEqual(listener.recovered, false);
    });

    it('a channel that brings nothing any more is asked for again', async () => {
      const redis = await world.connect();
      const [from, to] = [await world.instance(), await world.instance({ redis })];
      const topic = topicName();
      const listener = await listen(to, topic);
      // Redis forgets the subscription, and nobody is told.
      await world.ask(await slotOwner(world, topic), 'CLIENT', 'KILL', 'TYPE', 'pubsub');
      for (const text of numbers(5)) {
        await publish(from, topic, text);
        await until(() => listener.texts.at(-1) === text);
      }
      assert.deepEqual(listener.texts, numbers(5));
    });
  });
}

async function cutAll(world: RedisWorld): Promise<void> {
  for (const node of await mastersOf(world))
    for (const type of ['normal', 'pubsub'])
      await world.ask(node, 'CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
}
