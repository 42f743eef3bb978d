import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmail, isPassword, nextPath } from './credentials.ts';

test('after signing in one goes on within this site, and nowhere else', () => {
  const go = (next: string) => nextPath(new URLSearchParams({ next }));
  assert.equal(go('/performances/1/seats?x=1'), '/performances/1/seats?x=1');
  for (const foreign of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
  ])
    assert.equal(go(foreign), '/', foreign);
});

test('a password has 8 to 128 characters, as the API counts them', () => {
  for (const good of ['12345678', 'x'.repeat(128), '🎫'.repeat(128)]) assert.ok(isPassword(good), good);
  for (const bad of ['', '1234567', '🎫'.repeat(7), 'x'.repeat(129)]) assert.ok(!isPassword(bad), bad);
});

test('an e-mail address has one @ and a dot after it', () => {
  assert.ok(isEmail('a@b.example'));
  for (const text of ['a', 'a@b', 'a b@c.d', '@b.c']) assert.ok(!isEmail(text), text);
});
