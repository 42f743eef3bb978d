import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seatAt, sectionAt } from './hit-test.ts';
import { convexHull, createLayout, nameOf } from './layout.ts';
import { nearestFree, replacements } from './nearest-free.ts';
import { FREE, HELD, type SeatDelta, SeatState, SOLD } from './seat-state.ts';
import { fit, limitsOf, panBy, toPlan, zoomAt } from './view-transform.ts';

/** Two sections of two rows of ten; the second section is cheaper. Seat 0 stands at (0, 0), neighbours 10 apart. */
const layout = createLayout({
  planHash: '',
  seatsUrl: '',
  capacity: 40,
  grades: ['VIP', 'R'],
  plan: {
    stage: { x: 0, y: -60, width: 90, height: 30 },
    sections: ['A', 'B'].map((id, section) => ({
      id,
      name: `${id} block`,
      rows: ['1', '2'].map((row, index) => ({
        id: row,
        runs: [
          {
            grade: section === 0 ? 'VIP' : 'R',
            first: 1,
            count: 10,
            at: [section * 200, index * 12],
            by: [10, 0],
          },
        ],
      })),
    })),
  },
});

function stateWith(changes: Readonly<Record<number, number>> = {}): SeatState {
  const state = new SeatState(layout.capacity);
  const text = Array.from({ length: layout.capacity }, (_, no) => changes[no] ?? FREE).join('');
  state.take({ state: text, version: 5, remaining: { VIP: 20, R: 20 } });
  return state;
}

const delta = (from: number, version: number, held: readonly number[] = []): SeatDelta => ({
  from,
  version,
  held,
  free: [],
  sold: [],
  remaining: { VIP: 1 },
});

describe('the layout', () => {
  test('numbers seats in the order of the plan and names them as the API does', () => {
    assert.deepEqual(nameOf(layout, 0), {
      id: 'A-1-1',
      section: 'A',
      row: '1',
      number: 1,
      grade: 'VIP',
    });
    assert.equal(nameOf(layout, 39).id, 'B-2-10');
    assert.deepEqual([layout.x[31], layout.y[31]], [210, 12]);
  });

  test('knows its size, its stage and how far neighbours stand', () => {
    assert.equal(layout.pitch, 10);
    assert.deepEqual(layout.bounds, { left: -10, top: -70, right: 300, bottom: 22 });
  });

  test('puts seats on a circle where the plan says so', () => {
    const arc = { centre: [0, 0] as [number, number], radius: 10, from: 0, turn: 90 };
    const round = createLayout({
      planHash: '',
      seatsUrl: '',
      capacity: 2,
      grades: ['S'],
      plan: { sections: [{ id: 'C', rows: [{ id: '1', runs: [{ grade: 'S', first: 1, count: 2, arc }] }] }] },
    });
    assert.deepEqual(
      [...round.x, ...round.y].map((value) => Math.round(value)),
      [10, 0, 0, 10],
    );
  });

  test('outlines points by those at the edge', () => {
    assert.deepEqual(
      convexHull([
        [0, 0],
        [2, 0],
        [1, 1],
        [2, 2],
        [0, 2],
        [1, 0],
      ]),
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
      ],
    );
  });
});

describe('the state of seats', () => {
  test('goes forward by deltas, and ignores what it has heard before', () => {
    const state = stateWith();
    assert.ok(state.apply(delta(5, 6, [3, 4, 13])));
    assert.deepEqual(
      [3, 7, 20].map((no) => state.statuses[no]),
      [HELD, HELD, HELD],
    );
    assert.ok(state.apply(delta(4, 6, [4])));
    assert.deepEqual([state.statuses[3], state.statuses[4], state.version], [HELD, FREE, 6]);
    assert.deepEqual(state.remaining, { VIP: 1 });
  });

  test('asks for a whole picture where something is missing', () => {
    const state = stateWith();
    assert.equal(state.apply(delta(6, 7, [3])), false);
    assert.equal(state.statuses[3], FREE);
  });

  test('leaves an older picture, and tells listeners what changed', () => {
    const state = stateWith({ 2: SOLD });
    const heard: (readonly number[])[] = [];
    const stop = state.listen((changed) => void heard.push(changed));
    state.take({ state: '0'.repeat(40), version: 4, remaining: {} });
    state.take({ state: '0'.repeat(40), version: 9, remaining: {} });
    stop();
    state.apply(delta(9, 10, [1]));
    assert.deepEqual(heard, [[2]]);
    assert.equal(state.countFree(0, 10), 9);
  });
});

describe('instead of a lost seat', () => {
  test('the nearest of its row comes first, then the row behind', () => {
    assert.deepEqual(nearestFree(layout, stateWith({ 4: SOLD }), 4, new Set(), 3), [3, 5, 14]);
  });

  test('another grade comes only where its own has none', () => {
    const taken = Object.fromEntries(Array.from({ length: 20 }, (_, no) => [no, SOLD]));
    assert.deepEqual(nearestFree(layout, stateWith({ ...taken, 0: FREE }), 9, new Set(), 2), [0, 20]);
  });

  test('each lost one gets its own, beside those that are kept', () => {
    const found = replacements(layout, stateWith({ 4: HELD, 5: HELD }), [4, 5], [6]);
    assert.deepEqual(new Set(found), new Set([3, 7]));
  });
});

describe('the view', () => {
  const size = { width: 400, height: 300 };
  const limits = limitsOf(layout.bounds, size, layout.pitch);
  const whole = fit(layout.bounds, size);

  test('shows the whole plan at first, and no less of it', () => {
    for (const [x, y] of [
      [0, -60],
      [290, 12],
    ] as const) {
      const [left, top] = [x * whole.scale + whole.x, y * whole.scale + whole.y];
      assert.ok(left >= 20 && left <= 380 && top >= 20 && top <= 280);
    }
    assert.equal(zoomAt(whole, 0.1, [0, 0], limits).scale, whole.scale);
  });

  test('keeps the point under the fingers where it is', () => {
    const before = toPlan(whole, [200, 160]);
    const after = toPlan(zoomAt(whole, 2, [200, 160], limits), [200, 160]);
    assert.ok(Math.hypot(before[0] - after[0], before[1] - after[1]) < 1e-6);
  });

  test('never loses the plan', () => {
    const far = panBy(whole, 1e6, -1e6, limits);
    const [x, y] = toPlan(far, [200, 150]);
    assert.ok(x >= layout.bounds.left - 1 && y <= layout.bounds.bottom + 1);
  });
});

describe('a touch', () => {
  test('finds the nearest seat within reach, or none', () => {
    assert.equal(seatAt(layout, [11, 3], 5), 1);
    assert.equal(seatAt(layout, [150, 3], 5), undefined);
  });

  test('finds the section', () => {
    assert.equal(sectionAt(layout, [250, 5])?.id, 'B');
    assert.equal(sectionAt(layout, [150, 5]), undefined);
  });
});
