import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statsBetween } from './model.ts';
import type { Reading } from './ports.ts';

const quiet: Reading = {
  holds: { undecided: 0, outcomes: {}, expired: 0 },
  payments: {},
  batches: {},
  admissions: 0,
  roomWritesQueued: 0,
  rooms: [],
  seats: { held: 0, sold: 0 },
  log: { position: 100, events: 1_000, consumers: [] },
};

const room = { performanceId: 'p', waiting: 5, active: 2, admittedTotal: 9, free: 80, held: 15, sold: 5 };
const consumer = {
  name: 'c',
  kind: 'durable',
  position: 150,
  lag: 10,
  attempts: 0,
  lastError: null,
} as const;

test('stats tell what was counted between two readings, by the second', () => {
  const busy: Reading = {
    holds: { undecided: 3, outcomes: { held: 40, seat_taken: 20 }, expired: 1 },
    payments: { paid: 10 },
    batches: { holds: { batches: 4, requests: 60, waitMs: 8, runMs: 20 } },
    admissions: 100,
    roomWritesQueued: 7,
    rooms: [room, { ...room, performanceId: 'q', free: null, held: null, sold: null }],
    seats: { held: 15, sold: 5 },
    log: { position: 160, events: 1_060, consumers: [consumer] },
  };
  const stats = statsBetween({ at: 0, reading: quiet }, { at: 2_000, reading: busy });
  assert.deepEqual(stats.point, {
    at: '1970-01-01T00:00:02.000Z',
    holds: 30,
    won: 20,
    paid: 5,
    admitted: 50,
    waiting: 10,
    active: 4,
    held: 15,
    sold: 5,
    lag: 10,
  });
  assert.deepEqual(stats.batches, [
    {
      name: 'holds',
      batchesPerSecond: 2,
      requestsPerSecond: 30,
      meanSize: 15,
      meanWaitMs: 2,
      meanRunMs: 5,
    },
  ]);
  assert.equal(stats.eventsPerSecond, 30);
});

test('nothing happened: all rates are zero and no mean is divided by it', () => {
  const stats = statsBetween({ at: 0, reading: quiet }, { at: 0, reading: quiet });
  assert.deepEqual([stats.point.holds, stats.point.lag, stats.batches], [0, 0, []]);
});
