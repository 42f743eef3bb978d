import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromVenueTime, toVenueTime } from './venue-time.ts';

const SEOUL = 'Asia/Seoul';
const NEW_YORK = 'America/New_York';

test('a time is shown and read by the clock of the hall', () => {
  assert.equal(toVenueTime('2027-03-01T16:30:00.000Z', SEOUL), '2027-03-02T01:30');
  assert.equal(fromVenueTime('2027-03-02T01:30', SEOUL), '2027-03-01T16:30:00.000Z');
  assert.equal(fromVenueTime('2027-03-02T01:30:15', SEOUL), '2027-03-01T16:30:15.000Z');
  assert.equal(toVenueTime('2027-07-01T00:30:00.000Z', NEW_YORK), '2027-06-30T20:30');
});

test('a time is read right on the days on which clocks are changed', () => {
  assert.equal(fromVenueTime('2027-03-14T01:59', NEW_YORK), '2027-03-14T06:59:00.000Z');
  assert.equal(fromVenueTime('2027-03-14T02:30', NEW_YORK), '2027-03-14T07:30:00.000Z');
  assert.equal(fromVenueTime('2027-03-14T03:00', NEW_YORK), '2027-03-14T07:00:00.000Z');
  assert.equal(fromVenueTime('2027-11-07T01:30', NEW_YORK), '2027-11-07T05:30:00.000Z');
  assert.equal(fromVenueTime('2027-11-07T02:30', NEW_YORK), '2027-11-07T07:30:00.000Z');
});

test('what is no time yet is none', () => {
  assert.equal(fromVenueTime('', SEOUL), undefined);
  assert.equal(fromVenueTime('2027-03', SEOUL), undefined);
});
