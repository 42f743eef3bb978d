import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countBy } from './count-by.ts';
import { Histogram } from './histogram.ts';
import { createMetrics } from './metrics.ts';

function setUp() {
  const errors: unknown[] = [];
  return { metrics: createMetrics((error) => errors.push(error)), errors };
}

test('a histogram counts a value at its bound, and what exceeds every bound in the total only', () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11]) histogram.observe(value);
  assert.deepEqual(histogram.cumulative(), [
    { bound: 1, count: 2 },
    { bound: 10, count: 4 },
  ]);
  assert.equal(histogram.count, 5);
  assert.equal(histogram.sum, 23.5);
});

test('bounds that do not ascend are refused', () => {
  assert.throws(() => new Histogram([1, 1]), RangeError);
});

test('stats are read when the metrics are, each time again', async () => {
  const { metrics } = setUp();
  let rooms = 1;
  metrics.gauge({ name: 'rooms', help: 'Rooms.' }, (set) => set(rooms));
  assert.match(await metrics.text(), /^rooms 1$/m);
  rooms = 2;
  assert.match(await metrics.text(), /^rooms 2$/m);
});

test('one family can be read by its name, and one that is not there has no series', async () => {
  const { metrics } = setUp();
  metrics.counters({ name: 'things_total', help: 'Things.' })({ kind: 'a' }).value += 2;
  metrics
    .histograms({ name: 'sizes', help: 'Sizes.', bounds: [1] })()
    .observe(3);
  assert.deepEqual(await metrics.samples('things_total'), [{ labels: { kind: 'a' }, value: 2 }]);
  const sizes = await metrics.samples('sizes');
  assert.equal(sizes.find(({ metricName }) => metricName === 'sizes_sum')?.value, 3);
  assert.deepEqual(await metrics.samples('nothing'), []);
});

test('cells with the same labels are one cell, whatever the order of the labels', async () => {
  const { metrics } = setUp();
  const counters = metrics.counters({ name: 'things_total', help: 'Things.' });
  counters({ a: '1', b: '2' }).value += 1;
  counters({ b: '2', a: '1' }).value += 1;
  assert.match(await metrics.text(), /^things_total\{a="1",b="2"\} 2$/m);
});

test('a histogram is written with cumulative buckets, sum and count', async () => {
  const { metrics } = setUp();
  const seconds = metrics.histograms({ name: 'wait_seconds', help: 'Waits.', bounds: [0.5, 1] });
  for (const value of [0.25, 0.75, 2]) seconds({ of: 'x' }).observe(value);
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('wait_seconds'));
  assert.deepEqual(lines, [
    'wait_seconds_bucket{of="x",le="0.5"} 1',
    'wait_seconds_bucket{of="x",le="1"} 2',
    'wait_seconds_bucket{of="x",le="+Inf"} 3',
    'wait_seconds_sum{of="x"} 3',
    'wait_seconds_count{of="x"} 3',
  ]);
});

test('what stands in a label cannot break out of it', async () => {
  const { metrics } = setUp();
  metrics.counters({ name: 'odd_total', help: 'Odd.' })({ of: 'a"} 1\nb\\' }).value = 3;
  assert.match(await metrics.text(), /^odd_total\{of="a\\"\} 1\\nb\\\\"\} 3$/m);
});

test('a figure that cannot be read costs its own family and nothing else', async () => {
  const { metrics, errors } = setUp();
  metrics.gauge({ name: 'broken', help: 'Broken.' }, () => Promise.reject(new Error('away')));
  metrics.gauge({ name: 'whole', help: 'Whole.' }, (set) => set(1));
  const text = await metrics.text();
  assert.match(text, /^whole 1$/m);
  assert.doesNotMatch(text, /^broken \d/m);
  assert.equal(errors.length, 1);
});

test('a name is taken once, and only if Prometheus takes it', () => {
  const { metrics } = setUp();
  metrics.counters({ name: 'once_total', help: 'Once.' });
  assert.throws(() => metrics.counters({ name: 'once_total', help: 'Twice.' }), /there already/);
  assert.throws(() => metrics.counters({ name: 'no-name', help: 'None.' }), /no name/);
});

test('words are counted one by one', async () => {
  const { metrics } = setUp();
  const count = countBy(metrics, { name: 'ends_total', help: 'Ends.', label: 'end' });
  for (const word of ['held', 'held', 'taken']) count(word);
  assert.match(await metrics.text(), /^ends_total\{end="held"\} 2\nends_total\{end="taken"\} 1$/m);
});
