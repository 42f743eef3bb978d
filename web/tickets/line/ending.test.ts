import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOfEntry, endOfRefusal, isEndReason } from './ending.ts';

const waiting = { number: 3, aheadAtFirst: 2 };
const admitted = { ...waiting, pass: 'x', passExpiresAt: '2027-01-01T00:00:00.000Z' };
const expiry = Date.parse(admitted.passExpiresAt);

test('a place that is gone ended by what its owner had', () => {
  assert.equal(endOfEntry(waiting, expiry), 'place-lost');
  assert.equal(endOfEntry(undefined, expiry), 'place-lost');
  assert.equal(endOfEntry(admitted, expiry - 1), 'pass-used');
  assert.equal(endOfEntry(admitted, expiry), 'pass-expired');
});

test('a refusal ends the waiting only where the room is closed or gone', () => {
  assert.equal(endOfRefusal('room_closed'), 'room-closed');
  assert.equal(endOfRefusal('room_not_found'), 'room-off');
  assert.equal(endOfRefusal('sold_out'), undefined);
  assert.equal(isEndReason('entry-ended'), false);
});
