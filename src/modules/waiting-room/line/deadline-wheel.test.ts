import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAccountKey } from './account-key.ts';
import { DeadlineWheel } from './deadline-wheel.ts';
import { ENDED, EntryRecords, PRESENT } from './entry-records.ts';

const START = 1_767_225_600_000;

test('the wheel names everybody once the deadline has come, and nobody before', () => {
  const delays = fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 1, maxLength: 100 });
  const steps = fc.array(fc.integer({ min: 1, max: 120_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(delays, steps, (waits, pauses) => {
      const records = new EntryRecords();
      const wheel = new DeadlineWheel(records, { bucketMs: 100, nowMs: START });
      const deadlines = waits.map((wait) => START + wait);
      deadlines.forEach((deadline, i) => {
        records.create(i + 1, createAccountKey(), PRESENT, deadline);
        wheel.add(i + 1, deadline);
      });
      const named = new Set<number>();
      let nowMs = START;
      for (const pause of pauses) {
        nowMs += pause;
        wheel.advance(nowMs, (number) => {
          assert.ok(!named.has(number), 'named twice');
          if (deadlines[number - 1]! > nowMs) return deadlines[number - 1]!;
          named.add(number);
          return 0;
        });
        deadlines.forEach((deadline, i) => assert.equal(named.has(i + 1), deadline <= nowMs));
      }
    }),
    { numRuns: 300 },
  );
});

test('a segment of records is let go only when nobody in it is live or linked', () => {
  const records = new EntryRecords();
  const wheel = new DeadlineWheel(records, { bucketMs: 100, nowMs: START });
  for (const number of [1, 2, 3]) {
    records.create(number, createAccountKey(), PRESENT, START);
    wheel.add(number, START + 1_000);
  }
  for (const number of [1, 2, 3]) records.setStatus(number, ENDED);
  const visited: number[] = [];
  wheel.advance(START + 2_000, (number) => {
    visited.push(number);
    return 0;
  });
  assert.deepEqual(
    visited.toSorted((a, b) => a - b),
    [1, 2, 3],
  );
  assert.equal(records.status(1), ENDED);
  assert.throws(() => records.time(1), RangeError);
});
