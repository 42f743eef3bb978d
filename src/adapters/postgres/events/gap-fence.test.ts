import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Queryable, Row } from '../database.ts';
import { GapFence } from './gap-fence.ts';

/** A database whose lock table shows, one look after the other, these writers. */
function withWriters(...looks: readonly (readonly string[])[]): Queryable {
  let look = 0;
  return {
    query: async <R extends Row>() =>
      (looks[Math.min(look++, looks.length - 1)] ?? []).map((writer) => ({ writer })) as unknown as R[],
  };
}

async function looksUntilSettled(fence: GapFence): Promise<number> {
  let looks = 0;
  while ((await fence.examine(4, 9)) > 0) looks += 1;
  return looks;
}

test('a gap is given a moment before anything is looked up', async () => {
  const fence = new GapFence(withWriters([]));
  assert.ok((await fence.examine(4, 9)) > 0);
  assert.equal(fence.isOpen, true);
  assert.equal(fence.joins(4, 6), false);
});

test('a gap that no writer can fill any more stays one, up to the position that was seen', async () => {
  const fence = new GapFence(withWriters([]));
  await fence.examine(4, 9);
  assert.equal(await fence.examine(4, 9), 0);
  assert.equal(fence.joins(4, 6), true);
  assert.equal(fence.joins(6, 9), true);
  assert.equal(fence.joins(9, 11), false);
});

test('those who write at the first look are waited for, each until it is gone once, and no newcomers', async () => {
  const fence = new GapFence(withWriters(['3/1', '4/1'], ['4/1', '5/1'], ['3/1', '5/1'], []));
  // 3/1 is gone at the second look: its return would be another transaction, had ids not been unique.
  assert.equal(await looksUntilSettled(fence), 3);
});

test('a prepared transaction is waited for though preparing changed its id', async () => {
  const fence = new GapFence(withWriters(['3/1'], ['-1/760'], ['-1/760'], []));
  assert.equal(await looksUntilSettled(fence), 4);
});

test('a gap at another place is a new one', async () => {
  const fence = new GapFence(withWriters(['3/1']));
  await fence.examine(4, 9);
  await fence.examine(4, 9);
  const first = await fence.examine(7, 9);
  assert.ok(first > 0);
  fence.close();
  assert.equal(fence.isOpen, false);
});
