import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, type Result, refuse } from './result.ts';

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
