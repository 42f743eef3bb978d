import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback } from './loopback.ts';

test('loopback is localhost, 127.0.0.0/8 and ::1, and no name that only begins so', () => {
  for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])
    assert.equal(isLoopback(host), true, host);
  for (const host of ['0.0.0.0', '::', '192.168.0.7', 'localhost.example.org', '127.0.0.1.example.org', ''])
    assert.equal(isLoopback(host), false, host);
});
