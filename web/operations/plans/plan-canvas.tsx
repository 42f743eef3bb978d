import { useEffect, useRef } from 'react';
import { gradeLook } from '../../tickets/sale/grade-look.ts';
import type { SeatLayout } from '../../tickets/seats/layout.ts';
import { fit } from '../../tickets/seats/view-transform.ts';
import { onSchemeChange, readColours } from './css-colours.ts';

/** How the seats stand: 0 free, 1 held, 2 sold; `listen` tells of changes in place. */
type Statuses = {
  readonly statuses: Uint8Array;
  listen(listener: () => void): () => void;
};

type PlanCanvasProps = {
  readonly layout: SeatLayout;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Coloured by state where it is given, by grade where not. */
  readonly state?: Statuses | undefined;
};

/** Sales change in leaps of hundreds of seats: drawn so often at most. */
const DRAW_EVERY_MS = 200;
/** Seats that are so far apart are drawn with a gap between them. */
const GAP_FROM_PX = 3;
const STATE_COLOURS = { free: '--seat-held', held: '--spark', sold: '--brand', stage: '--surface-3' };

/** All seats of a plan at a glance. */
export function PlanCanvas({ layout, label, state }: PlanCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const redraw = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        draw(element, layout, state?.statuses);
      }, DRAW_EVERY_MS);
    };
    draw(element, layout, state?.statuses);
    const resized = new ResizeObserver(redraw);
    resized.observe(element);
    const stops = [onSchemeChange(redraw), state?.listen(redraw)];
    return () => {
      clearTimeout(timer);
      resized.disconnect();
      for (const stop of stops) stop?.();
    };
  }, [layout, state]);
  return <canvas ref={canvas} className="plan-canvas" role="img" aria-label={label} />;
}

function draw(canvas: HTMLCanvasElement, layout: SeatLayout, statuses: Uint8Array | undefined): void {
  const ratio = Math.min(3, devicePixelRatio || 1);
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const context = canvas.getContext('2d');
  if (!context || size.width === 0) return;
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  const { scale, x, y } = fit(layout.bounds, size);
  context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
  const byState = readColours(canvas, STATE_COLOURS);
  if (layout.stage) {
    const { left, top, right, bottom } = layout.stage;
    context.fillStyle = byState.stage;
    context.fillRect(left, top, right - left, bottom - top);
  }
  const states = [byState.free, byState.held, byState.sold];
  const style = getComputedStyle(canvas);
  const grades = layout.grades.map((_, no) => style.getPropertyValue(gradeLook(no).variable).trim());
  // Seats of a pixel or two run together, which shows their colour; a gap would only pale it.
  const side = layout.pitch * (layout.pitch * scale < GAP_FROM_PX ? 1.1 : 0.8);
  // All seats of one colour after the other: a canvas changes its colour slowly.
  const colours = statuses ? states : grades;
  const kinds = statuses ?? layout.gradeNos;
  for (const [kind, colour] of colours.entries()) {
    context.fillStyle = colour;
    for (let no = 0; no < layout.capacity; no++)
      if (kinds[no] === kind)
        context.fillRect(layout.x[no]! - side / 2, layout.y[no]! - side / 2, side, side);
  }
}
