/**
 * The picture of the map, in a bounded time for each frame. Sections and seats are painted onto tiles, tiles are copied
 * to the canvas, and a seat that changes is painted again on its tile, with nothing but its neighbours.
 *
 * Measured on two cores without a graphics card, processor time of the main thread for a frame of dragging 20,000 seats
 * while 500 a second change, all of the page included: at 834 x 608 pixels 2.9 to 3.1 ms, where drawing what is in
 * sight each time took 4.0 to 6.4; at 1394 x 1048, with the smallest seats, 4.8 instead of 14.2, and no task over 9 ms
 * instead of 19. `npm run bench -- seat-map` measures it again.
 *
 * What was tried besides:
 * - One path for all seats of a look: a hexagon's tile takes 15 ms, against 2 with a path for each seat.
 * - A sprite for each look, copied to each seat: 3 to 6 ms a tile where a path takes 1 or 2.
 * - Moving a larger canvas by a CSS transform: no less for the main thread, and up to three times as much for the compositor.
 * - One canvas for all of the surroundings instead of tiles: as fast to copy, but painted as a whole or not at all.
 * - Stretching with smoothing while the scale changes: 7 to 10 ms on a large canvas, 4 without.
 * - A section again with each of its seats: 5 ms ten times a second; now when it looks different, and not more often than
 *   sections are summed up.
 * - A worker with an OffscreenCanvas: it needs an address to load from, which the policy of the pages (trusted types,
 *   none of them) forbids; the bounded slices do without.
 */
import type { Bounds, SeatLayout } from '../layout.ts';
import type { SeatState } from '../seat-state.ts';
import type { Size, View } from '../view-transform.ts';
import { type Marks, paintMarks } from './paint-marks.ts';
import type { Look, Picture } from './picture.ts';
import { SeatIndex } from './seat-index.ts';
import { covers, drawStretched, type Sight } from './stretched-sheet.ts';
import { originOf, TILE_PX, tilesInSight } from './tile-grid.ts';
import { TilePool } from './tile-pool.ts';
import { TileSheet } from './tile-sheet.ts';

/** For painting on tiles, of the 16 ms of a frame. What does not fit comes with the next ones. */
const SLICE_MS = 4;
/** A scale that stayed for so long is one to paint for; between the turns of a wheel it would be left at once. */
const STILL_MS = 60;
/** A stretched picture is smoothed where it has no more pixels: without a graphics card that doubles its cost. */
const SMOOTH_PIXELS_MAX = 600_000;

export class MapPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #hall: Pick<Picture, 'layout' | 'state' | 'index'>;
  readonly #pool = new TilePool();
  #picture: Picture | undefined;
  #ratio = 1;
  #scaleBefore = 0;
  #scaledAt = 0;
  /** What is drawn now. */
  #sheet: TileSheet | undefined;
  /** Stands in for what of it is not painted yet. */
  #former: TileSheet | undefined;
  /** Shows the most of the hall, for what neither of them has. */
  #widest: TileSheet | undefined;

  constructor(canvas: HTMLCanvasElement, layout: SeatLayout, state: SeatState) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser draws no canvas');
    this.#canvas = canvas;
    this.#context = context;
    this.#hall = { layout, state, index: new SeatIndex(layout) };
  }

  /** Another look is another picture: nothing that was painted is of use for it. */
  setLook(look: Look): void {
    this.#keep();
    this.#picture = { ...look, ...this.#hall };
  }

  /**
   * @param size of the canvas, in device pixels
   * @param ratio device pixels for a CSS pixel
   */
  resize({ width, height }: Size, ratio: number): void {
    if (ratio !== this.#ratio) this.#keep();
    this.#ratio = ratio;
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  /** Notes that seats changed. @returns whether there is something to paint */
  mark(seatNos: readonly number[]): boolean {
    return this.#sheets().filter((sheet) => sheet.mark(seatNos)).length > 0;
  }

  /**
   * To be called now and then while seats change: what sums them up, such as the number of those that are free in a
   * section, would be painted again with each.
   *
   * @returns whether there is something to paint
   */
  settle(): boolean {
    return this.#sheets().filter((sheet) => sheet.settle()).length > 0;
  }

  /** Draws what is seen. @returns whether another frame would show it better */
  paint(view: View, marks: Marks): boolean {
    if (!this.#picture) return false;
    const { layout, palette } = this.#picture;
    const sheet = this.#turn(view.scale, this.#picture);
    const sight: Sight = { scale: view.scale, origin: originOf(view, this.#ratio) };
    const context = this.#context;
    const { width, height } = this.#canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.imageSmoothingEnabled = width * height <= SMOOTH_PIXELS_MAX;
    // Seen where nothing is painted yet: tiles cover it.
    context.fillStyle = palette.ground;
    const isUnfinished = sheet.scale === view.scale ? this.#copy(sheet, sight) : this.#stretch(sheet, sight);
    const [x, y] = sight.origin;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, x, y);
    paintMarks(context, marks, layout, palette, view.scale);
    return isUnfinished;
  }

  /** While the scale changes the sheet that there is gets stretched; it is left once the scale stays. */
  #turn(scale: number, picture: Picture): TileSheet {
    const [before, now] = [this.#sheet, performance.now()];
    if (scale !== this.#scaleBefore) this.#scaledAt = now;
    this.#scaleBefore = scale;
    if (before && (before.scale === scale || now - this.#scaledAt < STILL_MS)) return before;
    const known = this.#sheets().find((sheet) => sheet.scale === scale);
    const sheet = known ?? new TileSheet(picture, scale, this.#ratio, this.#pool);
    const widest = before && before.scale <= (this.#widest?.scale ?? Infinity) ? before : this.#widest;
    this.#keep(sheet, before, widest);
    return sheet;
  }

  /** @returns whether tiles wait for the time of the next frame */
  #copy(sheet: TileSheet, sight: Sight): boolean {
    const until = performance.now() + SLICE_MS;
    const places = tilesInSight(sight.origin, this.#canvas);
    let [hasTime, isUnfinished] = [true, false];
    for (const place of places) {
      const isDue = !sheet.isFresh(place);
      const tile = isDue && hasTime ? sheet.refresh(place) : sheet.at(place);
      const left = place.column * TILE_PX + sight.origin[0];
      const top = place.row * TILE_PX + sight.origin[1];
      if (tile) this.#context.drawImage(tile, left, top);
      else this.#standIn({ left, top, right: left + TILE_PX, bottom: top + TILE_PX }, sight);
      sheet.touch(place);
      if (!isDue) continue;
      isUnfinished ||= !hasTime;
      // A browser paints on a canvas when that is copied and not before: so the clock is asked after the copy.
      hasTime &&= performance.now() < until;
    }
    sheet.trim(2 * places.length);
    if (!isUnfinished) this.#keep(sheet, undefined, this.#widest);
    return isUnfinished;
  }

  #standIn(area: Bounds, sight: Sight): void {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
    context.clip();
    context.fillRect(area.left, area.top, area.right - area.left, area.bottom - area.top);
    for (const sheet of [this.#widest, this.#former]) if (sheet) drawStretched(context, sheet, area, sight);
    context.restore();
  }

  #stretch(sheet: TileSheet, sight: Sight): true {
    const area = { left: 0, top: 0, right: this.#canvas.width, bottom: this.#canvas.height };
    if (!covers(sheet, area, sight)) {
      this.#context.fillRect(0, 0, area.right, area.bottom);
      if (this.#widest && this.#widest !== sheet) drawStretched(this.#context, this.#widest, area, sight);
    }
    drawStretched(this.#context, sheet, area, sight);
    return true;
  }

  /** Keeps these sheets and lets go of the others. */
  #keep(sheet?: TileSheet, former?: TileSheet, widest?: TileSheet): void {
    const kept = new Set([sheet, former, widest]);
    for (const one of this.#sheets()) if (!kept.has(one)) one.trim(0);
    [this.#sheet, this.#former, this.#widest] = [sheet, former, widest];
  }

  #sheets(): readonly TileSheet[] {
    const sheets = [this.#sheet, this.#former, this.#widest].filter((sheet) => sheet !== undefined);
    return [...new Set(sheets)];
  }
}
