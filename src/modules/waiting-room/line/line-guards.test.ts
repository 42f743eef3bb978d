/** Takes the guards of the line away, one at a time: the audit of its log must see each. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { findBreaches } from '../../../../test/support/audit-room.ts';
import { createMemoryRoomStore } from '../../../../test/support/memory-room-store.ts';
import { createManualClock } from '../../../kernel/clock.ts';
import { createIds } from '../../../kernel/ids.ts';
import { createSeededRandom } from '../../../kernel/random.ts';
import type { LineRules } from '../ports.ts';
import { AdmissionPace } from './admission-pace.ts';
import { LineEngine } from './line-engine.ts';
import { NumberSet } from './number-set.ts';
import { RoomLine } from './room-line.ts';

const rules: LineRules = {
  passTtlMs: 60_000,
  passAgeMaxMs: 60_000,
  passPickupMs: 60_000,
  silentAfterMs: 60_000,
  burstMs: 200,
  newRoom: { state: 'open', ratePerSecond: 20, concurrency: 30, graceMs: 60_000 },
};

/** A hundred people and two seconds of admission. @returns the names of the invariants that were broken */
async function run(): Promise<readonly string[]> {
  const clock = createManualClock(1_000_000);
  const ids = createIds(clock, createSeededRandom(5));
  const performanceId = ids.next();
  const store = createMemoryRoomStore();
  const line = new LineEngine({ stores: store, clock, rules });
  await line.start();
  const people = Array.from({ length: 100 }, () => ids.next());
  for (let round = 0; round < 2; round++) {
    await line.write(people.map((accountId) => ({ kind: 'join', performanceId, accountId })));
    for (let step = 0; step < 20; step++) {
      await line.admit([performanceId]);
      await clock.advance(50);
    }
  }
  await line.stop();
  return findBreaches(store.rooms.get(performanceId));
}

describe('the audit of a run', () => {
  it('finds nothing while every guard stands', async () => {
    assert.deepEqual(await run(), []);
  });

  it('finds the rate broken without the log of the last second', async (t: TestContext) => {
    t.mock.method(
      AdmissionPace.prototype,
      'allowance',
      (_now: number, settings: { concurrency: number }, active: number) =>
        Math.max(0, settings.concurrency - active),
    );
    assert.deepEqual(await run(), ['line_rate_held']);
  });

  it('finds the concurrency broken without the count of active passes', async (t: TestContext) => {
    const allowance = AdmissionPace.prototype.allowance;
    t.mock.method(
      AdmissionPace.prototype,
      'allowance',
      function unbounded(this: AdmissionPace, ...[now, settings]: Parameters<typeof allowance>) {
        return allowance.call(this, now, { ...settings, concurrency: 1_000 }, 0);
      },
    );
    assert.deepEqual(await run(), ['line_concurrency_held']);
  });

  it('finds an inversion when the first is skipped', async (t: TestContext) => {
    const nextFrom = NumberSet.prototype.nextFrom;
    t.mock.method(NumberSet.prototype, 'nextFrom', function skipping(this: NumberSet, number: number) {
      return nextFrom.call(this, number === 1 ? 2 : number);
    });
    assert.deepEqual(await run(), ['line_admission_in_order']);
  });

  it('finds somebody with two places when joins do not look whether there is one', async (t: TestContext) => {
    t.mock.method(RoomLine.prototype, 'numberOf', () => 0);
    assert.deepEqual(await run(), ['line_accounts_live_once']);
  });
});
