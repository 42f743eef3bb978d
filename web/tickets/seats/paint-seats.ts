import type { GradeShape } from '../sale/grade-look.ts';
import type { LayoutSection, SeatLayout } from './layout.ts';
import type { Palette } from './palette.ts';
import { HELD, type SeatState, SOLD } from './seat-state.ts';
import type { Size, View } from './view-transform.ts';

export type Scene = {
  readonly layout: SeatLayout;
  readonly state: SeatState;
  readonly view: View;
  readonly size: Size;
  readonly palette: Palette;
  readonly chosen: readonly number[];
  readonly pointedAt: number | undefined;
  readonly stageName: string;
  /** What is written on a section that is shown as a whole. */
  readonly sectionLabel: (section: LayoutSection, free: number) => readonly [string, string];
};

/** Below this many pixels from seat to seat sections are shown instead of seats: nobody could hit one. */
export const SEATS_FROM_PX = 5.5;
/** From here a grade shows by its shape as well, from there a seat shows its number. */
const SHAPES_FROM_PX = 8;
const NUMBERS_FROM_PX = 22;
/** Only from here on the number of free seats stands beside a section's name. */
const COUNTS_FROM_PX = 64;
/** Share of the way to the neighbour that a seat fills. */
const SEAT_SHARE = 0.8;

/** Draws what is in sight. 20,000 seats at once take some ms: one path for each look, not one for each seat. */
export function paintSeats(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, size, layout, palette } = scene;
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, size.width, size.height);
  paintStage(context, scene);
  const pitchPx = layout.pitch * view.scale;
  const sections = layout.sections.filter((section) => isInSight(section, scene));
  if (pitchPx < SEATS_FROM_PX) {
    for (const section of sections) paintSection(context, section, scene);
  } else {
    paintBuckets(context, sections, scene, pitchPx * SEAT_SHARE);
    if (pitchPx < NUMBERS_FROM_PX) for (const section of sections) paintSectionName(context, section, scene);
  }
  paintChosen(context, scene, Math.max(pitchPx * SEAT_SHARE, 7));
}

function isInSight({ bounds }: LayoutSection, { view, size, layout }: Scene): boolean {
  const margin = layout.pitch * view.scale;
  return (
    bounds.right * view.scale + view.x > -margin &&
    bounds.left * view.scale + view.x < size.width + margin &&
    bounds.bottom * view.scale + view.y > -margin &&
    bounds.top * view.scale + view.y < size.height + margin
  );
}

function paintStage(context: CanvasRenderingContext2D, { layout, view, palette, stageName }: Scene): void {
  if (!layout.stage) return;
  const { left, top, right, bottom } = layout.stage;
  const [x, y] = [left * view.scale + view.x, top * view.scale + view.y];
  const [width, height] = [(right - left) * view.scale, (bottom - top) * view.scale];
  context.fillStyle = palette.ink;
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(10, height / 3));
  context.fill();
  const fontPx = Math.min(20, height * 0.45, width / 5);
  if (fontPx < 6) return;
  context.fillStyle = palette.onChosen;
  write(context, stageName, x + width / 2, y + height / 2, `700 ${fontPx}px ${palette.font}`);
}

function write(context: CanvasRenderingContext2D, text: string, x: number, y: number, font: string): void {
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y);
}

/** A section as a whole: the fuller its colour, the more of it is free. */
function paintSection(context: CanvasRenderingContext2D, section: LayoutSection, scene: Scene): void {
  const { view, palette, state } = scene;
  const free = state.countFree(section.first, section.end);
  const share = free / Math.max(1, section.end - section.first);
  const colour = palette.grades[section.gradeNo]?.colour ?? palette.ink;
  context.beginPath();
  for (const [x, y] of section.outline) context.lineTo(x * view.scale + view.x, y * view.scale + view.y);
  context.closePath();
  context.lineJoin = 'round';
  context.lineWidth = Math.max(3, scene.layout.pitch * view.scale);
  context.fillStyle = free === 0 ? palette.sold : colour;
  context.strokeStyle = context.fillStyle;
  context.globalAlpha = free === 0 ? 1 : 0.28 + 0.72 * share;
  context.fill();
  context.stroke();
  context.globalAlpha = 1;
  paintSectionLabel(context, section, scene, free);
}

function paintSectionLabel(
  context: CanvasRenderingContext2D,
  section: LayoutSection,
  scene: Scene,
  free: number,
): void {
  const { palette } = scene;
  const [name, count] = scene.sectionLabel(section, free);
  const [x, y] = middleOf(section, scene);
  const { bounds } = section;
  const width = Math.min(bounds.right - bounds.left, bounds.bottom - bounds.top) * scene.view.scale;
  if (width < 14) return;
  const fontPx = Math.max(10, Math.min(15, width / 3.2));
  const lines = width > COUNTS_FROM_PX ? [name, count] : [name];
  const font = `700 ${fontPx}px ${palette.font}`;
  context.font = font;
  const plate = Math.max(...lines.map((line) => context.measureText(line).width)) + 8;
  const height = lines.length * (fontPx + 2) + 4;
  context.fillStyle = palette.ground;
  context.globalAlpha = 0.88;
  context.beginPath();
  context.roundRect(x - plate / 2, y - height / 2, plate, height, 6);
  context.fill();
  context.globalAlpha = 1;
  context.fillStyle = palette.ink;
  for (const [index, line] of lines.entries())
    write(context, line, x, y + (index - (lines.length - 1) / 2) * (fontPx + 2) + 1, font);
}

function paintSectionName(context: CanvasRenderingContext2D, section: LayoutSection, scene: Scene): void {
  const { view, palette, layout } = scene;
  const [x] = middleOf(section, scene);
  const y = section.bounds.top * view.scale + view.y - layout.pitch * view.scale - 8;
  context.fillStyle = palette.ink;
  write(context, section.id, x, y, `700 13px ${palette.font}`);
}

function middleOf(
  { bounds }: LayoutSection,
  { view }: Scene,
): readonly [x: number, y: number, width: number] {
  return [
    ((bounds.left + bounds.right) / 2) * view.scale + view.x,
    ((bounds.top + bounds.bottom) / 2) * view.scale + view.y,
    (bounds.right - bounds.left) * view.scale,
  ];
}

/** Seats in sight, gathered by how they look: each grade when free, held, sold. */
function paintBuckets(
  context: CanvasRenderingContext2D,
  sections: readonly LayoutSection[],
  scene: Scene,
  seatPx: number,
): void {
  const { layout, state, view, size, palette } = scene;
  const free = palette.grades.map(() => new Path2D());
  const [held, sold] = [new Path2D(), new Path2D()];
  const isShaped = seatPx >= SHAPES_FROM_PX * SEAT_SHARE;
  const numbered: number[] = [];
  for (const { first, end } of sections) {
    for (let no = first; no < end; no++) {
      const [x, y] = [layout.x[no]! * view.scale + view.x, layout.y[no]! * view.scale + view.y];
      if (x < -seatPx || y < -seatPx || x > size.width + seatPx || y > size.height + seatPx) continue;
      const status = state.statuses[no];
      if (status === SOLD) addShape(sold, 'square', x, y, seatPx * 0.42);
      else if (status === HELD) addShape(held, 'square', x, y, seatPx * 0.66);
      else {
        const gradeNo = layout.gradeNos[no]!;
        addShape(free[gradeNo]!, isShaped ? palette.grades[gradeNo]!.shape : 'square', x, y, seatPx);
        numbered.push(no);
      }
    }
  }
  context.fillStyle = palette.sold;
  context.fill(sold);
  context.strokeStyle = palette.held;
  context.lineWidth = Math.max(1, seatPx / 9);
  context.stroke(held);
  for (const [gradeNo, path] of free.entries()) {
    context.fillStyle = palette.grades[gradeNo]!.colour;
    context.fill(path);
  }
  if (layout.pitch * view.scale >= NUMBERS_FROM_PX) paintNumbers(context, numbered, scene, seatPx);
}

function paintNumbers(
  context: CanvasRenderingContext2D,
  seatNos: readonly number[],
  { layout, view, palette }: Scene,
  seatPx: number,
): void {
  context.fillStyle = palette.onChosen;
  const font = `700 ${Math.min(14, seatPx * 0.42)}px ${palette.font}`;
  for (const no of seatNos)
    write(
      context,
      String(layout.numbers[no]),
      layout.x[no]! * view.scale + view.x,
      layout.y[no]! * view.scale + view.y + 0.5,
      font,
    );
}

function paintChosen(context: CanvasRenderingContext2D, scene: Scene, seatPx: number): void {
  const { layout, view, palette, chosen, pointedAt } = scene;
  const placeOf = (no: number) =>
    [layout.x[no]! * view.scale + view.x, layout.y[no]! * view.scale + view.y] as const;
  if (pointedAt !== undefined) {
    const [x, y] = placeOf(pointedAt);
    context.strokeStyle = palette.chosen;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x, y, seatPx * 0.72, 0, 2 * Math.PI);
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

const HALF_TURN = 2 * Math.PI;

/** @param width of the whole figure, in pixels */
function addShape(path: Path2D, shape: GradeShape, x: number, y: number, width: number): void {
  const half = width / 2;
  if (shape === 'square') return path.rect(x - half * 0.9, y - half * 0.9, width * 0.9, width * 0.9);
  if (shape === 'circle') {
    path.moveTo(x + half, y);
    return path.arc(x, y, half, 0, HALF_TURN);
  }
  for (const [index, [dx, dy]] of CORNERS[shape].entries()) {
    if (index === 0) path.moveTo(x + dx * half, y + dy * half);
    else path.lineTo(x + dx * half, y + dy * half);
  }
  path.closePath();
}

const CORNERS = {
  diamond: [
    [0, -1.15],
    [1.15, 0],
    [0, 1.15],
    [-1.15, 0],
  ],
  triangle: [
    [0, -1.05],
    [1.1, 0.85],
    [-1.1, 0.85],
  ],
  hexagon: [
    [-1.05, 0],
    [-0.55, -0.95],
    [0.55, -0.95],
    [1.05, 0],
    [0.55, 0.95],
    [-0.55, 0.95],
  ],
  drop: [
    [0, 1.05],
    [1.1, -0.85],
    [-1.1, -0.85],
  ],
} as const;
