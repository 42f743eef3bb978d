import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunResult } from './scenario-result.ts';
import { judgeTargets, latencyTarget, latencyToStepTarget, ratioTarget } from './targets.ts';

const summary = (p50: number, p99: number) => ({ p50, p90: p99, p99, p999: p99, max: p99 });
const run = {
  name: 'a tenth',
  latencyMs: summary(3, 8),
  steps: { 'one commit': summary(2, 4) },
} as unknown as RunResult;
const ratios = { 'a / b': { median: 0.8, min: 0.5, max: 1 } };

test('a target is met at its bound, and the median counts', () => {
  const judged = judgeTargets(
    [
      ratioTarget('a / b', 0.8),
      ratioTarget('a / b', 0.81),
      latencyTarget('a tenth', 'p99', 8),
      latencyToStepTarget('a tenth', 'p50', { step: 'one commit', limit: 2 }),
      latencyToStepTarget('a tenth', 'p99', { step: 'one commit', limit: 3.9 }),
    ],
    { runs: [run], ratios },
  );
  assert.deepEqual(
    judged.map(({ value, met }) => [value, met]),
    [
      [0.8, true],
      [0.8, false],
      [8, true],
      [1.5, true],
      [4, false],
    ],
  );
});

test('of what was not measured nothing is said', () => {
  const targets = [
    ratioTarget('a / c', 1),
    latencyTarget('a half', 'p50', 1),
    latencyToStepTarget('a tenth', 'p50', { step: 'two commits', limit: 2 }),
  ];
  assert.deepEqual(judgeTargets(targets, { runs: [run], ratios }), []);
});
