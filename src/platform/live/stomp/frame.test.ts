import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { DEMO_DESTINATIONS, SESSION_DESTINATIONS } from './destinations.ts';
import { STOMP_ERRORS } from './frame.ts';

const page = readFileSync(new URL('../../../../docs/messaging.md', import.meta.url), 'utf8');

it('docs/messaging.md lists every code of an ERROR with its remedy, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (.+) \|$/gm)].map(([, code, remedy]) => [code, remedy]);
  assert.deepEqual(Object.fromEntries(rows), STOMP_ERRORS);
});

it('docs/messaging.md lists every destination, and no other', () => {
  const rows = [...page.matchAll(/^\| `(\/[^`]+)` \|/gm)].map(([, pattern]) => pattern);
  const patterns = [...SESSION_DESTINATIONS, ...DEMO_DESTINATIONS].map(({ pattern }) => pattern);
  assert.deepEqual(new Set(rows), new Set(patterns));
});
