import type { LayoutSection, Point, SeatLayout } from './layout.ts';

/** The seat nearest to a point, if it is no further than `reach`; all in units of the plan. */
export function seatAt(layout: SeatLayout, [px, py]: Point, reach: number): number | undefined {
  let found: number | undefined;
  let nearest = reach * reach;
  for (const { bounds, first, end } of layout.sections) {
    const isFar =
      px < bounds.left - reach ||
      px > bounds.right + reach ||
      py < bounds.top - reach ||
      py > bounds.bottom + reach;
    if (isFar) continue;
    for (let no = first; no < end; no++) {
      const distance = (layout.x[no]! - px) ** 2 + (layout.y[no]! - py) ** 2;
      if (distance > nearest) continue;
      nearest = distance;
      found = no;
    }
  }
  return found;
}

/** The section whose outline, a little widened, holds a point; else the one whose box does. */
export function sectionAt(layout: SeatLayout, point: Point): LayoutSection | undefined {
  const boxed = layout.sections.filter(({ bounds }) => {
    const margin = layout.pitch;
    return (
      point[0] >= bounds.left - margin &&
      point[0] <= bounds.right + margin &&
      point[1] >= bounds.top - margin &&
      point[1] <= bounds.bottom + margin
    );
  });
  return boxed.find(({ outline }) => isInside(outline, point)) ?? boxed[0];
}

/** By counting crossings of a ray to the right (even-odd rule). */
function isInside(outline: readonly Point[], [px, py]: Point): boolean {
  let inside = false;
  for (const [index, [x, y]] of outline.entries()) {
    const [lastX, lastY] = outline.at(index - 1) ?? [x, y];
    const crosses = y > py !== lastY > py && px < ((lastX - x) * (py - y)) / (lastY - y) + x;
    if (crosses) inside = !inside;
  }
  return inside;
}
