import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLayout } from '../layout.ts';
import { FREE, HELD, SeatState } from '../seat-state.ts';
import { ChangedParts } from './changed-parts.ts';
import type { Picture } from './picture.ts';
import { SeatIndex } from './seat-index.ts';
import { addStale, type Stale } from './stale.ts';
import { originOf, stretch, TILE_PX, tileKey, tilesInSight, tilesUnder } from './tile-grid.ts';

/** Two sections of 20 rows of 20 seats, 10 apart; the second begins at x = 400. */
const layout = createLayout({
  planHash: '',
  seatsUrl: '',
  capacity: 800,
  grades: ['R'],
  plan: {
    sections: ['A', 'B'].map((id, section) => ({
      id,
      rows: Array.from({ length: 20 }, (_, row) => ({
        id: String(row + 1),
        runs: [{ grade: 'R', first: 1, count: 20, at: [section * 400, row * 10], by: [10, 0] }],
      })),
    })),
  },
});

function pictureOf(): { readonly picture: Picture; readonly state: SeatState } {
  const state = new SeatState(layout.capacity);
  state.take({ state: '0'.repeat(800), version: 1, remaining: {} });
  const palette = {} as Picture['palette'];
  const sectionLabel: Picture['sectionLabel'] = ({ id }, free) => [id, `${free} left`];
  const index = new SeatIndex(layout);
  return { state, picture: { layout, state, index, palette, sectionLabel, stageName: '' } };
}

const box = (left: number, top: number, side: number) => ({
  left,
  top,
  right: left + side,
  bottom: top + side,
});

describe('the index of seats', () => {
  test('finds just those within a box, each once', () => {
    const index = new SeatIndex(layout);
    for (const area of [box(15, 15, 20), box(-500, -500, 400), box(85, 0, 400), box(-100, -100, 2_000)]) {
      const wanted = Array.from({ length: layout.capacity }, (_, no) => no).filter((no) => {
        const [x, y] = [layout.x[no]!, layout.y[no]!];
        return x >= area.left && x <= area.right && y >= area.top && y <= area.bottom;
      });
      assert.deepEqual(
        index.find(area).toSorted((a, b) => a - b),
        wanted,
      );
    }
  });
});

describe('the grid of tiles', () => {
  test('names the tiles that a box touches, also to the left of and above the plan', () => {
    assert.deepEqual(tilesUnder({ left: -1, top: 0, right: TILE_PX, bottom: 1 }), [
      { column: -1, row: 0 },
      { column: 0, row: 0 },
    ]);
    assert.notEqual(tileKey({ column: -1, row: 0 }), tileKey({ column: 0, row: -1 }));
  });

  test('covers the canvas, and begins in its middle', () => {
    const places = tilesInSight([-300, 40], { width: 800, height: 600 });
    assert.equal(places.length, 4 * 4);
    assert.deepEqual(places[0], { column: 2, row: 1 });
  });

  test('lies on whole pixels, stretched or not, so that tiles meet', () => {
    assert.deepEqual(originOf({ scale: 1, x: 10.3, y: -0.7 }, 2), [21, -1]);
    const [one, next] = [3, 4].map((column) => stretch({ column, row: 0 }, 1.37, [5, 5]));
    assert.equal(one!.right, next!.left);
    assert.ok(Number.isInteger(one!.right));
  });
});

describe('what is stale of a tile', () => {
  test('is a list of boxes without repetition, as long as that is less work than all of it', () => {
    const few = [box(0, 0, 8), box(8, 8, 8), box(0, 0, 8)].reduce<Stale>(addStale, []);
    assert.deepEqual(few, [box(0, 0, 8), box(8, 8, 8)]);
    const many = Array.from({ length: 100 }, (_, at) => box(at, 0, 2)).reduce<Stale>(addStale, []);
    assert.equal(many, 'all');
    assert.equal(addStale([], box(0, 0, TILE_PX)), 'all');
  });
});

describe('what looks different when seats change', () => {
  test('is each seat, with all that may be drawn of it, where seats are shown', () => {
    const { picture } = pictureOf();
    const [changed] = new ChangedParts(picture, 2, 1.5).boxesOf([21]);
    // Seat 21 stands at (10, 10): at (30, 30) in device pixels, with 30 to its neighbours.
    assert.ok(changed!.left >= 10 && changed!.left <= 30 - 12);
    assert.ok(changed!.right <= 50 && changed!.right >= 30 + 12);
  });

  test('is a section, where sections are shown, once it has another fullness or another text', () => {
    const { picture, state } = pictureOf();
    const parts = new ChangedParts(picture, 0.2, 1);
    const change = (version: number, status: number, seatNos: readonly number[]) => {
      const distances = seatNos.map((seatNo, at) => seatNo - (seatNos[at - 1] ?? 0));
      const [free, held] = [status === FREE ? distances : [], status === HELD ? distances : []];
      state.apply({ from: version - 1, version, free, held, sold: [], remaining: {} });
      assert.deepEqual(parts.boxesOf(seatNos), []);
      return parts.settle().length;
    };
    assert.equal(change(2, HELD, [0]), 0);
    assert.equal(
      change(
        3,
        HELD,
        Array.from({ length: 100 }, (_, no) => no),
      ),
      1,
    );
    assert.equal(change(4, HELD, [500]), 0);
    assert.equal(change(5, HELD, [200]), 0);
    assert.equal(change(6, FREE, [7, 8]), 1);
  });
});
