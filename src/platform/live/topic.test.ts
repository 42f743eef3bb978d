import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Listener } from '../../../test/support/live.ts';
import { type Begin, Topic, type TopicOptions } from './topic.ts';

const open = (options: Partial<TopicOptions> = {}): Topic =>
  new Topic({
    name: 'topic',
    epoch: 'e',
    keeps: { messages: 100, bytes: 1_000_000 },
    room: { bytesLeft: 10_000_000 },
    ...options,
  });

const text = (body: string, version?: number) => ({
  event: 'delta',
  body: Buffer.from(body),
  ...(version === undefined ? {} : { version }),
});

function follow(topic: Topic, begin?: Begin): Listener {
  const listener = new Listener();
  topic.subscribe(listener, begin);
  return listener;
}

describe('a topic of changes', { timeout: 20_000 }, () => {
  test('tells every subscriber every message, in order, by epoch and offset', () => {
    const topic = open();
    const [first, second] = [follow(topic), follow(topic)];
    for (const body of ['a', 'b', 'c']) topic.publish(text(body));
    for (const { texts, messages } of [first, second]) {
      assert.deepEqual(texts, ['a', 'b', 'c']);
      assert.deepEqual(
        messages.map(({ id }) => id),
        ['e.1', 'e.2', 'e.3'],
      );
    }
    assert.equal(first.messages[0], second.messages[0], 'both get the one message, encoded once');
  });

  test('gives who comes back what it missed, and says so', () => {
    const topic = open();
    for (const body of ['a', 'b', 'c']) topic.publish(text(body));
    const back = follow(topic, { after: 'e.1' });
    assert.deepEqual([back.recovered, back.texts], [true, ['b', 'c']]);
    const current = follow(topic, { after: 'e.3' });
    assert.deepEqual([current.recovered, current.texts], [true, []]);
    assert.deepEqual(follow(topic, { after: 'e.0' }).texts, ['a', 'b', 'c']);
  });

  test('begins with the whole for who comes from another epoch, from the future, or from too long ago', () => {
    const topic = open({ keeps: { messages: 2, bytes: 1_000_000 } });
    for (let no = 0; no < 50; no++) topic.publish(text(`${no}`));
    for (const after of ['f.49', 'e.51', 'e.1', 'nonsense']) {
      const back = follow(topic, { after, whole: () => [text('whole')] });
      assert.deepEqual([back.recovered, back.texts], [false, ['whole']], after);
      assert.equal(back.messages[0]?.id, 'e.50');
    }
  });

  test('gives who has a version of the state what came after it', () => {
    const topic = open({ version: 10 });
    topic.publish(text('a', 20));
    topic.publish(text('b', 30));
    assert.deepEqual(follow(topic, { version: 10 }).texts, ['a', 'b']);
    assert.deepEqual(follow(topic, { version: 25 }).texts, ['b']);
    assert.deepEqual(follow(topic, { version: 30 }).texts, []);
    for (const version of [9, 31]) assert.equal(follow(topic, { version }).recovered, false);
  });

  test('keeps nothing where all topics together have no room left', () => {
    const room = { bytesLeft: 1_000 };
    const [busy, other] = [open({ room }), open({ room })];
    other.publish(text('x'.repeat(400)));
    const listener = follow(busy);
    busy.publish(text('y'.repeat(400)));
    assert.equal(listener.texts.length, 1);
    assert.equal(follow(busy, { after: 'e.0' }).recovered, false);
    other.forget();
    assert.equal(room.bytesLeft, 1_000);
  });

  test('ends with a reason for who follows, and for who comes later after telling what there is', () => {
    const topic = open();
    const listener = follow(topic);
    topic.publish(text('last'));
    const ending = { reason: 'over', reconnect: false };
    topic.close(ending);
    assert.deepEqual(listener.ending, ending);
    const late = follow(topic, { after: 'e.0' });
    assert.deepEqual([late.texts, late.ending], [['last'], ending]);
    assert.equal(topic.size, 0);
  });

  test('leaves no gap in silence, whatever is published, forgotten and resumed', () => {
    const step = fc.oneof(
      fc.record({ act: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ act: fc.constant('leave' as const), who: fc.nat(3) }),
      fc.record({ act: fc.constant('return' as const), who: fc.nat(3) }),
      fc.record({ act: fc.constant('restart' as const) }),
      fc.record({ act: fc.constant('forget' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let epoch = 0;
        let published = 0;
        const create = (): Topic =>
          open({ epoch: `e${epoch++}`, keeps: { messages: 3, bytes: 1_000_000 }, name: 'numbers' });
        let topic = create();
        /** What each reader believes to have, and since when it has had everything. */
        const readers = Array.from({ length: 4 }, () => ({
          listener: undefined as Listener | undefined,
          lastId: undefined as string | undefined,
          seen: 0,
        }));
        const leave = (reader: (typeof readers)[number]): void => {
          const { listener } = reader;
          if (!listener) return;
          topic.remove(listener);
          reader.listener = undefined;
          const { messages } = listener;
          // `recovered` or a beginning without a place: a whole first, and nothing but what comes next after that.
          let next = listener.recovered === true ? reader.seen + 1 : undefined;
          for (const message of messages) {
            const number = Number(message.body.toString());
            if (message.event === 'whole') next = number + 1;
            else {
              assert.equal(number, next, 'every message follows the one before it');
              next = number + 1;
            }
            reader.seen = number;
          }
          reader.lastId = messages.at(-1)?.id ?? reader.lastId;
        };
        for (const one of steps) {
          if (one.act === 'publish') {
            for (let no = 0; no < one.count; no++) topic.publish(text(`${++published}`));
          } else if (one.act === 'forget') topic.forget();
          else if (one.act === 'restart') {
            for (const reader of readers) leave(reader);
            topic = create();
          } else {
            const reader = readers[one.who]!;
            leave(reader);
            if (one.act === 'leave') continue;
            reader.listener = new Listener();
            topic.subscribe(reader.listener, {
              after: reader.lastId,
              whole: () => [{ event: 'whole', body: Buffer.from(`${published}`) }],
            });
          }
        }
        for (const reader of readers) {
          const follows = reader.listener !== undefined;
          leave(reader);
          if (follows) assert.equal(reader.seen, published, 'who follows has everything');
        }
      }),
    );
  });
});

describe('a topic of a state', { timeout: 20_000 }, () => {
  const state = (id: string, event = 'state') => ({ event, body: Buffer.from(id), id });

  test('tells newcomers the latest alone, and nothing to who has it', () => {
    const topic = open();
    for (const id of ['s.1', 's.5', 's.2']) topic.show([state(id)]);
    assert.deepEqual(follow(topic).texts, ['s.2']);
    const same = follow(topic, { after: 's.2' });
    assert.deepEqual([same.recovered, same.texts], [true, []]);
    const older = follow(topic, { after: 's.1' });
    assert.deepEqual([older.recovered, older.texts], [false, ['s.2']]);
  });

  test('lets a later state take the place of one that waits, by the kind of event', () => {
    const topic = open();
    const listener = follow(topic);
    topic.show([state('s.1', 'sold-out'), state('s.2', 'position')]);
    topic.show([state('s.3', 'position')]);
    const [soldOut, second, third] = listener.keys;
    assert.equal(second, third);
    assert.notEqual(soldOut, second);
  });
});
