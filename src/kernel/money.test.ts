import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addMoney, compareMoney, krw, type Money, subtractMoney, sumMoney, timesMoney } from './money.ts';

const amount = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });

/** What no type lets through, but data from outside might. */
const foreign = { amount: 1, currency: 'EUR' } as unknown as Money;

describe('money', () => {
  it('adds and subtracts as whole numbers do', () => {
    fc.assert(
      fc.property(amount, amount, amount, (a, b, c) => {
        assert.deepEqual(addMoney(krw(a), krw(b)), krw(a + b));
        assert.deepEqual(addMoney(krw(a), krw(b)), addMoney(krw(b), krw(a)));
        assert.deepEqual(subtractMoney(addMoney(krw(a), krw(b)), krw(b)), krw(a));
        assert.deepEqual(
          addMoney(addMoney(krw(a), krw(b)), krw(c)),
          addMoney(krw(a), addMoney(krw(b), krw(c))),
        );
      }),
    );
  });

  it('sums any number of amounts, none to no won', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), (amounts) => {
        const sum = amounts.reduce((total, one) => total + one, 0);
        assert.deepEqual(sumMoney(amounts.map(krw)), krw(sum));
      }),
    );
    assert.deepEqual(sumMoney([]), krw(0));
  });

  it('multiplies to what repeated addition gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 20 }), (a, times) => {
        assert.deepEqual(timesMoney(krw(a), times), sumMoney(Array.from({ length: times }, () => krw(a))));
      }),
    );
  });

  it('compares by amount', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        assert.equal(compareMoney(krw(a), krw(b)), Math.sign(a - b));
      }),
    );
  });

  it('knows no minus zero', () => {
    assert.ok(Object.is(krw(-0).amount, 0));
    assert.ok(Object.is(timesMoney(krw(-5), 0).amount, 0));
  });

  it('is never inexact: fractions, infinities and overflow are refused', () => {
    const max = Number.MAX_SAFE_INTEGER;
    for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, max + 1, -max - 1]) {
      assert.throws(() => krw(wrong), RangeError);
    }
    assert.throws(() => addMoney(krw(max), krw(1)), RangeError);
    assert.throws(() => subtractMoney(krw(-max), krw(1)), RangeError);
    assert.throws(() => sumMoney([krw(max), krw(max)]), RangeError);
    assert.throws(() => timesMoney(krw(max), 2), RangeError);
    assert.throws(() => timesMoney(krw(1), 0.5), RangeError);
  });

  it('does not mix currencies', () => {
    assert.throws(() => addMoney(krw(1), foreign), /cannot mix KRW and EUR/);
    assert.throws(() => subtractMoney(foreign, krw(1)), TypeError);
    assert.throws(() => sumMoney([krw(1), foreign]), TypeError);
    assert.throws(() => compareMoney(krw(1), foreign), TypeError);
  });
});
