import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SalesTerms } from '../catalogue/index.ts';
import type { RoomStats } from './model.ts';
import { Rooms } from './rooms.ts';

const NOW = 1_767_225_600_000;
const MONTH_MS = 30 * 86_400_000;
const STEPS = 200;
const newRoom = { state: 'open', ratePerSecond: 10, concurrency: 10, graceMs: 60_000 } as const;

function statsOf(performanceId: string, more: Partial<RoomStats> = {}): RoomStats {
  const nobody = { version: 1, waiting: 0, silent: 0, active: 0, admittedTotal: 0, currentRate: 0 };
  return { performanceId, ...newRoom, ...nobody, waiting: 1, ...more };
}

/** Rooms whose catalogue remembers nothing, so that every question costs a read. */
function stage(opensAt: number) {
  const heard: ((performanceId: string) => void)[] = [];
  const seen = { reads: 0 };
  const terms = { roomEnabled: true, publicFrom: 0, opensAt, closesAt: NOW + 2 * MONTH_MS } as SalesTerms;
  const sale = { terms };
  const rooms = new Rooms({
    newRoom,
    catalogue: {
      async terms() {
        seen.reads++;
        return sale.terms;
      },
      onTermsChanged: (hear) => void heard.push(hear),
      availability: () => undefined,
    },
  });
  const change = (id: string, more: Partial<SalesTerms>) => {
    sale.terms = { ...sale.terms, ...more };
    for (const hear of heard) hear(id);
  };
  return { rooms, seen, change };
}

const settled = () => new Promise((resolve) => void setImmediate(resolve));

describe('rooms at work', () => {
  it('read their terms once each, however many there are and however long somebody waits', async () => {
    const { rooms, seen } = stage(NOW - 1);
    const ids = Array.from({ length: 1_000 }, (_, index) => `room ${index}`);
    for (let step = 0; step < STEPS; step++) {
      if (step % 20 === 0) rooms.replaceAll(ids.map((id) => statsOf(id)));
      rooms.admitting(NOW + step * 50);
      await settled();
    }
    assert.equal(rooms.admitting(NOW).length, 1_000);
    assert.equal(seen.reads, 1_000);
  });

  it('sleep until shortly before their sale opens', async () => {
    const { rooms } = stage(NOW + MONTH_MS);
    rooms.replaceAll([statsOf('a')]);
    rooms.admitting(NOW);
    await settled();
    assert.deepEqual(rooms.admitting(NOW), []);
    rooms.replaceAll([statsOf('a')]);
    assert.deepEqual(rooms.admitting(NOW + MONTH_MS - 500), []);
    assert.deepEqual(rooms.admitting(NOW + MONTH_MS), ['a']);
  });

  it('follow terms that are changed, without forgetting meanwhile what they were', async () => {
    const { rooms, seen, change } = stage(NOW - 1);
    rooms.replaceAll([statsOf('a')]);
    rooms.admitting(NOW);
    await settled();
    change('a', { closesAt: NOW });
    assert.deepEqual(rooms.admitting(NOW), ['a'], 'the new terms are being read');
    await settled();
    assert.deepEqual(rooms.admitting(NOW), []);
    assert.notEqual(rooms.phase('a', NOW).closedBy, undefined);
    assert.equal(seen.reads, 2);
  });

  it('are named also where everybody in them is silent or inside, and not where nobody is', async () => {
    const { rooms } = stage(NOW - 1);
    const all = [
      statsOf('silent', { waiting: 0, silent: 1 }),
      statsOf('inside', { waiting: 0, active: 1 }),
      statsOf('empty', { waiting: 0 }),
      statsOf('paused', { state: 'paused' }),
    ];
    rooms.replaceAll(all);
    rooms.admitting(NOW);
    await settled();
    assert.deepEqual(rooms.admitting(NOW), ['silent', 'inside']);
  });
});
