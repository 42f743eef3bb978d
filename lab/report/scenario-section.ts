import type { Outcome } from '../load/outcome.ts';
import { outcomes } from '../load/outcome.ts';
import type { RunResult, ScenarioResult } from '../results/scenario-result.ts';
import { scenarios } from '../scenarios/index.ts';
import type { Words } from '../words.ts';
import { type Html, html } from './html.ts';
import { brief, bytes, count, same } from './numbers.ts';
import { barPlot } from './plots/bars.ts';
import { coresPlot } from './plots/cores.ts';
import { percentilePlot } from './plots/percentiles.ts';
import { timelinePlot } from './plots/timeline.ts';
import { words } from './words.ts';

const HUES = 6;

/** Everything that was measured in one scenario. */
export function scenarioSection(result: ScenarioResult): Html {
  const { runs } = result;
  const drawn = runs.filter((run) => !run.minor);
  const known = scenarios.find((scenario) => scenario.name === result.scenario);
  return html`<section id="${result.scenario}"><h2>${known?.title ?? same(result.scenario)}</h2>
<p>${known?.about}</p>
<p class="facts">${words.measured} ${result.startedAt.replace('T', ' ').slice(0, 16)} UTC · ${result.version} · ${words.rounds} ${roundsOf(runs)}</p>
<h3>${result.counts === 'successes' ? words.successesPerSecond : words.answersPerSecond}</h3>
<figure>${barPlot(
    runs.map((run, no) => ({ label: run.name, value: run.perSecond, ...spread(run), hue: no % HUES })),
    'throughput',
  )}<figcaption>${words.barsCaption}</figcaption></figure>
${ratioTable(result)}${targetTable(result)}
<h3>${words.latency}</h3>
${legend(drawn.map((run, no) => [`hue-${no % HUES} cycle-${Math.floor(no / HUES)}`, same(run.name)]))}
<figure>${percentilePlot(
    drawn.map((run, no) => ({
      label: run.name,
      hue: no % HUES,
      cycle: Math.floor(no / HUES),
      points: run.latencyCurve,
    })),
    'latency',
  )}<figcaption>${captionOf(drawn)}</figcaption></figure>
${latencyTable(runs)}
<h3>${words.timeline}</h3>
${legend([...outcomes.map((kind) => [kind, words[kind]] as const), ['late', words.p99Line]])}
<div class="small">${drawn.map((run) => html`<figure>${timelinePlot(run)}</figure>`)}</div>
<h3>${words.processors}</h3>
<figure>${coresPlot(drawn, result.machine.cores, 'processors')}</figure>
${processTable(runs)}
<h3>${words.errorsByKind}</h3>${errorTable(runs)}
<h3>${words.truth}</h3>${truth(runs)}</section>`;
}

function captionOf(runs: readonly RunResult[]): Words {
  const open = runs.filter((run) => run.loop === 'open').length;
  if (open === 0) return words.closedCaption;
  return open === runs.length ? words.openCaption : words.mixedCaption;
}

function spread(run: RunResult) {
  return { min: run.perSecondSpread.min, max: run.perSecondSpread.max };
}

function roundsOf(runs: readonly RunResult[]): string {
  const counts = [...new Set(runs.map((run) => run.rounds.length))];
  return counts.join(' / ');
}

function legend(entries: readonly (readonly [string, Words])[]): Html {
  return html`<div class="legend">${entries.map(([kind, label]) => html`<span><i class="${kind}"></i>${label}</span>`)}</div>`;
}

function ratioTable({ ratios, processorRatios = {} }: ScenarioResult): Html | undefined {
  const entries = Object.entries(ratios);
  if (entries.length === 0) return undefined;
  return html`<div class="wide"><table><thead><tr><th>${words.ratio}</th><th>${words.median}</th><th>${words.leastAndMost}</th><th>${words.byProcessorTime}</th></tr></thead><tbody>${entries.map(
    ([name, its]) =>
      html`<tr><td>${name}</td><td><b>${its.median.toFixed(2)} ×</b></td><td>${its.min.toFixed(2)} – ${its.max.toFixed(2)}</td><td>${processorRatios[name]?.median.toFixed(2) ?? '–'}</td></tr>`,
  )}</tbody></table></div><p class="soft">${words.ratioTerms}</p>`;
}

function targetTable({ targets = [] }: ScenarioResult): Html | undefined {
  if (targets.length === 0) return undefined;
  const rows = targets.map(
    ({ name, bound, limit, value, met }) =>
      html`<tr><td>${name}</td><td><b>${brief(value)}</b></td><td>${bound === 'at least' ? words.atLeast : words.atMost} ${limit}</td><td class="${met ? 'good' : 'bad'}">${met ? words.met : words.missed}</td></tr>`,
  );
  return html`<div class="wide"><table><thead><tr><th>${words.targets}</th><th>${words.measuredValue}</th><th>${words.target}</th><th></th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function latencyTable(runs: readonly RunResult[]): Html {
  const keys = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
  const titles = ['p50', 'p90', 'p99', 'p99.9', 'max'];
  const rows = runs.flatMap((run) => [
    html`<tr><td>${run.name}</td><td>${run.loop === 'open' ? words.openLoop : words.closedLoop}</td>${keys.map((key) => html`<td>${brief(run.latencyMs[key])}</td>`)}</tr>`,
    ...Object.entries(run.steps).map(
      ([step, its]) =>
        html`<tr><td class="soft">· ${step}</td><td></td>${keys.map((key) => html`<td>${brief(its[key])}</td>`)}</tr>`,
    ),
  ]);
  return html`<div class="wide"><table><thead><tr><th>ms</th><th>${words.load}</th>${titles.map((title) => html`<th>${title}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div><p class="soft">${words.latencyTerms}</p>`;
}

function processTable(runs: readonly RunResult[]): Html {
  const rows = runs.flatMap((run) =>
    run.processes.map(
      (its, no) =>
        html`<tr><td>${no === 0 ? run.name : ''}</td><td class="text">${its.group}${its.processes > 1 ? ` (${its.processes})` : ''}</td><td>${its.cores.toFixed(2)}</td><td>${its.busiestCores.toFixed(2)}</td><td>${brief(its.cpuMicrosPerAnswer)}</td><td>${bytes(its.memoryBytesMax)}</td><td class="text">${
          no === 0 ? html`<b>${words.parts[run.bottleneck.part]}</b>: ${run.bottleneck.reason}` : ''
        }</td></tr>`,
    ),
  );
  return html`<div class="wide"><table><thead><tr><th></th><th class="text">${words.process}</th><th>${words.cores}</th><th>${words.busiestThread}</th><th>${words.cpuPerAnswer}</th><th>${words.memory}</th><th class="text">${words.bottleneck}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function errorTable(runs: readonly RunResult[]): Html {
  const kinds: readonly Outcome[] = outcomes;
  const rows = runs.map((run) => {
    const errors = Object.entries(run.errors).map(([kind, times]) => `${kind}: ${count(times)}`);
    return html`<tr><td>${run.name}</td>${kinds.map((kind) => html`<td>${count(run.outcomes[kind])}</td>`)}<td>${run.counted === undefined ? '–' : count(run.counted)}</td><td class="text">${errors.join(', ')}</td></tr>`;
  });
  return html`<div class="wide"><table><thead><tr><th></th>${kinds.map((kind) => html`<th>${words[kind]}</th>`)}<th>${words.inDatabase}</th><th class="text">${words.kinds}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function truth(runs: readonly RunResult[]): Html {
  const checked = runs.filter((run) => run.invariants.length > 0);
  return html`${checked.map((run) => {
    const broken = run.invariants.filter((its) => !its.ok);
    const rows = run.invariants.map(
      (its) =>
        html`<tr><td><code>${its.name}</code></td><td class="${its.ok ? 'good' : 'bad'}">${its.ok ? words.holds : words.broken}</td><td>${count(its.checked)}</td><td class="text">${its.detail}</td></tr>`,
    );
    return html`<details${broken.length > 0 ? html` open` : undefined}><summary>${run.name}: <span class="${broken.length > 0 ? 'bad' : 'good'}">${run.invariants.length - broken.length} / ${run.invariants.length} ${words.hold}</span></summary><div class="wide"><table><thead><tr><th>${words.invariant}</th><th></th><th>${words.checked}</th><th class="text">${words.detail}</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
  })}`;
}
