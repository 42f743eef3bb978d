import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PARTITIONS, partitionOf } from './partitions.ts';

const uuid = (n: number) => `0198c0de-0000-7000-8000-${String(n).padStart(12, '0')}`;

test('the partition of a key is the one that is on record, whatever process computes it', () => {
  // Marks in databases depend on these: a change of the hash needs new marks.
  const keys = [uuid(1), uuid(2), uuid(3), 'gangnam', ''];
  assert.deepEqual(
    keys.map((key) => partitionOf(key)),
    [3, 2, 1, 10, 1],
  );
});

test('keys are spread over all partitions', () => {
  const counts = Array.from({ length: PARTITIONS }, () => 0);
  for (let n = 0; n < 12_000; n++) counts[partitionOf(uuid(n))]! += 1;
  for (const count of counts) assert.ok(count > 700 && count < 1_300, counts.join(' '));
});
