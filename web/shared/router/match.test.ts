import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillPath, match } from './match.ts';

test('a pattern names the parts of an address', () => {
  assert.deepEqual(match('/concerts/:id/seats', '/concerts/a%20b/seats'), { id: 'a b' });
  assert.deepEqual(match('/tickets', '/tickets/'), {});
  assert.deepEqual(match('/', '/'), {});
});

test('another address does not fit', () => {
  for (const path of ['/', '/concerts', '/concerts/', '/concerts/1/seats', '/tickets/1'])
    assert.equal(match('/concerts/:id', path), undefined, path);
});

test('what is no valid coding stays as it is', () => {
  assert.deepEqual(match('/:id', '/%zz'), { id: '%zz' });
});

test('an address is made of its pattern', () => {
  assert.equal(fillPath('/concerts/:id/seats', { id: 'a b' }), '/concerts/a%20b/seats');
});
