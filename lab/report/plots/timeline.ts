import type { Outcome } from '../../load/outcome.ts';
import type { RunResult } from '../../results/scenario-result.ts';
import { type Html, html } from '../html.ts';
import { brief, count, tickOf } from '../numbers.ts';
import { linearScale, logScale } from './scale.ts';

const WIDTH = 410;
const HEIGHT = 178;
const LEFT = 52;
const RIGHT = 56;
const TOP = 24;
const BOTTOM = 24;
const STACK: readonly Outcome[] = ['won', 'lost', 'refused', 'error'];

/** Answers a second from interval to interval, stacked by what became of them, and the p99 as a line. */
export function timelinePlot(run: RunResult): Html {
  const perSecond = 1_000 / run.intervalMs;
  const { timeline } = run;
  const totals = timeline.map((its) => STACK.reduce((sum, kind) => sum + its[kind], 0) * perSecond);
  const bottom = HEIGHT - BOTTOM;
  const y = linearScale(Math.max(0, ...totals), bottom, TOP);
  const ms = logScale(
    timeline.map((its) => its.p99),
    bottom,
    TOP,
  );
  const width = (WIDTH - LEFT - RIGHT) / Math.max(1, timeline.length);
  const columns = timeline.flatMap((its, no) => {
    let base = 0;
    return STACK.map((kind) => {
      const value = its[kind] * perSecond;
      const [from, to] = [y.at(base), y.at(base + value)];
      base += value;
      if (value === 0) return html``;
      return html`<rect class="fill ${kind}" x="${(LEFT + no * width + 0.5).toFixed(1)}" y="${to.toFixed(1)}" width="${Math.max(0.5, width - 1).toFixed(1)}" height="${(from - to).toFixed(1)}"/>`;
    });
  });
  const points = timeline
    .map((its, no) => ({ its, x: LEFT + (no + 0.5) * width }))
    .filter(({ its }) => its.p99 > 0);
  const path = points
    .map(({ its, x }, no) => `${no === 0 ? 'M' : 'L'}${x.toFixed(1)} ${ms.at(its.p99).toFixed(1)}`)
    .join('');
  const seconds = (timeline.length * run.intervalMs) / 1_000;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${run.name}">
<text class="heading" x="0" y="12">${run.name}</text>
${y.ticks.map((tick) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text class="tick" text-anchor="end" x="${LEFT - 6}" y="${y.at(tick) + 4}">${count(tick)}</text>`)}
${ms.ticks.map((tick) => html`<text class="tick late" x="${WIDTH - RIGHT + 6}" y="${ms.at(tick) + 4}">${tickOf(tick)}</text>`)}
${columns}<path class="line late" d="${path}"/>
<text class="tick" x="${LEFT}" y="${HEIGHT - 7}">0 s</text><text class="tick" text-anchor="end" x="${WIDTH - RIGHT}" y="${HEIGHT - 7}">${brief(seconds)} s</text></svg>`;
}
