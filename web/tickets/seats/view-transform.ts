import type { Bounds, Point } from './layout.ts';

/** How a plan is shown: a point of it is drawn at `point * scale + offset`, in CSS pixels. */
export type View = { readonly scale: number; readonly x: number; readonly y: number };
export type Size = { readonly width: number; readonly height: number };

/** A seat this large needs no larger: fingers hit it, and its number can be read. */
const SEAT_PX_MAX = 46;
const MARGIN_PX = 24;

/** Shows all of a part, as large as it fits. */
export function fit(bounds: Bounds, size: Size, scaleMax = Infinity): View {
  const [width, height] = [bounds.right - bounds.left || 1, bounds.bottom - bounds.top || 1];
  const room = {
    width: Math.max(50, size.width - 2 * MARGIN_PX),
    height: Math.max(50, size.height - 2 * MARGIN_PX),
  };
  const scale = Math.min(room.width / width, room.height / height, scaleMax);
  return {
    scale,
    x: size.width / 2 - ((bounds.left + bounds.right) / 2) * scale,
    y: size.height / 2 - ((bounds.top + bounds.bottom) / 2) * scale,
  };
}

export type Limits = {
  readonly scaleMin: number;
  readonly scaleMax: number;
  readonly bounds: Bounds;
  readonly size: Size;
};

export function limitsOf(bounds: Bounds, size: Size, pitch: number): Limits {
  const scaleMin = fit(bounds, size).scale;
  return { scaleMin, scaleMax: Math.max(SEAT_PX_MAX / pitch, scaleMin), bounds, size };
}

/** Larger or smaller by a factor, with the point under the fingers staying there. */
export function zoomAt(view: View, factor: number, [px, py]: Point, limits: Limits): View {
  const scale = Math.min(limits.scaleMax, Math.max(limits.scaleMin, view.scale * factor));
  const change = scale / view.scale;
  return keepInside({ scale, x: px - (px - view.x) * change, y: py - (py - view.y) * change }, limits);
}

export function panBy(view: View, dx: number, dy: number, limits: Limits): View {
  return keepInside({ ...view, x: view.x + dx, y: view.y + dy }, limits);
}

/** Some of the plan always stays in sight: its edge may come to the middle and no further. */
function keepInside(view: View, { bounds, size }: Limits): View {
  const clamp = (offset: number, from: number, to: number, room: number) =>
    Math.min(room / 2 - from * view.scale, Math.max(room / 2 - to * view.scale, offset));
  return {
    scale: view.scale,
    x: clamp(view.x, bounds.left, bounds.right, size.width),
    y: clamp(view.y, bounds.top, bounds.bottom, size.height),
  };
}

export function toPlan(view: View, [px, py]: Point): Point {
  return [(px - view.x) / view.scale, (py - view.y) / view.scale];
}
