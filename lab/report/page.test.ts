import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScenarioResult } from '../results/scenario-result.ts';
import { renderReport } from './page.ts';

const spread = { median: 100, min: 90, max: 110 };
const latencyMs = { p50: 1, p90: 2, p99: 3, p999: 4, max: 5 };

const result: ScenarioResult = {
  scenario: 'holds',
  startedAt: '2026-01-02T03:04:05.000Z',
  machine: { processor: 'a <processor>', cores: 2, memoryBytes: 8e9, platform: 'linux x64', node: 'v26' },
  version: '0.1.0',
  config: { generatorPerSecond: 40_000 },
  counts: 'successes',
  runs: [
    {
      name: 'holds batch',
      loop: 'closed',
      offeredPerSecond: 100,
      answered: 100,
      outcomes: { won: 90, lost: 5, refused: 4, error: 1 },
      counted: 90,
      perSecond: 100,
      perSecondSpread: spread,
      latencyMs,
      latencyCurve: [
        [0, 0.5],
        [50, 1],
        [99, 3],
      ],
      errors: { '500 <b>"internal"</b>': 1 },
      sendDelayMs: latencyMs,
      bottleneck: { part: 'server', reason: { en: 'its event loop ran 97% of the time', ko: '97%' } },
      processes: [
        {
          group: 'server',
          processes: 1,
          cores: 1,
          busiestCores: 0.97,
          cpuMicrosPerAnswer: 90,
          memoryBytesMax: 3e8,
        },
      ],
      intervalMs: 500,
      timeline: [
        { offered: 50, won: 45, lost: 3, refused: 2, error: 0, p50: 1, p99: 3, cores: { server: 1 } },
      ],
      steps: {},
      rounds: [{ round: 0, perSecond: 100, p99: 3 }],
      invariants: [{ name: 'one_owner', ok: false, checked: 3, detail: 'seat 1 has 2 owners' }],
    },
  ],
  ratios: { 'holds batch / no-op POST': { median: 0.9, min: 0.8, max: 1 } },
  ok: false,
  stopped: false,
};

test('the report needs nothing from outside, and has every text in both languages', () => {
  const page = renderReport([result]);
  // A link loads nothing before somebody follows it.
  const withoutLinks = page.replaceAll(/<a href="https:[^"]+" rel="noreferrer">/g, '');
  assert.doesNotMatch(withoutLinks, /(?:src|href)="(?!#)|@import|url\(|https?:/);
  assert.equal(page.split('lang="ko">').length, page.split('<span lang="en">').length);
});

test('what others wrote is shown as text', () => {
  const page = renderReport([result]);
  assert.ok(page.includes('500 &lt;b&gt;&quot;internal&quot;&lt;/b&gt;: 1'));
  assert.ok(page.includes('a &lt;processor&gt;'));
});

test('a broken invariant is said at the top, the figures with their bottleneck, the earlier systems beside ours', () => {
  const page = renderReport([result]);
  assert.ok(page.indexOf('class="banner bad"') < page.indexOf('At a glance'));
  for (const text of ['seat 1 has 2 owners', 'its event loop ran 97%', '0.90', '583/s', '<b>100/s</b>'])
    assert.ok(page.includes(text), text);
});

test('an earlier system is linked where its documents are public, and said not to be where they are not', () => {
  const page = renderReport([result]);
  assert.match(
    page,
    /<a href="https:\/\/github\.com\/for-men\/ForTickets" rel="noreferrer">.*?S1 ForTickets/s,
  );
  for (const system of ['S0 taxi', 'S2 concert', 'S3 concert', 'S4 seat'])
    assert.match(page, new RegExp(`${system}.{0,200}not public`, 's'));
});

test('targets are shown as met or missed; a quick run says what is not in it', () => {
  const targets = [
    { name: 'a / b', bound: 'at least', limit: 0.8, value: 0.9, met: true },
    { name: 'p99, ms', bound: 'at most', limit: 100, value: 140, met: false },
  ] as const;
  const page = renderReport([{ ...result, targets }]);
  assert.match(page, /a \/ b<.*0\.900.*at least.*met.*p99, ms.*140.*at most.*missed/s);
  assert.ok(!page.includes('Not in it:'));
  const quick = renderReport([{ ...result, config: { quick: true } }]);
  assert.match(quick, /Not in it:.*streams/s);
});

test('figures of a machine that other programs used as well are marked', () => {
  const bottleneck = { part: 'others', reason: { en: 'other programs', ko: '다른 프로그램' } } as const;
  const page = renderReport([{ ...result, runs: [{ ...result.runs[0]!, bottleneck }] }]);
  assert.match(page, /not what the system can do.*holds batch.*At a glance/s);
});

test('a sentence on top says what came out', () => {
  const page = renderReport([result]);
  const sentence = '0 of 1 checks of the database held after 1 measurements, with 1 answers in error.';
  assert.ok(page.indexOf(sentence) > 0 && page.indexOf(sentence) < page.indexOf('At a glance'));
});

test('terms are explained below the table that uses them', () => {
  const page = renderReport([result]);
  const glance =
    page.indexOf('id="overview"') > 0 ? page.indexOf('id="overview"') : page.indexOf('At a glance');
  for (const term of [
    'No-op: the same request',
    'p50, p99: half, and 99 of 100',
    'Open load: people come when they come',
  ])
    assert.ok(page.indexOf(term) > glance, term);
  assert.match(page, /“Published”: what their own documents say\. “Run”:/);
});
