import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Hub } from '../../src/platform/live/hub.ts';
import { Listener } from '../support/live.ts';
import { until } from '../support/until.ts';

export type FanOutWorld = {
  /** Hubs of so many instances of one system. */
  hubs(count: number): Promise<readonly Hub[]>;
};

/** What every fan-out promises, whatever carries it. */
export function fanOutContract(name: string, world: FanOutWorld): void {
  describe(`the fan-out by ${name}`, { timeout: 60_000 }, () => {
    it('tells every instance that follows what one publishes, in order', async () => {
      const hubs = await world.hubs(3);
      const topic = topicName();
      const listeners = await Promise.all(hubs.map((hub) => listen(hub, topic)));
      const texts = numbers(500);
      await Promise.all(texts.map((text) => publish(hubs[0]!, topic, text)));
      for (const listener of listeners) {
        await until(() => listener.messages.length === texts.length);
        assert.deepEqual(listener.texts, texts);
      }
    });

    it('has one order for all where several publish at once', async () => {
      const hubs = await world.hubs(2);
      const topic = topicName();
      const listeners = await Promise.all(hubs.map((hub) => listen(hub, topic)));
      const texts = numbers(300);
      await Promise.all(texts.flatMap((text) => hubs.map((hub, at) => publish(hub, topic, `${at} ${text}`))));
      for (const listener of listeners) await until(() => listener.messages.length === texts.length * 2);
      assert.deepEqual(listeners[0]!.texts, listeners[1]!.texts);
      const ofFirst = listeners[0]!.texts.filter((text) => text.startsWith('0 '));
      assert.deepEqual(
        ofFirst,
        texts.map((text) => `0 ${text}`),
        'who publishes keeps its order',
      );
    });

    it('hands on bytes, headers and event as they were', async () => {
      const [from, to] = (await world.hubs(2)) as [Hub, Hub];
      const topic = topicName();
      const listener = await listen(to, topic);
      const body = Buffer.from([0, 10, 13, 255, 128, 10, 0]);
      const headers = new Map([
        ['content-type', 'a: b\n'],
        ['이름', '값'],
      ]);
      await from.publish({ topic, body, headers, event: 'delta' });
      await until(() => listener.messages.length === 1);
      const [message] = listener.messages;
      assert.deepEqual(Buffer.from(message!.body), body);
      assert.deepEqual(message!.headers, headers);
      assert.equal(message!.event, 'delta');
    });

    it('keeps topics apart, whatever their names are made of', async () => {
      const [from, to] = (await world.hubs(2)) as [Hub, Hub];
      const names = ['', '}', '{}', '{a}b', '}{', '%7D', 'b'].map((end) => `${topicName()}${end}`);
      const listeners = await Promise.all(names.map((topic) => listen(to, topic)));
      await Promise.all(names.map((topic) => publish(from, topic, topic)));
      for (const [at, listener] of listeners.entries()) {
        await until(() => listener.messages.length > 0);
        assert.deepEqual(listener.texts, [names[at]]);
      }
    });

    it('lets who comes back go on after what it had', async () => {
      const [from, to] = (await world.hubs(2)) as [Hub, Hub];
      const topic = topicName();
      const first = await listen(to, topic);
      await publish(from, topic, 'had');
      await until(() => first.messages.length === 1);
      const listener = new Listener();
      await publish(from, topic, 'missed');
      await until(() => first.messages.length === 2);
      to.subscribe(await to.follow(topic), listener, { after: first.messages[0]!.id });
      await until(() => listener.messages.length === 1);
      assert.equal(listener.recovered, true);
      assert.deepEqual(listener.texts, ['missed']);
    });
  });
}

export const topicName = () => `/topic/demo.${randomUUID()}`;

export const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at));

export async function listen(hub: Hub, name: string, after?: string): Promise<Listener> {
  const listener = new Listener();
  hub.subscribe(await hub.follow(name), listener, { after });
  return listener;
}

export async function publish(hub: Hub, topic: string, text: string): Promise<void> {
  await hub.publish({ topic, body: Buffer.from(text) });
}
