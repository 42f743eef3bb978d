import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NumberSet } from './number-set.ts';

/** The same by counting. */
class NaiveSet {
  readonly members = new Set<number>();
  countBelow(number: number): number {
    return [...this.members].filter((member) => member < number).length;
  }
  nextFrom(from: number): number {
    const later = [...this.members].filter((member) => member >= from);
    return later.length === 0 ? 0 : Math.min(...later);
  }
}

// Near the edges of words and blocks, and beyond what the set has room for at first.
const number = fc.oneof(
  fc.integer({ min: 1, max: 12_000 }),
  fc.constantFrom(1, 31, 32, 33, 1_023, 1_024, 1_025, 4_095, 4_096, 8_191, 8_192),
);
const step = fc.tuple(fc.constantFrom('add', 'delete', 'ask'), number);

test('counts and finds like a set that counts one by one', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const [set, naive] = [new NumberSet(), new NaiveSet()];
      for (const [what, n] of steps) {
        if (what === 'add') {
          assert.equal(set.add(n), !naive.members.has(n));
          naive.members.add(n);
        } else if (what === 'delete') {
          assert.equal(set.delete(n), naive.members.delete(n));
        }
        assert.equal(set.has(n), naive.members.has(n));
        assert.equal(set.size, naive.members.size);
        assert.equal(set.countBelow(n), naive.countBelow(n));
        assert.equal(set.nextFrom(n), naive.nextFrom(n));
      }
    }),
    { numRuns: 300 },
  );
});

test('a million in order, every second one taken out again', () => {
  const set = new NumberSet();
  for (let n = 1; n <= 1_000_000; n++) set.add(n);
  for (let n = 2; n <= 1_000_000; n += 2) set.delete(n);
  assert.equal(set.size, 500_000);
  for (const n of [1, 2, 3, 65_537, 500_001, 999_999, 1_000_000]) {
    assert.equal(set.countBelow(n), Math.floor(n / 2));
  }
  assert.equal(set.nextFrom(500_000), 500_001);
  assert.equal(set.nextFrom(1_000_000), 0);
  assert.equal(set.countBelow(2_000_000), 500_000);
});
