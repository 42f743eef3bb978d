import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormats } from './formats.ts';

const [ko, en] = [createFormats('ko'), createFormats('en')];

test('money is written as people write it', () => {
  const price = { amount: 150_000, currency: 'KRW' } as const;
  assert.deepEqual([ko.money(price), en.money(price)], ['150,000원', '₩150,000']);
  assert.equal(en.signedMoney({ ...price, amount: -150_000 }), '−₩150,000');
});

test('times are those of the hall, whatever the reader’s zone', () => {
  assert.equal(ko.time('2027-03-01T11:00:00.000Z'), '20:00');
  assert.equal(en.dateTime('2027-03-01T11:00:00.000Z'), 'Mon, 1 March 2027 20:00');
  assert.equal(ko.dateTime('2027-03-01T11:00:00.000Z'), '2027년 3월 1일 (월) 20:00');
});

test('a clock counts down to zero and no further', () => {
  const clocks = [-5, 1, 59_000, 61_000, 3_600_000, 90_061_000].map((ms) => en.clock(ms));
  assert.deepEqual(clocks, ['00:00', '00:01', '00:59', '01:01', '1:00:00', '1 d 01:01:01']);
});

test('a duration is told in its largest unit', () => {
  assert.deepEqual(
    [0, 45_000, 300_000, 9_000_000, 3e8].map((ms) => en.duration(ms)),
    ['1 s', '45 s', '5 min', '3 h', '3 d'],
  );
});
