import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import { createAdmissionLoop } from './admission-loop.ts';
import type { RoomStats } from './model.ts';
import type { Admission } from './ports.ts';
import { Rooms } from './rooms.ts';

const STEP_MS = 50;
const newRoom = { state: 'open', ratePerSecond: 10, concurrency: 10, graceMs: 1_000 } as const;
const ROOM: RoomStats = {
  performanceId: 'p',
  version: 0,
  ...newRoom,
  waiting: 5,
  silent: 0,
  active: 0,
  admittedTotal: 0,
  currentRate: 0,
};

function stage(options: { stats?: Partial<RoomStats>; terms?: Partial<SalesTerms>; nextAt?: number } = {}) {
  const clock = createManualClock(1_000_000);
  const terms = {
    roomEnabled: true,
    publicFrom: 0,
    opensAt: 0,
    closesAt: Number.MAX_SAFE_INTEGER,
    ...options.terms,
  } as SalesTerms;
  const rooms = new Rooms({
    newRoom,
    catalogue: { terms: () => terms, onTermsChanged: () => undefined, availability: () => undefined },
  });
  const stats = { ...ROOM, ...options.stats };
  const seen = { steps: [] as { at: number; ids: readonly string[] }[], retired: [] as string[], errors: 0 };
  let isAway = false;
  const loop = createAdmissionLoop({
    clock,
    rooms,
    line: {
      stats: () => [stats],
      async admit(ids): Promise<readonly Admission[]> {
        if (isAway) throw new Error('away');
        seen.steps.push({ at: clock.now() - 1_000_000, ids });
        return ids.map(() => ({ stats, admitted: [], nextAt: options.nextAt ?? Number.POSITIVE_INFINITY }));
      },
      retire: async (ids) => void seen.retired.push(...ids),
    },
    stepMs: STEP_MS,
    retireAfterMs: 1_000,
    onAdmitted: () => undefined,
    onError: () => void seen.errors++,
  });
  return { clock, loop, seen, setAway: (away: boolean) => void (isAway = away) };
}

describe('the steps of admission', () => {
  it('come one after the other, for rooms in which somebody waits', async () => {
    const { clock, loop, seen } = stage();
    await loop.start();
    for (let i = 0; i < 4; i++) await clock.advance(STEP_MS);
    assert.deepEqual(seen.steps.slice(1, 3), [
      { at: 50, ids: ['p'] },
      { at: 100, ids: ['p'] },
    ]);
    await loop.stop();
    assert.equal(clock.pending, 0);
  });

  it('come sooner when a rate that was used up allows more', async () => {
    const { clock, loop, seen } = stage({ nextAt: 1_000_020 });
    await loop.start();
    await clock.advance(0);
    await clock.advance(25);
    assert.equal(seen.steps[1]?.at, 20);
    await loop.stop();
  });

  for (const [what, options] of Object.entries({
    'is not open yet': { terms: { opensAt: Number.MAX_SAFE_INTEGER } },
    'is over': { terms: { closesAt: 1 } },
    'has no room any more': { terms: { roomEnabled: false } },
    'is paused': { stats: { state: 'paused' } },
    'is empty': { stats: { waiting: 0 } },
  } as const)) {
    it(`name no room that ${what}`, async () => {
      const { clock, loop, seen } = stage(options);
      await loop.start();
      await clock.advance(STEP_MS);
      assert.deepEqual(new Set(seen.steps.flatMap(({ ids }) => ids)), new Set());
      assert.ok(seen.steps.length > 0, 'time goes on in it');
      await loop.stop();
    });
  }

  it('go on after failures, of which the first is told', async () => {
    const { clock, loop, seen, setAway } = stage();
    setAway(true);
    await loop.start();
    for (let i = 0; i < 5; i++) await clock.advance(STEP_MS);
    assert.deepEqual([seen.errors, seen.steps.length], [1, 0]);
    setAway(false);
    await clock.advance(STEP_MS);
    assert.equal(seen.steps.length, 1);
    await loop.stop();
  });

  it('let go of rooms whose sale is long over, once nobody is inside', async () => {
    const over = stage({ terms: { closesAt: 1 } });
    await over.loop.start();
    for (let i = 0; i < 130; i++) await over.clock.advance(500);
    assert.deepEqual(over.seen.retired, ['p']);
    await over.loop.stop();
    const inside = stage({ terms: { closesAt: 1 }, stats: { active: 1 } });
    await inside.loop.start();
    for (let i = 0; i < 130; i++) await inside.clock.advance(500);
    assert.deepEqual(inside.seen.retired, []);
    await inside.loop.stop();
  });
});
