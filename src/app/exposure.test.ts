import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config/config.ts';
import { startWarnings } from './exposure.ts';

const warningsOf = (environment: Record<string, string>) => startWarnings(readConfig(environment)).length;

test('demo mode that others can reach is warned of', () => {
  for (const host of ['0.0.0.0', '::', '192.168.0.7', 'tickets.example.org'])
    assert.equal(warningsOf({ HOST: host }), 1, host);
  assert.equal(warningsOf({ TRUST_PROXY: 'loopback' }), 1, 'behind a proxy');
});

test('demo mode for this machine alone is not', () => {
  for (const host of ['127.0.0.1', 'localhost', '::1']) assert.equal(warningsOf({ HOST: host }), 0, host);
});
