import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeeper } from './kept.ts';

test('what is kept is read again, until it is forgotten', () => {
  const entries = new Map<string, string>();
  const keeper = createKeeper(
    () =>
      ({
        getItem: (key: string) => entries.get(key) ?? null,
        setItem: (key: string, value: string) => entries.set(key, value),
        removeItem: (key: string) => entries.delete(key),
      }) as unknown as Storage,
  );
  keeper.write('a', '1');
  assert.deepEqual([...entries], [['a', '1']]);
  assert.equal(keeper.read('a'), '1');
  keeper.forget('a');
  assert.equal(keeper.read('a'), null);
});

test('where the storage throws it is kept as long as the page stands', () => {
  const keeper = createKeeper(() => {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  });
  assert.equal(keeper.read('a'), null);
  keeper.write('a', '1');
  assert.equal(keeper.read('a'), '1');
  keeper.forget('a');
  assert.equal(keeper.read('a'), null);
});
