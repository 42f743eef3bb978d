import type { Bounds, Point } from '../layout.ts';
import { stretch, TILE_PX, type TilePlace, tilesUnder } from './tile-grid.ts';
import type { TileSheet } from './tile-sheet.ts';

/** How the canvas is seen: at a scale, with the plan's (0, 0) at a place of it; device pixels. */
export type Sight = { readonly scale: number; readonly origin: Point };

/** Whether all of an area of the canvas can be drawn from what a sheet of any scale has. */
export function covers(sheet: TileSheet, area: Bounds, sight: Sight): boolean {
  return placesUnder(sheet, area, sight).every((place) => sheet.at(place) !== undefined);
}

/** Draws what a sheet of another scale has of an area. */
export function drawStretched(
  context: CanvasRenderingContext2D,
  sheet: TileSheet,
  area: Bounds,
  sight: Sight,
): void {
  for (const place of placesUnder(sheet, area, sight)) {
    const tile = sheet.at(place);
    if (!tile) continue;
    const { left, top, right, bottom } = stretch(place, sight.scale / sheet.scale, sight.origin);
    context.drawImage(tile, 0, 0, TILE_PX, TILE_PX, left, top, right - left, bottom - top);
  }
}

function placesUnder(
  sheet: TileSheet,
  { left, top, right, bottom }: Bounds,
  { scale, origin }: Sight,
): readonly TilePlace[] {
  const factor = scale / sheet.scale;
  const [x, y] = origin;
  return tilesUnder({
    left: (left - x) / factor,
    top: (top - y) / factor,
    right: (right - x) / factor,
    bottom: (bottom - y) / factor,
  });
}
