import type { Bounds, Point, SeatLayout } from '../layout.ts';
import { HELD, SOLD } from '../seat-state.ts';
import type { View } from '../view-transform.ts';
import { NUMBERS_FROM_PX, SEAT_SHARE, SEATS_FROM_PX, SHAPES_FROM_PX } from './detail.ts';
import {
  boxOfName,
  boxOfSection,
  paintSection,
  paintSectionName,
  paintStage,
  write,
} from './paint-sections.ts';
import { boxOf, meet, type Picture } from './picture.ts';
import { fillShapes } from './seat-shapes.ts';

/**
 * Paints all that can be seen within a box of a canvas, and perhaps a little around it: who wants no more clips. What
 * is painted depends on the view and not on the box, so that a part that is painted again is the same as when all is
 * (but for a shade at edges that a clip cuts: browsers smooth them in another way).
 */
export function paintPart(
  context: CanvasRenderingContext2D,
  picture: Picture,
  view: View,
  box: Bounds,
): void {
  const { layout, palette } = picture;
  const pitchPx = layout.pitch * view.scale;
  context.fillStyle = palette.ground;
  // A pixel wider than the clip: so no edge of it shines through.
  context.fillRect(box.left - 1, box.top - 1, box.right - box.left + 2, box.bottom - box.top + 2);
  if (layout.stage && meet(box, boxOf(view, layout.stage))) paintStage(context, picture, view);
  const { sections, pitch } = layout;
  if (pitchPx < SEATS_FROM_PX) {
    for (const section of sections)
      if (meet(box, boxOfSection(section, pitch, view))) paintSection(context, section, picture, view);
    return;
  }
  paintSeats(context, seatsWithin(picture, view, box), picture, view);
  if (pitchPx >= NUMBERS_FROM_PX) return;
  for (const section of sections)
    if (meet(box, boxOfName(section, pitch, view))) paintSectionName(context, section, picture, view);
}

/** Those of whom anything may be drawn in a box. */
function seatsWithin({ layout, index }: Picture, { scale, x, y }: View, box: Bounds): readonly number[] {
  const reach = reachOfSeat(layout.pitch * scale);
  return index.find({
    left: (box.left - reach - x) / scale,
    top: (box.top - reach - y) / scale,
    right: (box.right + reach - x) / scale,
    bottom: (box.bottom + reach - y) / scale,
  });
}

/** How far from its middle a seat is drawn at most, in pixels. */
export function reachOfSeat(pitchPx: number): number {
  return 0.58 * SEAT_SHARE * pitchPx + 1;
}

/**
 * Look by look, each seat by itself. One path for all seats of a look has so many edges that hexagons took 15 ms a
 * tile instead of 2, and its edges came out a little different when it had fewer seats.
 */
function paintSeats(
  context: CanvasRenderingContext2D,
  seatNos: readonly number[],
  picture: Picture,
  view: View,
): void {
  const { state, palette, layout } = picture;
  const seatPx = layout.pitch * view.scale * SEAT_SHARE;
  const [free, held, sold]: number[][] = [[], [], []];
  for (const no of seatNos) {
    const status = state.statuses[no];
    (status === SOLD ? sold : status === HELD ? held : free)!.push(no);
  }
  const [soldPx, heldPx] = [seatPx * 0.38, seatPx * 0.6];
  context.fillStyle = palette.sold;
  for (const [x, y] of placesOf(sold!, layout, view))
    context.fillRect(x - soldPx / 2, y - soldPx / 2, soldPx, soldPx);
  context.strokeStyle = palette.held;
  context.lineWidth = Math.max(1, seatPx / 9);
  for (const [x, y] of placesOf(held!, layout, view))
    context.strokeRect(x - heldPx / 2, y - heldPx / 2, heldPx, heldPx);
  paintFree(context, free!, picture, view);
  if (layout.pitch * view.scale >= NUMBERS_FROM_PX) paintNumbers(context, free!, picture, view);
}

function paintFree(
  context: CanvasRenderingContext2D,
  seatNos: readonly number[],
  { palette, layout }: Picture,
  view: View,
): void {
  const pitchPx = layout.pitch * view.scale;
  const seatPx = pitchPx * SEAT_SHARE;
  for (const [gradeNo, { colour, shape }] of palette.grades.entries()) {
    const places = placesOf(
      seatNos.filter((no) => layout.gradeNos[no] === gradeNo),
      layout,
      view,
    );
    context.fillStyle = colour;
    fillShapes(context, pitchPx >= SHAPES_FROM_PX ? shape : 'square', seatPx, places);
  }
}

function paintNumbers(
  context: CanvasRenderingContext2D,
  seatNos: readonly number[],
  { layout, palette }: Picture,
  { scale, x, y }: View,
): void {
  const seatPx = layout.pitch * scale * SEAT_SHARE;
  const font = `700 ${Math.min(14, seatPx * 0.42)}px ${palette.font}`;
  context.fillStyle = palette.onChosen;
  for (const no of seatNos) {
    const place = [layout.x[no]! * scale + x, layout.y[no]! * scale + y + 0.5] as const;
    write(context, String(layout.numbers[no]), place, font);
  }
}

function placesOf(seatNos: readonly number[], layout: SeatLayout, { scale, x, y }: View): readonly Point[] {
  return seatNos.map((no) => [layout.x[no]! * scale + x, layout.y[no]! * scale + y]);
}
