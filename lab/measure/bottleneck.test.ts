import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BottleneckEvidence, findBottleneck } from './bottleneck.ts';
import type { Group, Usage } from './usage.ts';

function used(group: Group, cores: number, busiestCores = cores): Usage {
  return { group, processes: 1, cores, busiestCores, memoryBytesMax: 0, course: [] };
}

const evidence = (change: Partial<BottleneckEvidence>): BottleneckEvidence => ({
  usage: [used('generator', 0.5), used('server', 0.6), used('postgres', 0.3)],
  cores: 2,
  perSecond: 1_000,
  generatorPerSecond: 40_000,
  ...change,
});

test('the limit is where a thread had no pause', () => {
  const of = (generator: number, server: number, postgres: number) =>
    findBottleneck(
      evidence({
        usage: [used('generator', generator), used('server', server), used('postgres', 1, postgres)],
      }),
    ).part;
  assert.equal(of(0.5, 0.95, 0.3), 'server');
  assert.equal(of(0.3, 0.5, 0.9), 'postgres');
  assert.equal(of(0.95, 0.9, 0.2), 'generator');
  assert.equal(of(0.6, 0.7, 0.3), 'machine');
  assert.equal(of(0.2, 0.2, 0.2), 'waiting');
});

test('a generator at its own limit, or one that sends late, measures itself', () => {
  assert.equal(findBottleneck(evidence({ perSecond: 39_000 })).part, 'generator');
  assert.equal(findBottleneck(evidence({ sendDelayMs: 50 })).part, 'generator');
  assert.equal(findBottleneck(evidence({ sendDelayMs: 1 })).part, 'waiting');
});

test('a generator that is late because all processors are busy is not the limit', () => {
  const of = (server: number, others: number) =>
    findBottleneck(
      evidence({
        sendDelayMs: 500,
        usage: [used('generator', 0.7), used('server', server), used('others', others, 0)],
      }),
    ).part;
  assert.equal(of(0.9, 0.35), 'server');
  assert.equal(of(0.8, 0.6), 'others');
  assert.equal(of(0.4, 0.1), 'generator');
});

test('a load that was sustained shows no limit', () => {
  assert.equal(findBottleneck(evidence({ offeredPerSecond: 1_000 })).part, 'none');
  assert.equal(findBottleneck(evidence({ offeredPerSecond: 2_000 })).part, 'waiting');
});

test('nothing is said of processes that were not seen', () => {
  assert.equal(findBottleneck(evidence({ usage: [used('generator', 0.3)] })).part, 'unknown');
});
