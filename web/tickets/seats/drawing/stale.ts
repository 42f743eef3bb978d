import type { Bounds } from '../layout.ts';
import { TILE_PX } from './tile-grid.ts';

/** What of a tile is not as it should be: some boxes of its sheet, in whole device pixels, or all of it. */
export type Stale = readonly Bounds[] | 'all';

/** From here on painting all of a tile costs less than painting parts of it; it also bounds what is kept. */
const BOXES_MAX = 48;
const AREA_MAX = (TILE_PX * TILE_PX) / 2;

export function addStale(stale: Stale, box: Bounds): Stale {
  if (stale === 'all') return stale;
  if (stale.some((other) => isSame(other, box))) return stale;
  const boxes = [...stale, box];
  const area = boxes.reduce((sum, one) => sum + areaOf(one), 0);
  return boxes.length > BOXES_MAX || area > AREA_MAX ? 'all' : boxes;
}

function areaOf({ left, top, right, bottom }: Bounds): number {
  return (right - left) * (bottom - top);
}

function isSame(a: Bounds, b: Bounds): boolean {
  return a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;
}
