import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localised } from './localised.ts';

test('a name in two languages is shown in the reader’s first', () => {
  assert.deepEqual(localised('접힌 하늘', 'Folded Sky', 'ko'), { main: '접힌 하늘', other: 'Folded Sky' });
  assert.deepEqual(localised('접힌 하늘', 'Folded Sky', 'en'), { main: 'Folded Sky', other: '접힌 하늘' });
});

test('a name in one language is everybody’s, whatever it is made of', () => {
  for (const name of ['데뷔 10주년 콘서트 · 2027', '접힌 하늘 · Folded Sky', 'Live · Seoul', 'Folded Sky'])
    for (const language of ['ko', 'en'] as const)
      assert.deepEqual(localised(name, null, language), { main: name });
});
