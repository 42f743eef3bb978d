import type { Bounds, Point } from '../layout.ts';
import type { Size, View } from '../view-transform.ts';

/**
 * The side of a tile in device pixels. Smaller ones cost more copies, larger ones more time each: painting one of 256
 * takes up to 2 ms without a graphics card, so a slice of a frame holds some of them.
 */
export const TILE_PX = 256;

/** A tile's column and row; the plan's own (0, 0) is the corner of tile (0, 0). */
export type TilePlace = { readonly column: number; readonly row: number };

/**
 * Where a sheet's (0, 0) lies on the canvas. Whole pixels: then a copy changes none of them, and neighbours meet
 * without a seam.
 *
 * @returns device pixels
 */
export function originOf(view: View, ratio: number): Point {
  return [Math.round(view.x * ratio), Math.round(view.y * ratio)];
}

/** The tiles that a box of a sheet touches, in device pixels; row by row. */
export function tilesUnder({ left, top, right, bottom }: Bounds): TilePlace[] {
  const places: TilePlace[] = [];
  for (let row = Math.floor(top / TILE_PX); row * TILE_PX < bottom; row++)
    for (let column = Math.floor(left / TILE_PX); column * TILE_PX < right; column++)
      places.push({ column, row });
  return places;
}

/** The tiles in sight, those in the middle first: what a person looks at is painted before its surroundings. */
export function tilesInSight([x, y]: Point, { width, height }: Size): TilePlace[] {
  const sight = { left: -x, top: -y, right: width - x, bottom: height - y };
  const [middleX, middleY] = [width / 2 - x, height / 2 - y];
  const far = ({ column, row }: TilePlace): number =>
    Math.hypot((column + 0.5) * TILE_PX - middleX, (row + 0.5) * TILE_PX - middleY);
  return tilesUnder(sight).toSorted((a, b) => far(a) - far(b));
}

/** A place as one number, for a map; good for a million columns and rows to each side. */
export function tileKey({ column, row }: TilePlace): number {
  return (column + 0x10_0000) * 0x20_0000 + row + 0x10_0000;
}

/** Where a tile of a sheet of another scale is drawn: edges on whole pixels, so that neighbours still meet. */
export function stretch({ column, row }: TilePlace, factor: number, [x, y]: Point): Bounds {
  const edge = (index: number, offset: number) => Math.round(index * TILE_PX * factor + offset);
  return { left: edge(column, x), top: edge(row, y), right: edge(column + 1, x), bottom: edge(row + 1, y) };
}
