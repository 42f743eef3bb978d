import { type Html, html } from '../html.ts';
import { tickOf } from '../numbers.ts';
import { logScale } from './scale.ts';

export type Curve = {
  readonly label: string;
  readonly hue: number;
  /** More curves than hues: how often they were used up before this one. */
  readonly cycle: number;
  /** `[percent, ms]` in order. */
  readonly points: readonly (readonly [number, number])[];
};

const WIDTH = 860;
const HEIGHT = 320;
const LEFT = 88;
const RIGHT = 30;
const TOP = 12;
const BOTTOM = 34;
const MARKS = [0, 50, 90, 99, 99.9, 99.99, 99.999];

/**
 * Latency over percentiles, both logarithmic: each step to the right is a tenth of the people, so that the
 * slowest thousandth has as much room as the slowest tenth (G. Tene, HdrHistogram).
 */
export function percentilePlot(curves: readonly Curve[], title: string): Html {
  const values = curves.flatMap(({ points }) => points.map(([, ms]) => ms));
  const y = logScale(values, HEIGHT - BOTTOM, TOP);
  const finest = Math.max(90, ...curves.flatMap(({ points }) => points.map(([percent]) => percent)));
  const last = depthOf(finest);
  const x = (percent: number) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.min(depthOf(percent), last)) / last;
  const rows = y.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text class="tick" text-anchor="end" x="${LEFT - 8}" y="${y.at(tick) + 4}">${tickOf(tick)} ms</text>`,
  );
  const columns = MARKS.filter((mark) => depthOf(mark) <= last).map(
    (mark) =>
      html`<line class="grid" x1="${x(mark)}" x2="${x(mark)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text class="tick" text-anchor="middle" x="${x(mark)}" y="${HEIGHT - BOTTOM + 18}">${mark}%</text>`,
  );
  const lines = curves.map(({ points, hue, cycle }) => {
    const path = points
      .map(([percent, ms], no) => `${no === 0 ? 'M' : 'L'}${x(percent).toFixed(1)} ${y.at(ms).toFixed(1)}`)
      .join('');
    return html`<path class="line hue-${hue} cycle-${cycle}" d="${path}"/>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${rows}${columns}${lines}</svg>`;
}

/** How many times the share of people beyond it is a tenth: 0 for 0%, 1 for 90%, 2 for 99%. */
function depthOf(percent: number): number {
  return -Math.log10(Math.max(1e-9, 1 - percent / 100));
}
