import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '../../kernel/random.ts';
import { ticketCode } from './model.ts';

test('a ticket code has sixteen symbols in four groups and does not repeat', () => {
  const random = createSeededRandom(1);
  const codes = Array.from({ length: 1_000 }, () => ticketCode(random));
  for (const code of codes) assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  assert.equal(new Set(codes).size, codes.length);
});
