import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  isDueForRotation,
  type KeyTimes,
  scheduleNextKey,
  signingKeyAt,
  verifiesAt,
} from './key-schedule.ts';

const options = { leadMs: 60_000, maxTokenTtlMs: 3_600_000 };

describe('key schedule', () => {
  it('lets the first key sign at once', () => {
    assert.equal(scheduleNextKey(undefined, 1_000, options).signsFrom, 1_000);
  });

  it('publishes the next key before it signs', () => {
    const { signsFrom, retirement } = scheduleNextKey({ signsFrom: 0 }, 1_000, options);
    assert.equal(signsFrom, 61_000);
    assert.deepEqual(retirement, { signsUntil: 61_000, verifiesUntil: 3_661_000 });
  });

  it('signs with the newest key whose time has come', () => {
    const keys = [{ signsFrom: 10 }, { signsFrom: 20 }, { signsFrom: 30 }];
    assert.equal(signingKeyAt(keys, 20), keys[1]);
    assert.equal(signingKeyAt(keys, 29), keys[1]);
    assert.equal(signingKeyAt(keys, 9), keys[0], 'the clock of the one who made it was ahead');
    assert.equal(signingKeyAt([], 9), undefined);
  });

  it('asks for the successor early enough to replace a key at its age', () => {
    assert.equal(isDueForRotation({ signsFrom: 0 }, 899_999, 1_000_000, 100_000), false);
    assert.equal(isDueForRotation({ signsFrom: 0 }, 900_000, 1_000_000, 100_000), true);
  });

  it('never leaves a good token without a key that verifies it, whenever keys are rotated', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 12 });
    const lives = fc.integer({ min: 1, max: options.maxTokenTtlMs });
    fc.assert(
      fc.property(pauses, lives, fc.nat(2_000_000), (rotations, ttlMs, signedAt) => {
        const keys = keysAfter(rotations);
        // Who signs has read the ring at some time before; keys that were added later start later still.
        const key = signingKeyAt(keys, signedAt)!;
        assert.equal(verifiesAt(key, signedAt), true);
        assert.equal(verifiesAt(key, signedAt + ttlMs - 1), true);
      }),
    );
  });
});

function keysAfter(rotations: readonly number[]): readonly KeyTimes[] {
  const keys: KeyTimes[] = [{ signsFrom: 0 }];
  let now = 0;
  for (const pause of rotations) {
    now += pause;
    const newest = keys.at(-1)!;
    const { signsFrom, retirement } = scheduleNextKey(newest, now, options);
    assert.ok(signsFrom > newest.signsFrom && signsFrom >= now + options.leadMs);
    keys[keys.length - 1] = { ...newest, verifiesUntil: retirement.verifiesUntil };
    keys.push({ signsFrom });
  }
  return keys;
}
