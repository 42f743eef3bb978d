import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressList } from './address-list.ts';

test('addresses, networks and named ranges contain what they say, and nothing else', () => {
  const contains = addressList(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', 'loopback']);
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', 'fd00::1', '127.0.0.9', '::1'])
    assert.ok(contains(address), address);
  for (const address of ['11.0.0.1', '192.0.2.8', 'fe80::1', '', 'localhost', '10.0.0', 'unknown'])
    assert.equal(contains(address), false, address);
  assert.equal(addressList([])('127.0.0.1'), false);
});
