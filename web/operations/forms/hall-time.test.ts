import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHallTime, toHallTime } from './hall-time.ts';

test('a time is shown and read by the clock of the hall', () => {
  assert.equal(toHallTime('2027-03-01T16:30:00.000Z'), '2027-03-02T01:30');
  assert.equal(fromHallTime('2027-03-02T01:30'), '2027-03-01T16:30:00.000Z');
  assert.equal(fromHallTime('2027-03-02T01:30:15'), '2027-03-01T16:30:15.000Z');
});

test('what is no time yet is none', () => {
  assert.equal(fromHallTime(''), undefined);
  assert.equal(fromHallTime('2027-03'), undefined);
});
