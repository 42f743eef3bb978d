import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localised } from './localised.ts';

test('a name in two languages is shown in the reader’s first', () => {
  const name = '접힌 하늘 · Folded Sky';
  assert.deepEqual(localised(name, 'ko'), { main: '접힌 하늘', other: 'Folded Sky' });
  assert.deepEqual(localised(name, 'en'), { main: 'Folded Sky', other: '접힌 하늘' });
});

test('any other name stays as it is', () => {
  for (const name of ['Folded Sky', '접힌 하늘', 'Live · Seoul', '하나 · 둘', '가 · b · c'])
    assert.deepEqual(localised(name, 'en'), { main: name });
});
