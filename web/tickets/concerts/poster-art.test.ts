import assert from 'node:assert/strict';
import { test } from 'node:test';
import { posterArt } from './poster-art.ts';

test('a concert always looks the same, and others look different', () => {
  assert.deepEqual(posterArt('a', 'concert'), posterArt('a', 'concert'));
  assert.notDeepEqual(posterArt('a', 'concert'), posterArt('b', 'concert'));
});

test('every kind has stats, unknown kinds too', () => {
  for (const category of ['concert', 'musical', 'play', 'classical', 'festival', 'circus'])
    assert.ok(posterArt('x', category).shapes.length > 5, category);
});
