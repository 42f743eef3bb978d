import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createSeededRandom, type Random, systemRandom } from './random.ts';

const sources: readonly (readonly [string, Random])[] = [
  ['the system randomness', systemRandom],
  ['the seeded randomness', createSeededRandom(20_260_101)],
];

for (const [name, random] of sources) {
  describe(name, () => {
    it('keeps to its ranges', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2 ** 32 }), (n) => {
          const below = random.below(n);
          assert.ok(Number.isInteger(below) && below >= 0 && below < n);
          const uint32 = random.uint32();
          assert.ok(Number.isInteger(uint32) && uint32 >= 0 && uint32 < 2 ** 32);
          const float = random.float();
          assert.ok(float >= 0 && float < 1);
        }),
      );
    });

    it('refuses bounds that it cannot serve', () => {
      for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) assert.throws(() => random.below(n), RangeError);
    });

    it('hits every value below a bound about equally often', () => {
      const counts = Array.from({ length: 7 }, () => 0);
      for (let i = 0; i < 70_000; i++) counts[random.below(7)]!++;
      // Eight standard deviations (93) off the mean: chance alone would need longer than the sun lasts.
      for (const count of counts) assert.ok(Math.abs(count - 10_000) < 750, `counts ${counts.join()}`);
    });

    it('favours no value where the bound does not divide the range', () => {
      // Of 2^32 values a plain remainder would put half below the first third of this bound.
      const third = 2 ** 30;
      let low = 0;
      for (let i = 0; i < 30_000; i++) if (random.below(3 * third) < third) low++;
      assert.ok(Math.abs(low - 10_000) < 750, `${low} in the first third`);
    });

    it('sets and clears every bit of bytes and integers', () => {
      let byteOr = 0;
      let byteAnd = 0xff;
      let or = 0;
      let and = -1;
      for (const byte of random.bytes(500)) {
        byteOr |= byte;
        byteAnd &= byte;
      }
      for (let i = 0; i < 500; i++) {
        const value = random.uint32();
        or |= value;
        and &= value;
      }
      assert.deepEqual([byteOr, byteAnd, or, and], [0xff, 0, -1, 0]);
    });

    it('gives as many bytes as asked for, in an array of their own', () => {
      for (const n of [0, 1, 32, 5000, 100_000]) {
        const bytes = random.bytes(n);
        assert.equal(bytes.length, n);
        assert.equal(bytes.buffer.byteLength, n);
      }
      const first = random.bytes(16);
      const copy = first.slice();
      random.bytes(16);
      assert.deepEqual(first, copy);
      assert.notDeepEqual(random.bytes(16), random.bytes(16));
    });
  });
}

describe('the seed', () => {
  it('determines everything that follows', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seed) => {
        const [a, b] = [createSeededRandom(seed), createSeededRandom(seed)];
        for (let i = 0; i < 10; i++) {
          assert.equal(a.uint32(), b.uint32());
          assert.equal(a.float(), b.float());
          assert.deepEqual(a.bytes(3), b.bytes(3));
        }
      }),
    );
  });

  it('makes another sequence when it is another, also where only its high bits differ', () => {
    const firstOf = (seed: number): string => createSeededRandom(seed).bytes(16).join();
    const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 40, Number.MAX_SAFE_INTEGER];
    assert.equal(new Set(seeds.map(firstOf)).size, seeds.length);
  });
});
