import type { BottleneckPart } from '../measure/bottleneck.ts';
import type { RunResult, ScenarioResult } from '../results/scenario-result.ts';
import { scenarios } from '../scenarios/index.ts';
import type { Words } from '../words.ts';
import { earlierFigures, earlierSystems, ourRunOf } from './earlier-systems.ts';
import { Html, html } from './html.ts';
import { brief, bytes, count, same } from './numbers.ts';
import { type Bar, barPlot } from './plots/bars.ts';
import { scenarioSection } from './scenario-section.ts';
import { SCRIPT, STYLE } from './style.ts';
import { words } from './words.ts';

/** The report of one or more scenarios: one file that needs nothing from outside. */
export function renderReport(results: readonly ScenarioResult[]): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<title>firstcome lab</title><style>${new Html(STYLE)}</style></head><body>
<header><h1>${words.title}</h1>${switches()}</header>
<main><p>${words.lead}</p><p><b>${outcome(results)}</b></p>${warnings(results)}${overview(results)}
${results.map(scenarioSection)}${earlier(results)}${method(results)}</main>
<footer class="soft">${results[0]?.startedAt.slice(0, 10)} · firstcome ${results[0]?.version}</footer>
<script>${new Html(SCRIPT)}</script></body></html>`;
  return `${page.text}\n`;
}

/** What came out, in a sentence. */
function outcome(results: readonly ScenarioResult[]): Words {
  const runs = results.flatMap((result) => result.runs.filter((run) => !run.minor));
  const checks = runs.flatMap((run) => run.invariants);
  const broken = checks.filter(({ ok }) => !ok).length;
  const errors = runs.reduce((sum, run) => sum + run.outcomes.error, 0);
  const targets = results.flatMap((result) => result.targets ?? []);
  const met = targets.filter((target) => target.met).length;
  return {
    en: `${count(checks.length - broken)} of ${count(checks.length)} checks of the database held after ${count(runs.length)} measurements, with ${count(errors)} answers in error${targets.length > 0 ? ` and ${met} of ${targets.length} targets met` : ''}.`,
    ko: `측정 ${count(runs.length)}건 뒤 데이터베이스 확인 ${count(checks.length)}건 가운데 ${count(checks.length - broken)}건이 지켜졌고 오류 응답은 ${count(errors)}건${targets.length > 0 ? `, 목표는 ${targets.length}개 가운데 ${met}개 달성` : ''}입니다.`,
  };
}

function switches(): Html {
  const button = (name: string, value: string, label: Parameters<typeof html>[1]) =>
    html`<button type="button" data-name="${name}" data-value="${value}" aria-pressed="false">${label}</button> `;
  return html`<nav>${button('lang', 'en', 'English')}${button('lang', 'ko', '한국어')}${button('theme', 'light', words.light)}${button('theme', 'dark', words.dark)}</nav>`;
}

function warnings(results: readonly ScenarioResult[]): Html {
  const broken = results.filter((result) => !result.ok).map((result) => result.scenario);
  const limitedBy = (part: BottleneckPart) =>
    results.flatMap((result) =>
      result.runs.filter((run) => run.bottleneck.part === part && !run.minor).map((run) => run.name),
    );
  const bound = limitedBy('generator');
  const disturbed = limitedBy('others');
  return html`${broken.length > 0 ? html`<p class="banner bad">${words.breach} ${broken.join(', ')}</p>` : undefined}
${results.some((result) => result.stopped) ? html`<p class="banner">${words.stopped}</p>` : undefined}
${leftOut(results)}${disturbed.length > 0 ? html`<p class="banner">${words.othersBusy} ${disturbed.join(', ')}</p>` : undefined}${bound.length > 0 ? html`<p class="banner">${words.generatorBound} ${bound.join(', ')}</p>` : undefined}`;
}

/** A quick run of all leaves out what takes long. */
function leftOut(results: readonly ScenarioResult[]): Html | undefined {
  if (!results.some((result) => result.config['quick'] === true)) return undefined;
  const missing = scenarios.filter(({ name }) => !results.some((result) => result.scenario === name));
  return html`<p class="banner">${words.leftOut} ${missing.map(({ name }) => name).join(', ') || '–'}</p>`;
}

/** One table and one picture. */
function overview(results: readonly ScenarioResult[]): Html {
  // The generator against a bare server would make everything else look small.
  const shown = (result: ScenarioResult) =>
    result.runs.filter((run) => !run.minor && !run.name.startsWith('bare'));
  const bars = results.flatMap((result) =>
    shown(result).map(
      (run, no): Bar => ({
        label: run.name,
        value: run.perSecond,
        min: run.perSecondSpread.min,
        max: run.perSecondSpread.max,
        hue: run.name.startsWith('no-op') ? 4 : 0,
        ...(no === 0 ? { heading: result.scenario } : {}),
      }),
    ),
  );
  return html`<section><h2>${words.atAGlance}</h2>
<div class="wide"><table><thead><tr><th>${words.what}</th><th>${words.perSecond}</th><th>${words.toNoOp}</th><th>p50 ms</th><th>p99 ms</th><th>${words.errors}</th><th>${words.inDatabase}</th><th>${words.invariants}</th><th class="text">${words.bottleneckShort}</th></tr></thead>
<tbody>${results.map((result) => [titleRow(result), ...result.runs.filter((run) => !run.minor).map((run) => overviewRow(run, result))])}</tbody></table></div>
<p class="soft">${words.overviewTerms}</p>
<figure>${barPlot(bars, 'overview')}<figcaption>${words.overviewCaption}</figcaption></figure></section>`;
}

function titleRow({ scenario }: ScenarioResult): Html {
  const known = scenarios.find(({ name }) => name === scenario);
  return html`<tr class="group"><td colspan="9"><a href="#${scenario}">${known?.title ?? same(scenario)}</a></td></tr>`;
}

function overviewRow(run: RunResult, { ratios }: ScenarioResult): Html {
  const ratio = ratios[`${run.name} / no-op POST`] ?? ratios[`${run.name} / no-op GET`];
  const broken = run.invariants.filter((invariant) => !invariant.ok).length;
  const held =
    broken > 0
      ? html`<span class="bad">${broken} ${words.broken}</span>`
      : html`<span class="good">${words.hold}</span>`;
  return html`<tr><td>${run.name}</td><td><b>${count(run.perSecond)}</b></td><td>${ratio ? ratio.median.toFixed(2) : '–'}</td><td>${brief(run.latencyMs.p50)}</td><td>${brief(run.latencyMs.p99)}</td><td>${run.outcomes.error > 0 ? html`<span class="bad">${count(run.outcomes.error)}</span>` : '0'}</td><td>${run.counted === undefined ? '–' : count(run.counted)}</td><td>${run.invariants.length === 0 ? '–' : held}</td><td class="text">${words.parts[run.bottleneck.part]}</td></tr>`;
}

function earlier(results: readonly ScenarioResult[]): Html {
  const rows = earlierFigures.map((figure) => {
    const ours = ourRunOf(figure, results);
    const cell = ours
      ? html`<b>${count(ours.perSecond)}/s</b>, p99 ${brief(ours.latencyMs.p99)} ms<br><span class="soft">${ours.name}</span>`
      : '–';
    return html`<tr><td>${systemCell(figure.system)}</td><td class="text">${figure.what}</td><td class="text">${figure.figure}</td><td class="text">${figure.counted}</td><td class="text">${words[figure.source]}</td><td class="text">${cell}</td></tr>`;
  });
  return html`<section id="earlier"><h2>${words.earlier}</h2><p>${words.earlierLead}</p>
<div class="wide"><table><thead><tr><th>${words.system}</th><th class="text">${words.what}</th><th class="text">${words.theirs}</th><th class="text">${words.theyCounted}</th><th class="text">${words.source}</th><th class="text">${words.ours}</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** The name leads to what others can read of it. */
function systemCell(system: keyof typeof earlierSystems): Html {
  const { name, address } = earlierSystems[system];
  return address === undefined
    ? html`${name}<br><span class="soft">${words.notPublic}</span>`
    : html`<a href="${address}" rel="noreferrer">${name}</a>`;
}

function method(results: readonly ScenarioResult[]): Html {
  const first = results[0];
  if (!first) return html``;
  const { processor, cores, memoryBytes, platform, node } = first.machine;
  const generator = Number(first.config['generatorPerSecond']);
  return html`<section id="method"><h2>${words.method}</h2><p>${words.methodText}</p>
<div class="wide"><table><tbody><tr><td>${words.machine}</td><td class="text">${processor}, ${cores} ${words.cores}, ${bytes(memoryBytes)}, ${platform}, Node ${node}</td></tr>
<tr><td>${words.generatorLimit}</td><td class="text">${count(generator)}/s</td></tr>
${results.map((result) => html`<tr><td>${result.scenario}</td><td class="text"><code>${JSON.stringify(result.config)}</code></td></tr>`)}</tbody></table></div></section>`;
}
