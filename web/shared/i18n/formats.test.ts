import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormats } from './formats.ts';

const [ko, en] = [createFormats('ko'), createFormats('en')];

test('money is written as people write it', () => {
  const price = { amount: 150_000, currency: 'KRW' } as const;
  assert.deepEqual([ko.money(price), en.money(price)], ['150,000원', '₩150,000']);
  assert.equal(en.signedMoney({ ...price, amount: -150_000 }), '−₩150,000');
});

const EVENING = '2027-03-01T11:00:00.000Z';

test('a time is told by the clock of its place, which is named', () => {
  assert.equal(en.dateTime(EVENING, 'Asia/Seoul'), 'Mon, 1 March 2027 20:00 Korean time');
  assert.equal(ko.dateTime(EVENING, 'Asia/Seoul'), '2027년 3월 1일 (월) 20:00 한국 시간');
  assert.equal(en.dateTime(EVENING, 'America/New_York'), 'Mon, 1 March 2027 06:00 New York Time');
  assert.equal(en.date('2027-03-01T22:00:00.000Z', 'Asia/Seoul'), 'Tue, 2 March 2027');
});

test('a reader whose clock shows something else is told that as well', () => {
  assert.equal(
    createFormats('en', 'America/New_York').when(EVENING, 'Asia/Seoul'),
    'Mon, 1 March 2027 20:00 Korean time (your time: Mon, 1 March 2027 06:00 New York Time)',
  );
  assert.equal(
    createFormats('ko', 'America/New_York').when(EVENING, 'Asia/Seoul'),
    '2027년 3월 1일 (월) 20:00 한국 시간 (내 시간 2027년 3월 1일 (월) 06:00 뉴욕 시간)',
  );
  const neighbour = createFormats('en', 'Asia/Tokyo').when(EVENING, 'Asia/Seoul');
  assert.equal(neighbour, 'Mon, 1 March 2027 20:00 Korean time');
});

test('what has no place is told by the reader’s clock', () => {
  assert.equal(
    createFormats('en', 'America/New_York').moment(EVENING),
    'Mon, 1 March 2027 06:00 New York Time',
  );
});

test('a zone that the browser does not know is read as UTC, and says so', () => {
  assert.equal(en.dateTime(EVENING, 'Moon/Tycho'), 'Mon, 1 March 2027 11:00 GMT+0');
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
