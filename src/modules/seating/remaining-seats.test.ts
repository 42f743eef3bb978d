import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import type { StoredEvent } from '../../platform/events/event.ts';
import { createRemainingSeats } from './remaining-seats.ts';

const sold = (performanceId: string): StoredEvent => ({
  type: 'payment.succeeded',
  version: 1,
  subject: 'reservation',
  partitionKey: performanceId,
  occurredAt: 0,
  position: 1,
  id: 'event',
  data: { performanceId },
});

/** A database that counts how often it is asked, and which seats are taken in it. */
function setUp(taken: Record<string, number>) {
  const clock = createManualClock();
  const asked: (readonly string[])[] = [];
  let gate: Promise<void> | undefined;
  const remaining = createRemainingSeats({
    clock,
    seatMaps: { kept: () => undefined },
    holds: {
      async counts(ids = []) {
        asked.push(ids);
        const theirs = Object.entries(taken).filter(([id]) => ids.includes(id));
        const found = new Map(theirs.map(([id, seats]) => [id, { held: 1, sold: seats - 1 }]));
        await gate;
        return found;
      },
    },
  });
  const free = async (...ids: readonly string[]) =>
    Object.fromEntries(await remaining.of(ids.map((id) => ({ id, capacity: 10 }))));
  return {
    clock,
    remaining,
    asked,
    free,
    hold(until: Promise<void> | undefined) {
      gate = until;
    },
  };
}

describe('what remains of many performances', () => {
  test('is counted in one statement, and then remembered', async () => {
    const { asked, free } = setUp({ a: 3, b: 10 });
    assert.deepEqual(await free('a', 'b', 'c'), { a: 7, b: 0, c: 10 });
    assert.deepEqual(await free('c', 'b', 'a'), { c: 10, b: 0, a: 7 });
    assert.deepEqual(asked, [['a', 'b', 'c']]);
  });

  test('is counted again for those alone whose seats changed, and not at each of their events', async () => {
    const taken: Record<string, number> = { a: 3, b: 4 };
    const { clock, remaining, asked, free } = setUp(taken);
    await free('a', 'b');
    taken['a'] = 5;
    remaining.hear([sold('a'), sold('elsewhere')]);
    assert.deepEqual(await free('a', 'b'), { a: 7, b: 6 });
    await clock.advance(500);
    assert.deepEqual(await free('a', 'b'), { a: 5, b: 6 });
    assert.deepEqual(asked, [['a', 'b'], ['a']]);
  });

  test('what changes while it is counted is counted again', async () => {
    const taken: Record<string, number> = { a: 3 };
    const { clock, remaining, free, hold } = setUp(taken);
    const { promise, resolve } = Promise.withResolvers<void>();
    hold(promise);
    const first = free('a');
    taken['a'] = 4;
    remaining.hear([sold('a')]);
    resolve();
    hold(undefined);
    assert.deepEqual(await first, { a: 7 });
    await clock.advance(500);
    assert.deepEqual(await free('a'), { a: 6 });
  });

  test('is not remembered for long, should events be held up', async () => {
    const taken: Record<string, number> = { a: 3 };
    const { clock, free } = setUp(taken);
    await free('a');
    taken['a'] = 9;
    await clock.advance(30_000);
    assert.deepEqual(await free('a'), { a: 1 });
  });
});
