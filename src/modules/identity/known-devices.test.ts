import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemRandom } from '../../kernel/random.ts';
import { createKnownDevices } from './known-devices.ts';

const KEY = Buffer.alloc(32, 7);
const OWNER = 'owner@example.org';
const devices = createKnownDevices(KEY, systemRandom);

describe('known devices', () => {
  it('recognise the account that logged in there, and no other', () => {
    const token = devices.remember(undefined, OWNER);
    assert.ok(devices.recognise(token, OWNER));
    assert.equal(devices.recognise(token, 'other@example.org'), undefined);
    assert.equal(devices.recognise(undefined, OWNER), undefined);
  });

  it('keep several accounts under one id, the newest eight', () => {
    const emails = Array.from({ length: 9 }, (_, index) => `person-${index}@example.org`);
    let token: string | undefined;
    for (const email of emails) token = devices.remember(token, email);
    const ids = emails.map((email) => devices.recognise(token, email));
    assert.equal(ids[0], undefined);
    assert.equal(new Set(ids.slice(1)).size, 1);
    assert.equal(
      devices.remember(token, 'person-5@example.org').length,
      token?.length,
      'nobody stands twice',
    );
  });

  it('take nothing that they did not make', () => {
    const token = devices.remember(undefined, OWNER);
    const other = createKnownDevices(Buffer.alloc(32, 8), systemRandom);
    assert.equal(other.recognise(token, OWNER), undefined, 'another secret');
    const bytes = Buffer.from(token, 'base64url');
    for (const index of [0, 15, 16, 31]) {
      const forged = Buffer.from(bytes);
      forged[index]! ^= 1;
      assert.equal(devices.recognise(forged.toString('base64url'), OWNER), undefined);
    }
    for (const text of ['', 'x', 'x'.repeat(43), 'x'.repeat(4_000)])
      assert.equal(devices.recognise(text, OWNER), undefined);
  });
});
