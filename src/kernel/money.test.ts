import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { krw } from './money.ts';

describe('money', () => {
  it('knows no minus zero', () => {
    assert.ok(Object.is(krw(-0).amount, 0));
  });

  it('is never inexact: fractions, infinities and overflow are refused', () => {
    const max = Number.MAX_SAFE_INTEGER;
    for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, max + 1, -max - 1]) {
      assert.throws(() => krw(wrong), RangeError);
    }
    assert.deepEqual(krw(max), { amount: max, currency: 'KRW' });
  });
});
