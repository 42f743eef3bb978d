import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { StoredEvent } from '../../platform/events/event.ts';
import { type SeatCount, SeatTotals } from './seat-totals.ts';

const sold = (performanceId: string): StoredEvent => ({
  type: 'payment.succeeded',
  version: 1,
  subject: 'reservation',
  partitionKey: performanceId,
  occurredAt: 0,
  position: 1,
  id: 'event',
  data: { performanceId },
});

/** A database with these counts, which says what it was asked for. */
function setUp(counts: Record<string, SeatCount>) {
  const live = new Map<string, SeatCount & { readonly free: number }>();
  const asked: (readonly string[] | 'all')[] = [];
  let isAway = false;
  const totals = new SeatTotals({
    seatMaps: { all: () => live.entries() },
    holds: {
      counts(ids) {
        asked.push(ids ?? 'all');
        if (isAway) return Promise.reject(new Error('away'));
        const wanted = Object.entries(counts).filter(([id]) => ids?.includes(id) ?? true);
        return Promise.resolve(new Map(wanted));
      },
    },
  });
  return {
    totals,
    counts,
    live,
    asked,
    beAway(away: boolean) {
      isAway = away;
    },
    async look() {
      totals.look();
      await turn();
      return totals.look();
    },
  };
}

describe('how many seats are held and sold in all', () => {
  test('is counted once, and remembered while nothing changes', async () => {
    const { look, asked } = setUp({ a: { held: 1, sold: 2 }, b: { held: 3, sold: 4 } });
    assert.deepEqual(await look(), { held: 4, sold: 6 });
    await look();
    assert.deepEqual(asked, ['all']);
  });

  test('follows events, by counting what they speak of and nothing else', async () => {
    const { look, totals, counts, asked } = setUp({ a: { held: 1, sold: 2 }, b: { held: 3, sold: 4 } });
    await look();
    counts['b'] = { held: 2, sold: 5 };
    totals.hear([sold('b'), sold('b')]);
    assert.deepEqual(await look(), { held: 3, sold: 7 });
    assert.deepEqual(asked, ['all', ['b']]);
  });

  test('takes the word of a live map, without asking', async () => {
    const { look, totals, live, asked } = setUp({ a: { held: 1, sold: 2 } });
    await look();
    live.set('a', { free: 0, held: 0, sold: 9 });
    totals.hear([sold('a')]);
    assert.deepEqual(await look(), { held: 0, sold: 9 });
    assert.deepEqual(asked, ['all']);
  });

  test('asks again when the database was away', async () => {
    const { look, totals, counts, beAway } = setUp({ a: { held: 1, sold: 2 } });
    beAway(true);
    assert.deepEqual(await look(), { held: 0, sold: 0 });
    beAway(false);
    assert.deepEqual(await look(), { held: 1, sold: 2 });
    counts['a'] = { held: 0, sold: 3 };
    totals.hear([sold('a')]);
    beAway(true);
    assert.deepEqual(await look(), { held: 1, sold: 2 });
    beAway(false);
    assert.deepEqual(await look(), { held: 0, sold: 3 });
  });

  test('of a thousand changes counts a few at each look', async () => {
    const { look, totals, asked } = setUp({ a: { held: 1, sold: 2 } });
    await look();
    totals.hear(Array.from({ length: 1_000 }, (_, no) => sold(`p${no}`)));
    await look();
    assert.deepEqual(
      asked.slice(1).map((ids) => ids.length),
      [8, 8],
    );
  });
});
