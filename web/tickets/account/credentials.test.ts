import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmail, nextPath } from './credentials.ts';

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

test('an e-mail address has one @ and a dot after it', () => {
  assert.ok(isEmail('a@b.example'));
  for (const text of ['a', 'a@b', 'a b@c.d', '@b.c']) assert.ok(!isEmail(text), text);
});
