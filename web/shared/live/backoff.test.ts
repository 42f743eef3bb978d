import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from './backoff.ts';

test('pauses grow, are spread, and stay below 20 s', () => {
  for (let attempt = 0; attempt < 40; attempt++) {
    assert.ok(backoffMs(attempt, 0) > 0);
    assert.ok(backoffMs(attempt, 1) <= 20_000);
    assert.ok(backoffMs(attempt + 1, 0.5) >= backoffMs(attempt, 0.5));
  }
});
