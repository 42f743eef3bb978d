import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyRoleChange, decideRefresh, normalizeEmail } from './model.ts';

describe('roles', () => {
  it('are kept in one order', () => {
    const roles = applyRoleChange(['member', 'driver'], { role: 'seller', action: 'grant' });
    assert.deepEqual(roles, ['member', 'seller', 'driver']);
  });

  it('are taken away one by one', () => {
    const roles = applyRoleChange(['member', 'seller', 'driver'], { role: 'seller', action: 'revoke' });
    assert.deepEqual(roles, ['member', 'driver']);
  });

  it('are not changed by what is so already', () => {
    assert.equal(applyRoleChange(['member', 'seller'], { role: 'seller', action: 'grant' }), undefined);
    assert.equal(applyRoleChange(['member'], { role: 'seller', action: 'revoke' }), undefined);
  });
});

describe('a refresh token', () => {
  const session = { generation: 5, rotatedAt: 1_000, expiresAt: 100_000 };
  const decide = (presented: number, now: number, change = {}) =>
    decideRefresh({ ...session, ...change }, presented, now, 10_000);

  it('rotates while it is the current one', () => {
    assert.equal(decide(5, 1_000), 'rotate');
    assert.equal(decide(5, 99_999), 'rotate');
  });

  it('repeats the answer that was lost, within the grace', () => {
    assert.equal(decide(4, 1_000), 'repeat');
    assert.equal(decide(4, 10_999), 'repeat');
    assert.equal(decide(4, 11_000), 'reuse');
  });

  it('gives itself away as stolen when it is older', () => {
    assert.equal(decide(3, 1_000), 'reuse');
    assert.equal(decide(0, 1_000), 'reuse');
  });

  it('is worth nothing once the session has ended', () => {
    assert.equal(decide(5, 100_000), 'ended');
    assert.equal(decide(5, 2_000, { revokedAt: 1_500 }), 'ended');
    assert.equal(decide(3, 2_000, { revokedAt: 1_500 }), 'ended');
  });
});

it('an address has one spelling', () => {
  assert.equal(normalizeEmail('Minji@Example.ORG'), 'minji@example.org');
});
