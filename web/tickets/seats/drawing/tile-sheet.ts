import type { Bounds } from '../layout.ts';
import type { View } from '../view-transform.ts';
import { ChangedParts } from './changed-parts.ts';
import { paintPart } from './paint-part.ts';
import type { Picture } from './picture.ts';
import { addStale, type Stale } from './stale.ts';
import { TILE_PX, type TilePlace, tileKey, tilesUnder } from './tile-grid.ts';
import type { Surface, TilePool } from './tile-pool.ts';

type Tile = { readonly surface: Surface; stale: Stale };

/** The plan at one scale, painted tile by tile as it is asked for, and patched where seats change. */
export class TileSheet {
  readonly scale: number;
  readonly #ratio: number;
  readonly #picture: Picture;
  readonly #pool: TilePool;
  readonly #parts: ChangedParts;
  /** Those drawn last stand last. */
  readonly #tiles = new Map<number, Tile>();

  /**
   * @param scale CSS pixels for a unit of the plan
   * @param ratio device pixels for a CSS pixel
   */
  constructor(picture: Picture, scale: number, ratio: number, pool: TilePool) {
    this.#pool = pool;
    this.scale = scale;
    this.#ratio = ratio;
    this.#picture = picture;
    this.#parts = new ChangedParts(picture, scale, ratio);
  }

  /**
   * Notes what these seats change at once; it is painted when it is asked for.
   *
   * @returns whether a tile shows it
   */
  mark(seatNos: readonly number[]): boolean {
    return this.#note(this.#parts.boxesOf(seatNos));
  }

  /** Notes what may be shown less often. @returns whether a tile shows it */
  settle(): boolean {
    return this.#note(this.#parts.settle());
  }

  #note(boxes: readonly Bounds[]): boolean {
    let isShown = false;
    for (const box of boxes) {
      for (const place of tilesUnder(box)) {
        const tile = this.#tiles.get(tileKey(place));
        if (!tile) continue;
        tile.stale = addStale(tile.stale, box);
        isShown = true;
      }
    }
    return isShown;
  }

  /** A tile as it was painted last, perhaps before some seats changed; undefined where it never was. */
  at(place: TilePlace): HTMLCanvasElement | undefined {
    return this.#tiles.get(tileKey(place))?.surface.canvas;
  }

  isFresh(place: TilePlace): boolean {
    return this.#tiles.get(tileKey(place))?.stale.length === 0;
  }

  /** A tile as it is to be now. */
  refresh(place: TilePlace): HTMLCanvasElement {
    const key = tileKey(place);
    const tile: Tile = this.#tiles.get(key) ?? { surface: this.#pool.take(), stale: 'all' };
    this.#tiles.set(key, tile);
    if (tile.stale === 'all') this.#paintAll(tile.surface, place);
    else if (tile.stale.length > 0) this.#patch(tile.surface, place, tile.stale);
    tile.stale = [];
    return tile.surface.canvas;
  }

  /** Says that a tile is in sight. */
  touch(place: TilePlace): void {
    const key = tileKey(place);
    const tile = this.#tiles.get(key);
    if (!tile) return;
    this.#tiles.delete(key);
    this.#tiles.set(key, tile);
  }

  /** Keeps so many, and lets go of those that were out of sight the longest. */
  trim(count: number): void {
    for (const [key, { surface }] of this.#tiles) {
      if (this.#tiles.size <= count) return;
      this.#pool.give(surface);
      this.#tiles.delete(key);
    }
  }

  #viewOf({ column, row }: TilePlace): View {
    const side = TILE_PX / this.#ratio;
    return { scale: this.scale, x: -column * side, y: -row * side };
  }

  #paintAll({ context }: Surface, place: TilePlace): void {
    const side = TILE_PX / this.#ratio;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    paintPart(context, this.#picture, this.#viewOf(place), { left: 0, top: 0, right: side, bottom: side });
  }

  /** Each box by itself: with a clip of several boxes edges are painted a little differently than without. */
  #patch({ context }: Surface, place: TilePlace, boxes: readonly Bounds[]): void {
    const [x, y] = [place.column * TILE_PX, place.row * TILE_PX];
    const view = this.#viewOf(place);
    for (const box of boxes) {
      const { left, top, right, bottom } = box;
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.beginPath();
      context.rect(left - x, top - y, right - left, bottom - top);
      context.clip();
      context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
      const part = {
        left: (left - x) / this.#ratio,
        top: (top - y) / this.#ratio,
        right: (right - x) / this.#ratio,
        bottom: (bottom - y) / this.#ratio,
      };
      paintPart(context, this.#picture, view, part);
      context.restore();
    }
  }
}
