import type { Bounds, LayoutSection, Point } from '../layout.ts';
import type { View } from '../view-transform.ts';
import { boxOf, type Picture, placeOf } from './picture.ts';
import { lookOfSection, shortSideOf } from './section-look.ts';

/** Half of what a label takes: a number of seats, or the section's name in the widest letters. */
const LABEL_REACH_PX = { across: 44, down: 22, letter: 8 };
const NAME_REACH_PX = 24;
const OUTLINE_PX_MIN = 3;
const LABEL_PX = { min: 10, max: 15 };

export function paintStage(context: CanvasRenderingContext2D, picture: Picture, view: View): void {
  const { layout, palette, stageName } = picture;
  if (!layout.stage) return;
  const { left: x, top: y, right, bottom } = boxOf(view, layout.stage);
  const [width, height] = [right - x, bottom - y];
  context.fillStyle = palette.ink;
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(10, height / 3));
  context.fill();
  const fontPx = Math.min(20, height * 0.45, width / 5);
  if (fontPx < 6) return;
  context.fillStyle = palette.onChosen;
  write(context, stageName, [x + width / 2, y + height / 2], `700 ${fontPx}px ${palette.font}`);
}

export function write(context: CanvasRenderingContext2D, text: string, [x, y]: Point, font: string): void {
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y);
}

/** Within which a section is painted, its label included, where it is shown as a whole; pixels. */
export function boxOfSection(section: LayoutSection, pitch: number, view: View): Bounds {
  const outline = boxOf(view, section.bounds, outlinePxOf(pitch, view));
  const [x, y] = middleOf(section, view);
  return {
    left: Math.min(outline.left, x - labelReachOf(section)),
    top: Math.min(outline.top, y - LABEL_REACH_PX.down),
    right: Math.max(outline.right, x + labelReachOf(section)),
    bottom: Math.max(outline.bottom, y + LABEL_REACH_PX.down),
  };
}

/** Within which the name of a section is written, where its seats are shown one by one. */
export function boxOfName(section: LayoutSection, pitch: number, view: View): Bounds {
  const [x, y] = namePlace(section, pitch, view);
  const [across, down] = [labelReachOf(section), NAME_REACH_PX / 2];
  return { left: x - across, top: y - down, right: x + across, bottom: y + down };
}

function labelReachOf({ id }: LayoutSection): number {
  return Math.max(LABEL_REACH_PX.across, (id.length + 1) * LABEL_REACH_PX.letter);
}

function outlinePxOf(pitch: number, { scale }: View): number {
  return Math.max(OUTLINE_PX_MIN, pitch * scale);
}

/** A section as a whole: the fuller its colour, the more of it is free. */
export function paintSection(
  context: CanvasRenderingContext2D,
  section: LayoutSection,
  picture: Picture,
  view: View,
): void {
  const { palette, state, layout } = picture;
  const { isSoldOut, opacity, lines } = lookOfSection(section, state, view.scale, picture.sectionLabel);
  context.beginPath();
  for (const point of section.outline) context.lineTo(...placeOf(view, point));
  context.closePath();
  context.lineJoin = 'round';
  context.lineWidth = outlinePxOf(layout.pitch, view);
  context.fillStyle = isSoldOut ? palette.sold : (palette.grades[section.gradeNo]?.colour ?? palette.ink);
  context.strokeStyle = context.fillStyle;
  context.globalAlpha = opacity;
  context.fill();
  context.stroke();
  context.globalAlpha = 1;
  if (lines.length > 0) paintLabel(context, section, lines, picture, view);
}

function paintLabel(
  context: CanvasRenderingContext2D,
  section: LayoutSection,
  lines: readonly string[],
  { palette }: Picture,
  view: View,
): void {
  const [x, y] = middleOf(section, view);
  const width = shortSideOf(section) * view.scale;
  const fontPx = Math.max(LABEL_PX.min, Math.min(LABEL_PX.max, width / 3.2));
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
    write(context, line, [x, y + (index - (lines.length - 1) / 2) * (fontPx + 2) + 1], font);
}

/** Above the first row, where seats are shown one by one. */
export function paintSectionName(
  context: CanvasRenderingContext2D,
  section: LayoutSection,
  { palette, layout }: Picture,
  view: View,
): void {
  context.fillStyle = palette.ink;
  write(context, section.id, namePlace(section, layout.pitch, view), `700 13px ${palette.font}`);
}

function namePlace(section: LayoutSection, pitch: number, view: View): Point {
  return [middleOf(section, view)[0], boxOf(view, section.bounds).top - pitch * view.scale - 8];
}

function middleOf({ bounds }: LayoutSection, view: View): Point {
  return placeOf(view, [(bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2]);
}
