import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BatchWindow } from './batch-window.ts';

/** Gives stretches to a consumer that fails at one event, as a loop does, until that event stands alone. */
function findPoisoned(events: number, poisoned: number, max: number) {
  const window = new BatchWindow(max);
  const passed: number[] = [];
  let attempts = 0;
  for (let after = 0; after < events; ) {
    attempts += 1;
    const end = Math.min(events, after + window.size);
    if (after < poisoned && poisoned <= end) {
      if (!window.narrow(end - after, end)) return { passed, attempts, after, window };
      continue;
    }
    for (let offset = after + 1; offset <= end; offset++) passed.push(offset);
    window.passed(end);
    after = end;
  }
  return { passed, attempts, after: events, window };
}

describe('the batch of a consumer', { timeout: 20_000 }, () => {
  test('has its greatest size until something fails', () => {
    const window = new BatchWindow(500);
    window.passed(500);
    assert.equal(window.size, 500);
  });

  test('is halved at each failure, until one event is left to blame', () => {
    const window = new BatchWindow(8);
    const sizes = [8, 4, 2].map((count) => (window.narrow(count, count) ? window.size : undefined));
    assert.deepEqual(sizes, [4, 2, 1]);
    assert.equal(window.narrow(1, 1), false);
    assert.equal(window.size, 1);
  });

  test('is halved of the window too, where one offset brings more events than were asked for', () => {
    const window = new BatchWindow(4);
    assert.equal(window.narrow(400, 1), true);
    assert.equal(window.size, 2);
  });

  test('stays small until all that was suspected has passed, and is whole again then', () => {
    const window = new BatchWindow(100);
    window.narrow(100, 100);
    window.narrow(50, 50);
    window.passed(25);
    assert.equal(window.size, 25);
    window.passed(99);
    assert.equal(window.size, 25);
    window.passed(100);
    assert.equal(window.size, 100);
  });

  test('lets everything before a poisoned event pass, and finds it in few attempts', () => {
    const cases = fc.record({
      events: fc.integer({ min: 1, max: 600 }),
      place: fc.nat(599),
      max: fc.integer({ min: 1, max: 512 }),
    });
    fc.assert(
      fc.property(cases, ({ events, place, max }) => {
        const poisoned = (place % events) + 1;
        const { passed, after, attempts } = findPoisoned(events, poisoned, max);
        assert.equal(after, poisoned - 1);
        assert.deepEqual(
          passed,
          Array.from({ length: poisoned - 1 }, (_, i) => i + 1),
        );
        const stretches = Math.ceil(poisoned / max);
        assert.ok(attempts <= stretches + 2 * Math.ceil(Math.log2(max) + 1), `${attempts} attempts`);
      }),
    );
  });
});
