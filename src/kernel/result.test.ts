import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { andThen, ok, type Result, refuse } from './result.ts';

describe('results', () => {
  it('carry a value or the code of a refusal, told apart by their type', () => {
    const half = (n: number): Result<number, 'odd'> =>
      n % 2 === 0 ? ok(n / 2) : refuse('odd', `${n} is odd`);
    const good = half(4);
    assert.ok(good.ok);
    assert.equal(good.value, 2);
    const bad = half(3);
    assert.ok(!bad.ok);
    const code: 'odd' = bad.code;
    assert.equal(code, 'odd');
    assert.equal(bad.detail, '3 is odd');
  });

  it('have no members that were not given', () => {
    assert.deepEqual(refuse('sold_out'), { ok: false, code: 'sold_out' });
    assert.deepEqual(refuse('seat_taken', undefined, { seats: ['A-1'] }), {
      ok: false,
      code: 'seat_taken',
      extra: { seats: ['A-1'] },
    });
  });
});

describe('what follows', () => {
  it('happens in the same call where the value is there, and after it where it comes', async () => {
    const order: string[] = [];
    const note = (name: string) => order.push(name);
    const later = andThen(Promise.resolve('promised'), note);
    const now = andThen('known', note);
    order.push('returned');
    assert.equal(now, 1);
    assert.equal(await later, 3);
    assert.deepEqual(order, ['known', 'returned', 'promised']);
  });

  it('is left out where the value does not come', async () => {
    const fault = Promise.reject<string>(new Error('away'));
    await assert.rejects(async () => andThen(fault, () => assert.fail('went on')), /away/);
  });
});
