import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createTestHub, Listener } from '../../../test/support/live.ts';
import { createMemoryFanOut } from '../../adapters/memory/fan-out.ts';
import { createManualClock } from '../../kernel/clock.ts';
import type { LiveMessage } from './message.ts';
import { Outbox, type Transport } from './outbox.ts';
import type { Ending, LiveSubscriber } from './topic.ts';

const text = (body: string) => ({ event: 'delta', body: Buffer.from(body) });

/** A connection that takes bytes only while it is read. */
class Connection implements LiveSubscriber {
  readonly outbox: Outbox;
  readonly written: string[] = [];
  ending: Ending | undefined;
  isRead: boolean;
  onOverflow: () => void = () => undefined;

  constructor({ isRead }: { readonly isRead: boolean }) {
    this.isRead = isRead;
    let unsentBytes = 0;
    const transport: Transport = {
      write: (frames, done) => {
        const bytes = Buffer.concat(frames.map(({ rest }) => rest.bytes));
        if (!this.isRead) {
          unsentBytes += bytes.length;
          return;
        }
        this.written.push(bytes.toString());
        done();
      },
      get unsentBytes() {
        return unsentBytes;
      },
      onDrain: () => undefined,
      end: () => undefined,
    };
    this.outbox = new Outbox(transport, { bytes: 100_000, items: 1_000 });
  }

  deliver(message: LiveMessage): void {
    if (!this.outbox.push({ rest: { bytes: message.body, isText: true } })) this.onOverflow();
  }

  end(ending: Ending): void {
    this.ending = ending;
  }
}

describe('the hub', { timeout: 20_000 }, () => {
  test('ends a subscriber that does not read at its bound with a reason, while others go on', async () => {
    const hub = createTestHub();
    const topic = hub.open('topic');
    const [slow, quick] = [new Connection({ isRead: false }), new Connection({ isRead: true })];
    for (const one of [slow, quick]) {
      one.onOverflow = () => hub.end(topic, one, { reason: 'slow-consumer', reconnect: true });
      hub.subscribe(topic, one);
    }
    for (let no = 0; no < 40; no++) {
      topic.publish(text('x'.repeat(10_000)));
      await turn();
    }
    assert.deepEqual(slow.ending, { reason: 'slow-consumer', reconnect: true });
    assert.equal(quick.ending, undefined);
    assert.equal(quick.written.join('').length, 400_000);
    assert.equal(topic.size, 1);
    assert.equal(hub.stats().ended.get('slow-consumer'), 1);
  });

  test('writes all that is told in a tick in one buffer', async () => {
    const hub = createTestHub();
    const topic = hub.open('topic');
    const connection = new Connection({ isRead: true });
    hub.subscribe(topic, connection);
    for (const body of ['a', 'b', 'c']) topic.publish(text(body));
    await turn();
    assert.deepEqual(connection.written, ['abc']);
  });

  test('ends who may follow no longer within some seconds, and nobody else', async () => {
    const clock = createManualClock();
    const hub = createTestHub({ clock });
    await hub.lifecycle.start();
    const topic = hub.open('topic');
    const [out, stays] = [new Listener(), new Listener()];
    let isAllowed = true;
    hub.subscribe(topic, out, { isAllowed: () => Promise.resolve(isAllowed) });
    hub.subscribe(topic, stays, { isAllowed: () => true });
    await clock.advance(10_000);
    assert.equal(out.ending, undefined);
    isAllowed = false;
    await clock.advance(10_000);
    assert.deepEqual(out.ending, { reason: 'access-withdrawn', reconnect: false });
    topic.publish(text('later'));
    assert.deepEqual([out.texts, stays.texts], [[], ['later']]);
    await hub.lifecycle.stop();
  });

  test('checks access at once where its owner says that something changed', async () => {
    const hub = createTestHub();
    const topic = hub.open('topic');
    const out = new Listener();
    let isAllowed = true;
    hub.subscribe(topic, out, { isAllowed: () => isAllowed });
    await hub.recheck(topic);
    assert.equal(topic.size, 1);
    isAllowed = false;
    await hub.recheck(topic);
    assert.equal(out.ending?.reason, 'access-withdrawn');
  });

  test('hands what clients publish to the hubs of all instances', () => {
    const fanOut = createMemoryFanOut();
    const hubs = [createTestHub({ fanOut }), createTestHub({ fanOut })];
    const listeners = hubs.map((hub) => {
      const listener = new Listener();
      hub.subscribe(hub.topic('/topic/demo.a'), listener);
      return listener;
    });
    void hubs[0]!.publish({ topic: '/topic/demo.a', body: Buffer.from('hello') });
    for (const { texts } of listeners) assert.deepEqual(texts, ['hello']);
  });

  test('forgets topics that nobody follows, the one used longest ago first, and never those of a module', () => {
    const hub = createTestHub();
    const owned = hub.open('owned');
    owned.publish(text('kept'));
    const followed = hub.topic('followed');
    hub.subscribe(followed, new Listener());
    const quiet = hub.topic('quiet');
    for (let no = 0; no < 1_100; no++) hub.topic(`other ${no}`);
    assert.equal(hub.topic('followed'), followed);
    assert.notEqual(hub.topic('quiet'), quiet);
    const back = new Listener();
    hub.subscribe(owned, back, { after: owned.lastId });
    assert.equal(back.recovered, true);
    assert.ok(hub.stats().topics <= 1_002);
  });
});
