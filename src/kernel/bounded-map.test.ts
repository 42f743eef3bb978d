import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BoundedMap } from './bounded-map.ts';
import { createManualClock } from './clock.ts';

/** The same promises kept in the plainest way: a list, the most recently used last. */
class Model {
  entries: { key: number; value: number; expiresAtMs: number }[] = [];
  readonly maxEntries: number;

  constructor(maxEntries: number) {
    this.maxEntries = maxEntries;
  }

  remove(key: number): boolean {
    const before = this.entries.length;
    this.entries = this.entries.filter((entry) => entry.key !== key);
    return this.entries.length < before;
  }

  get(key: number, nowMs: number): number | undefined {
    const found = this.entries.find((entry) => entry.key === key);
    this.remove(key);
    if (found === undefined || found.expiresAtMs <= nowMs) return undefined;
    this.entries.push(found);
    return found.value;
  }

  set(key: number, value: number, expiresAtMs: number): void {
    const known = this.remove(key);
    if (!known && this.entries.length >= this.maxEntries) this.entries.shift();
    this.entries.push({ key, value, expiresAtMs });
  }
}

const key = fc.integer({ min: 0, max: 7 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      key,
      value: fc.nat(99),
      ttlMs: fc.option(fc.integer({ min: 0, max: 20 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('has' as const), key }) },
);

describe('a bounded map', () => {
  it('behaves like a list that drops its least recently used entry', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(step, { maxLength: 80, size: 'max' }),
        (maxEntries, steps) => {
          const clock = createManualClock(0);
          const map = new BoundedMap<number, number>({ maxEntries, clock });
          const model = new Model(maxEntries);
          for (const s of steps) {
            const nowMs = clock.now();
            if (s.do === 'get') assert.equal(map.get(s.key), model.get(s.key, nowMs));
            else if (s.do === 'delete') assert.equal(map.delete(s.key), model.remove(s.key));
            else if (s.do === 'wait') clock.set(nowMs + s.ms);
            else if (s.do === 'has') {
              const found = model.entries.some((entry) => entry.key === s.key && entry.expiresAtMs > nowMs);
              assert.equal(map.has(s.key), found);
            } else {
              const expiresAtMs = s.ttlMs === null ? Number.POSITIVE_INFINITY : nowMs + s.ttlMs;
              map.set(s.key, s.value, expiresAtMs);
              model.set(s.key, s.value, expiresAtMs);
            }
            assert.equal(map.size, model.entries.length);
            assert.ok(map.size <= maxEntries);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('does not return an entry at the moment of its expiry', () => {
    const clock = createManualClock(1000);
    const map = new BoundedMap<string, string>({ maxEntries: 2, clock });
    map.set('token', 'verified', 1500);
    clock.set(1499);
    assert.equal(map.get('token'), 'verified');
    clock.set(1500);
    assert.equal(map.get('token'), undefined);
    assert.equal(map.size, 0);
  });

  it('is empty after it was cleared, and usable', () => {
    const map = new BoundedMap<string, number>({ maxEntries: 2, clock: createManualClock() });
    map.set('a', 1);
    map.set('b', 2);
    map.clear();
    assert.equal(map.size, 0);
    assert.equal(map.get('a'), undefined);
    map.set('c', 3);
    assert.equal(map.get('c'), 3);
  });

  it('keeps order, times and values as it grows, and uses the room of what was deleted', () => {
    const clock = createManualClock(0);
    const map = new BoundedMap<number, number>({ maxEntries: 300, clock });
    const numbers = Array.from({ length: 400 }, (_, n) => n);
    for (const n of numbers.slice(0, 200)) map.set(n, -n, n + 1);
    for (const n of numbers.slice(0, 200)) if (n % 2 === 0) map.delete(n);
    clock.set(99);
    for (const n of numbers.slice(200)) map.set(n, -n);
    const kept = numbers.filter((n) => map.get(n) !== undefined);
    assert.deepEqual(
      kept,
      numbers.filter((n) => n >= 200 || (n % 2 === 1 && n + 1 > 99)),
    );
    for (const n of kept) assert.equal(map.get(n), -n);
    for (let n = 400; n < 500; n++) map.set(n, -n);
    assert.equal(map.get(kept[0]!), undefined, 'the one that was longest not used made room');
    assert.equal(map.get(499), -499);
  });

  it('refuses a bound that bounds nothing', () => {
    for (const maxEntries of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => new BoundedMap({ maxEntries, clock: createManualClock() }), RangeError);
    }
  });
});
