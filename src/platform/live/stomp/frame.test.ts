import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { STOMP_ERRORS } from './frame.ts';

const page = readFileSync(new URL('../../../../docs/messaging.md', import.meta.url), 'utf8');

it('docs/messaging.md lists every code of an ERROR with its remedy, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (.+) \|$/gm)].map(([, code, remedy]) => [code, remedy]);
  assert.deepEqual(Object.fromEntries(rows), STOMP_ERRORS);
});
