import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCharge, monthStart } from './model.ts';

test('a charge is limited by itself, both ways, and by the month', () => {
  const limits = { amountMin: 10, amountMax: 100, monthMax: 150 };
  assert.equal(checkCharge(10, 0, limits), undefined);
  assert.deepEqual(checkCharge(9, 0, limits), {
    ok: false,
    code: 'charge_under_limit',
    extra: { limit: 10 },
  });
  assert.equal(checkCharge(100, 50, limits), undefined);
  assert.equal(checkCharge(101, 0, limits)?.code, 'charge_over_limit');
  assert.deepEqual(checkCharge(100, 51, limits), {
    ok: false,
    code: 'charge_over_month',
    extra: { left: 99 },
  });
});

test('a month begins at midnight in Korea', () => {
  assert.equal(new Date(monthStart(Date.UTC(2026, 10, 21))).toISOString(), '2026-10-31T15:00:00.000Z');
  assert.equal(new Date(monthStart(Date.UTC(2026, 9, 31, 15))).toISOString(), '2026-10-31T15:00:00.000Z');
  assert.equal(new Date(monthStart(Date.UTC(2026, 9, 31, 14, 59))).toISOString(), '2026-09-30T15:00:00.000Z');
});
