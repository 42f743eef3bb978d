import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '../../../kernel/random.ts';
import type { EntryEnd } from '../model.ts';
import { type EndedStatus, STORED } from '../ports.ts';
import { PastEntries } from './past-entries.ts';

const random = createSeededRandom(11);
const drawKey = () => Uint32Array.from({ length: 4 }, () => random.uint32());
const ENDS: readonly (readonly [EndedStatus, EntryEnd])[] = [
  [STORED.left, 'left'],
  [STORED.dropped, 'dropped'],
  [STORED.expired, 'pass-expired'],
  [STORED.spent, 'pass-spent'],
];

test('remembers the last end of each account, and of all as many as it may', () => {
  const max = 500;
  const past = new PastEntries(max);
  const keys = Array.from({ length: 700 }, drawKey);
  /** In the order of their ends; a second end of an account takes another slot. */
  const ended: { readonly key: Uint32Array; readonly end: EntryEnd }[] = [];
  for (let round = 0; round < 5_000; round++) {
    const key = keys[random.below(keys.length)]!;
    const [status, end] = ENDS[random.below(ENDS.length)]!;
    past.add(key, status);
    ended.push({ key, end });
    if (round % 100 !== 0) continue;
    const known = new Map(ended.slice(-max).map((one) => [one.key, one.end]));
    for (const one of keys) assert.equal(past.find(one), known.get(one));
  }
  assert.equal(past.find(drawKey()), undefined);
});
