import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase32, inGroups, tidyBase32, toBase32 } from './base32.ts';

test('bytes come back from their text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      assert.deepEqual(fromBase32(toBase32(bytes)), bytes);
    }),
  );
});

test('a text that no bytes make is refused', () => {
  for (const text of ['U', 'ab', '01', '0', '00000000U']) assert.equal(fromBase32(text), undefined, text);
  assert.deepEqual(fromBase32('00'), new Uint8Array(1));
});

test('what people type is put right', () => {
  assert.equal(tidyBase32(' o1-iL‐ab '), '0111AB');
  assert.equal(inGroups('0123456789'), '0123-4567-89');
});
