import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MeasuredRun } from '../engine/measured-run.ts';
import { answersAgree } from '../engine/measured-run.ts';
import { planOf } from '../load/arrivals.ts';
import { Recorder } from '../load/recorder.ts';
import { compareResults } from './compare.ts';
import { findFailures, findSlow } from './gate.ts';
import type { ScenarioResult } from './scenario-result.ts';
import { summariseProcessorRatios, summariseRatios, summariseRuns } from './summarise.ts';

/** A run of one second in which `won` people were answered after `ms`. */
function runOf(variant: string, round: number, won: number, change: Partial<MeasuredRun> = {}): MeasuredRun {
  const recorder = new Recorder();
  for (let no = 0; no < won; no++) {
    recorder.offered(0, 0);
    recorder.ended({ outcome: 'won' }, 1_000 - variant.length, 1_000);
  }
  recorder.offeringEnded(1_000);
  const order = { loop: 'closed', concurrency: 1, durationMs: 1_000 } as const;
  return { variant, round, order, result: recorder.result(), usage: [], invariants: [], ...change };
}

function resultOf(runs: readonly MeasuredRun[]): ScenarioResult {
  const summaries = summariseRuns(runs, { counts: 'successes', cores: 2 });
  return {
    scenario: 'holds',
    startedAt: '2026-01-01T00:00:00.000Z',
    machine: { processor: '', cores: 2, memoryBytes: 0, platform: '', node: '' },
    version: '1',
    config: {},
    counts: 'successes',
    runs: summaries,
    ratios: summariseRatios(runs, [{ of: 'batch', to: 'single' }], 'successes'),
    ok: true,
    stopped: false,
  };
}

const good = [runOf('batch', 0, 100), runOf('single', 0, 20), runOf('batch', 1, 80), runOf('single', 1, 10)];

describe('a result', () => {
  test('is the middle of the rounds, with latencies of all of them', () => {
    const [batch, single] = resultOf(good).runs;
    assert.equal(batch?.perSecond, 90);
    assert.deepEqual(batch.perSecondSpread, { median: 90, min: 80, max: 100 });
    assert.equal(batch.outcomes.won, 180);
    assert.ok(Math.abs(batch.latencyMs.p50 - 5) < 0.05);
    assert.ok(Math.abs((single?.latencyMs.p50 ?? 0) - 6) < 0.05);
    assert.deepEqual(resultOf(good).ratios['batch / single'], { median: 6.5, min: 5, max: 8 });
  });

  test('tells what processors did for it, whatever other programs did meanwhile', () => {
    const used = (group: 'server' | 'others', cores: number) =>
      ({ group, processes: 1, cores, busiestCores: cores, memoryBytesMax: 0, course: [] }) as const;
    const runs = [
      runOf('batch', 0, 100, { usage: [used('server', 0.5), used('others', 1.5)] }),
      runOf('single', 0, 100, { usage: [used('server', 1), used('others', 0.1)] }),
    ];
    const ratios = summariseProcessorRatios(runs, [{ of: 'batch', to: 'single' }], 'successes');
    assert.equal(ratios['batch / single']?.median, 2);
  });

  test('counts what the database shows, not what was answered', () => {
    const runs = [runOf('batch', 0, 100, { counted: 40 })];
    assert.equal(resultOf(runs).runs[0]?.perSecond, 40);
    assert.equal(resultOf(runs).runs[0]?.counted, 40);
  });

  test('keeps a broken invariant though a later round holds it', () => {
    const broken = { name: 'one_owner', ok: false, checked: 1, detail: 'two owners' };
    const runs = [
      runOf('batch', 0, 1, { invariants: [broken] }),
      runOf('batch', 1, 1, { invariants: [{ ...broken, ok: true }] }),
    ];
    assert.deepEqual(resultOf(runs).runs[0]?.invariants, [broken]);
  });
});

test('answers and database agree when anyone who was told so is in it, and nobody else but who got no answer', () => {
  const { result } = runOf('batch', 0, 10);
  const errors = { ...result, outcomes: { ...result.outcomes, error: 2 } };
  assert.deepEqual(
    [10, 12, 13, 9].map((counted) => answersAgree(errors, counted).ok),
    [true, true, false, false],
  );
});

describe('the check against a stored run', () => {
  const stored = [resultOf(good)];

  test('lets pass what is as good, or only slower', () => {
    assert.deepEqual(findFailures(stored, stored), []);
    const slow = [resultOf([runOf('batch', 0, 30), runOf('single', 0, 10)])];
    assert.deepEqual(findFailures(slow, stored), []);
  });

  test('fails on a ratio under a third, an error, a broken invariant', () => {
    const flat = resultOf([runOf('batch', 0, 20), runOf('single', 0, 10)]);
    assert.match(findFailures([flat], stored).join(), /batch \/ single is 2.00, and was 6.50/);
    assert.deepEqual(findSlow([flat], stored), ['holds']);
    const failing = runOf('batch', 0, 1);
    const errors = {
      ...failing.result,
      outcomes: { ...failing.result.outcomes, error: 3 },
      errors: { reset: 3 },
    };
    assert.match(
      findFailures([resultOf([{ ...failing, result: errors }])], []).join(),
      /3 errors: {"reset":3}/,
    );
    const invariants = [{ name: 'one_owner', ok: false, checked: 1, detail: 'two owners' }];
    const broken = resultOf([runOf('batch', 0, 1, { invariants })]);
    assert.match(findFailures([broken], []).join(), /one_owner is broken: two owners/);
    assert.deepEqual(findSlow([broken], stored), []);
  });
});

test('two runs are set beside each other', () => {
  const lines = compareResults(
    [resultOf(good)],
    [resultOf([runOf('batch', 0, 180), runOf('single', 0, 30)])],
  );
  assert.ok(
    lines.some((line) => /batch, per second +90 +180 +2\.00/.test(line)),
    lines.join('\n'),
  );
  assert.ok(
    lines.some((line) => /batch \/ single +6\.50 +6\.00 +0\.92/.test(line)),
    lines.join('\n'),
  );
});

test('an open load is said to be sustained when it was', () => {
  const order = { loop: 'open', arrivals: planOf('constant', 100, 1_000) } as const;
  assert.equal(resultOf([runOf('batch', 0, 100, { order })]).runs[0]?.bottleneck.part, 'none');
});
