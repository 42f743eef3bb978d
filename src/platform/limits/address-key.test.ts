import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressKey, isLoopback } from './address-key.ts';

describe('addressKey', () => {
  it('takes an IPv4 address as it is, also inside of IPv6', () => {
    assert.equal(addressKey('192.0.2.7'), '192.0.2.7');
    assert.equal(addressKey('::ffff:192.0.2.7'), '192.0.2.7');
  });

  it('takes a network of 64 bits as one', () => {
    assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
    assert.equal(addressKey('2001:DB8:1:2::9'), '2001:db8:1:2::/64');
    assert.equal(addressKey('2001:db8::1'), '2001:db8:0:0::/64');
    assert.equal(addressKey('::1'), '0:0:0:0::/64');
    assert.equal(addressKey('fe80::1%eth0'), 'fe80:0:0:0::/64');
  });

  it('takes all who have none, having gone, as one', () => {
    assert.equal(addressKey(undefined), 'gone');
  });

  it('knows the addresses of this machine', () => {
    for (const own of ['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])
      assert.equal(isLoopback(own), true);
    for (const other of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', undefined])
      assert.equal(isLoopback(other), false);
  });
});
