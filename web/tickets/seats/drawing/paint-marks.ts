import type { SeatLayout } from '../layout.ts';
import { SEAT_SHARE } from './detail.ts';
import type { Palette } from './palette.ts';

/** What is this person's on the map. */
export type PersonalMarks = {
  readonly chosen: readonly number[];
  /** Held for them, or bought. */
  readonly own: readonly number[];
};

/** What this person has and does on the map, above what everybody sees. */
export type Marks = PersonalMarks & { readonly pointedAt: number | undefined };

const SEAT_PX_MIN = 7;

/** @param context whose (0, 0) is the plan's, in CSS pixels */
export function paintMarks(
  context: CanvasRenderingContext2D,
  { chosen, own, pointedAt }: Marks,
  layout: SeatLayout,
  palette: Palette,
  scale: number,
): void {
  const seatPx = Math.max(layout.pitch * scale * SEAT_SHARE, SEAT_PX_MIN);
  const placeOf = (no: number) => [layout.x[no]! * scale, layout.y[no]! * scale] as const;
  if (pointedAt !== undefined) {
    const [x, y] = placeOf(pointedAt);
    context.strokeStyle = palette.chosen;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x, y, seatPx * 0.72, 0, 2 * Math.PI);
    context.stroke();
  }
  for (const no of own) {
    const [x, y] = placeOf(no);
    const radius = Math.max(5, seatPx * 0.55);
    context.fillStyle = palette.spark;
    context.strokeStyle = palette.chosen;
    context.lineWidth = Math.max(2, radius / 4);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  for (const no of chosen) {
    const [x, y] = placeOf(no);
    const radius = Math.max(6, seatPx * 0.62);
    context.fillStyle = palette.chosen;
    context.strokeStyle = palette.spark;
    context.lineWidth = Math.max(2, radius / 4);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.strokeStyle = palette.onChosen;
    context.beginPath();
    context.moveTo(x - radius * 0.45, y);
    context.lineTo(x - radius * 0.1, y + radius * 0.38);
    context.lineTo(x + radius * 0.5, y - radius * 0.38);
    context.stroke();
  }
}
