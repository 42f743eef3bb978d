import type { Group } from '../../measure/usage.ts';
import type { RunResult } from '../../results/scenario-result.ts';
import { type Html, html } from '../html.ts';
import { brief } from '../numbers.ts';

const WIDTH = 860;
const LABEL_WIDTH = 230;
const RIGHT = 20;
const ROW = 26;
const BAR = 16;
/** Of a letter of the names, with room for a wide font. */
const LETTER = 7;
const HUES: Readonly<Record<Group, number>> = {
  server: 0,
  postgres: 1,
  generator: 4,
  subscribers: 5,
  others: 3,
};

/** What every part used of the machine's processors; what is left is free. */
export function coresPlot(runs: readonly RunResult[], cores: number, title: string): Html {
  const at = (value: number) => LABEL_WIDTH + ((WIDTH - LABEL_WIDTH - RIGHT) * value) / cores;
  const rows = runs.map((run, no) => {
    const y = 4 + no * ROW;
    let base = 0;
    const parts = run.processes.map(({ group, cores: used }) => {
      const [from, to] = [at(base), at(Math.min(cores, base + used))];
      base += used;
      const label = `${group} ${brief(used)}`;
      const name =
        to - from > label.length * LETTER
          ? html`<text class="inside" x="${from + 6}" y="${y + BAR - 2}">${label}</text>`
          : undefined;
      return html`<rect class="fill soft hue-${HUES[group]}" x="${from.toFixed(1)}" y="${y}" width="${Math.max(0, to - from - 1).toFixed(1)}" height="${BAR + 2}"><title>${label}</title></rect>${name}`;
    });
    return html`<text class="label" text-anchor="end" x="${LABEL_WIDTH - 8}" y="${y + 13}">${run.name}</text><rect class="empty" x="${at(0)}" y="${y}" width="${at(cores) - at(0)}" height="${BAR + 2}"/>${parts}`;
  });
  const height = runs.length * ROW + 26;
  const ticks = Array.from({ length: cores + 1 }, (_, tick) => tick).map(
    (tick) => html`<text class="tick" text-anchor="middle" x="${at(tick)}" y="${height - 8}">${tick}</text>`,
  );
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${rows}${ticks}</svg>`;
}
