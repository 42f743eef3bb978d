import { Html, html } from '../html.ts';
import { count } from '../numbers.ts';
import { linearScale } from './scale.ts';

export type Bar = {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Number of its colour; see style.ts. */
  readonly hue: number;
  /** The first of a group has a heading over it. */
  readonly heading?: string;
};

const WIDTH = 860;
const LABEL_WIDTH = 230;
const VALUE_WIDTH = 90;
const ROW = 24;
const BAR = 15;
const HEADING = 26;

/** Horizontal bars from zero with the smallest and the largest of the rounds, and the figure beside each. */
export function barPlot(bars: readonly Bar[], title: string): Html {
  const x = linearScale(Math.max(0, ...bars.map((bar) => bar.max)), LABEL_WIDTH, WIDTH - VALUE_WIDTH);
  let y = 6;
  const rows: Html[] = [];
  for (const bar of bars) {
    if (bar.heading !== undefined) {
      y += HEADING;
      rows.push(html`<text class="heading" x="0" y="${y - 7}">${bar.heading}</text>`);
    }
    rows.push(rowOf(bar, x.at, y));
    y += ROW;
  }
  const height = y + 24;
  const grid = x.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${x.at(tick)}" x2="${x.at(tick)}" y1="6" y2="${y}"/><text class="tick" text-anchor="middle" x="${x.at(tick)}" y="${y + 16}">${count(tick)}</text>`,
  );
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${grid}${rows}</svg>`;
}

function rowOf(bar: Bar, at: (value: number) => number, y: number): Html {
  const middle = y + ROW / 2;
  const [start, end] = [at(0), at(bar.value)];
  const spread = bar.max - bar.min > bar.max / 200;
  return html`<text class="label" text-anchor="end" x="${LABEL_WIDTH - 8}" y="${middle + 4}">${bar.label}</text>
<rect class="fill hue-${bar.hue}" x="${start}" y="${middle - BAR / 2}" width="${Math.max(1, end - start).toFixed(1)}" height="${BAR}" rx="2"/>
${
  spread
    ? html`<path class="whisker" d="M${at(bar.min).toFixed(1)} ${middle}H${at(bar.max).toFixed(1)}M${at(bar.min).toFixed(1)} ${middle - 4}v8M${at(bar.max).toFixed(1)} ${middle - 4}v8"/>`
    : undefined
}<text class="value" x="${(Math.max(end, at(bar.max)) + 7).toFixed(1)}" y="${middle + 4}">${count(bar.value)}</text>`;
}
