import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pixelsFor } from './watch-pixels.ts';

describe('the pixels of a canvas', () => {
  test('are those of the screen, as the browser counts them', () => {
    const told = { width: 1_042, height: 760 };
    assert.deepEqual(pixelsFor({ width: 834, height: 608 }, 1.25, told), told);
    assert.deepEqual(pixelsFor({ width: 834, height: 608 }, 1.25), { width: 1_043, height: 760 });
  });

  test('are counted here where the browser counts those of another screen', () => {
    const told = { width: 390, height: 298 };
    assert.deepEqual(pixelsFor({ width: 390, height: 298 }, 3, told), { width: 1_170, height: 894 });
  });

  test('are no more than two for one where the map is large', () => {
    assert.deepEqual(pixelsFor({ width: 1_000, height: 800 }, 3), { width: 2_000, height: 1_600 });
  });
});
