import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { RUNTIME_OPTIONS, serverOptions } from './runtime-options.mjs';

const GIB = 2 ** 30;

test('the server gets a larger young generation where there is memory for it', () => {
  assert.deepEqual(serverOptions(GIB / 2), RUNTIME_OPTIONS);
  assert.deepEqual(serverOptions(GIB), RUNTIME_OPTIONS);
  assert.deepEqual(serverOptions(2 * GIB), [...RUNTIME_OPTIONS, '--max-semi-space-size=64']);
  assert.deepEqual(serverOptions(64 * GIB), [...RUNTIME_OPTIONS, '--max-semi-space-size=64']);
});

test('Node takes these options', () => {
  const { status, stderr } = spawnSync(process.execPath, [...serverOptions(64 * GIB), '--eval', '0']);
  assert.equal(status, 0, String(stderr));
});
