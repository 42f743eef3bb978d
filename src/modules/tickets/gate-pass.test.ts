import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGatePasses, gatePassHash } from './gate-pass.ts';

const passes = createGatePasses('a secret');

test('a pass follows from the gate and the secret, and is found however it is typed', () => {
  const pass = passes.of('one');
  assert.match(pass, /^GATE(-[0-9A-HJKMNP-TV-Z]{4}){5}$/);
  assert.equal(passes.of('one'), pass);
  assert.notEqual(passes.of('other'), pass);
  assert.notEqual(createGatePasses('another secret').of('one'), pass);
  const typed = pass.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
  assert.deepEqual(gatePassHash(typed), gatePassHash(pass));
});

test('a text that is no pass has no hash', () => {
  for (const text of ['', 'GATE', '0123-4567-89AB-CDEF', `${passes.of('one')}A`])
    assert.equal(gatePassHash(text), undefined, text);
});
