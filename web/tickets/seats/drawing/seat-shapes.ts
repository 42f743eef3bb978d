import type { GradeShape } from '../../sale/grade-look.ts';
import type { Point } from '../layout.ts';

/**
 * Fills the sign of a grade at some places.
 *
 * @param width of the whole figure, in pixels; nothing of it lies further than 0.58 of that to any side of its middle
 */
export function fillShapes(
  context: CanvasRenderingContext2D,
  shape: GradeShape,
  width: number,
  places: readonly Point[],
): void {
  if (shape === 'square') {
    const side = width * 0.9;
    for (const [x, y] of places) context.fillRect(x - side / 2, y - side / 2, side, side);
    return;
  }
  const figure = shape === 'circle' ? circle(width / 2) : polygon(CORNERS[shape], width / 2);
  const { a, d, e, f } = context.getTransform();
  for (const [x, y] of places) {
    context.setTransform(a, 0, 0, d, e + x * a, f + y * d);
    context.fill(figure);
  }
  context.setTransform(a, 0, 0, d, e, f);
}

function circle(radius: number): Path2D {
  const path = new Path2D();
  path.arc(0, 0, radius, 0, 2 * Math.PI);
  return path;
}

function polygon(corners: readonly Point[], half: number): Path2D {
  const path = new Path2D();
  for (const [x, y] of corners) path.lineTo(x * half, y * half);
  path.closePath();
  return path;
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
