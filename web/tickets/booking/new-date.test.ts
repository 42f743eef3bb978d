import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDateOf } from './new-date.ts';

const performance = {
  startsAt: '2027-03-01T10:00:00.000Z',
  postponedAt: '2027-01-10T00:00:00.000Z',
  cancelledAt: null,
};
const booking = { status: 'confirmed', createdAt: '2027-01-01T00:00:00.000Z', keptFor: null } as const;
const now = Date.parse('2027-02-01T00:00:00.000Z');

test('who had paid before a postponement is asked, until they agree to this very start', () => {
  assert.equal(newDateOf(booking, performance, now), 'asked');
  assert.equal(newDateOf({ ...booking, keptFor: performance.startsAt }, performance, now), 'kept');
  // Postponed once more.
  assert.equal(newDateOf({ ...booking, keptFor: '2027-02-20T10:00:00.000Z' }, performance, now), 'asked');
  assert.equal(newDateOf({ ...booking, status: 'held' }, performance, now), 'told');
});

test('nobody is asked who booked later or is out, nor once it has begun or is cancelled', () => {
  const later = { ...booking, createdAt: performance.postponedAt };
  assert.equal(newDateOf(later, performance, now), undefined);
  assert.equal(newDateOf({ ...booking, status: 'cancelled' }, performance, now), undefined);
  assert.equal(newDateOf(booking, performance, Date.parse(performance.startsAt)), undefined);
  assert.equal(newDateOf(booking, { ...performance, postponedAt: null }, now), undefined);
  assert.equal(newDateOf(booking, { ...performance, cancelledAt: performance.postponedAt }, now), undefined);
});
