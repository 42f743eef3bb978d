import type { Bounds, LayoutSection, Point, SeatLayout } from '../layout.ts';
import type { SeatState } from '../seat-state.ts';
import type { View } from '../view-transform.ts';
import type { Palette } from './palette.ts';
import type { SeatIndex } from './seat-index.ts';

/** What of the picture the page around the map decides. */
export type Look = {
  readonly palette: Palette;
  readonly stageName: string;
  /** What is written on a section that is shown as a whole: its name, and what stands under it where there is room. */
  readonly sectionLabel: (section: LayoutSection, free: number) => readonly [string, string];
};

/** All that can be seen of a hall, whatever part of it is painted. */
export type Picture = Look & {
  readonly layout: SeatLayout;
  readonly index: SeatIndex;
  readonly state: SeatState;
};

/** Where something of the plan is drawn. */
export function placeOf({ scale, x, y }: View, [px, py]: Point): Point {
  return [px * scale + x, py * scale + y];
}

/** Where a box of the plan is drawn, wider by so many pixels. */
export function boxOf({ scale, x, y }: View, { left, top, right, bottom }: Bounds, widerPx = 0): Bounds {
  return {
    left: left * scale + x - widerPx,
    top: top * scale + y - widerPx,
    right: right * scale + x + widerPx,
    bottom: bottom * scale + y + widerPx,
  };
}

export function meet(a: Bounds, b: Bounds): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}
