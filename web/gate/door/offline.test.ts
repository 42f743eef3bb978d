import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { OfflineList } from './offline-list.ts';
import { PENDING_MAX, PendingScans } from './pending-scans.ts';
import { hashOf, importKeys, type Keys, performanceInCode, readCode, toBase32 } from './signed-code.ts';

const HERE = '019b7a52-4c00-7abc-8def-0123456789ab';
const ELSEWHERE = '019b7a52-4c00-7abc-8def-0123456789ac';
const NOW = Date.parse('2027-03-01T19:00:00.000Z');

let keys: Keys;
let sign: (code: string, options?: { performance?: string; expiresAt?: number }) => Promise<string>;

before(async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const kid = Buffer.alloc(32, 7);
  const named = { kid: kid.toString('base64url'), kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '' };
  keys = await importKeys([named]);
  sign = async (code, { performance = HERE, expiresAt = NOW + 60_000 } = {}) => {
    const end = Buffer.alloc(4);
    end.writeUInt32BE(expiresAt / 1_000);
    const head = `1${toBase32(kid.subarray(0, 6))}${performanceInCode(performance)}`;
    const payload = `${head}${code.replaceAll('-', '')}${toBase32(end)}`;
    const said = new TextEncoder().encode(`firstcome-ticket.${payload}`);
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, said);
    return `${payload}.${toBase32(new Uint8Array(signature))}`;
  };
});

const CODES = {
  valid: '0000-0000-0000-0001',
  used: '0000-0000-0000-0002',
  void: '0000-0000-0000-0003',
} as const;

async function list(): Promise<OfflineList> {
  const tickets = Object.entries(CODES).map(async ([state, code], number) => ({
    codeHash: await hashOf(code),
    section: 'A',
    row: '1',
    number,
    state: state as 'valid' | 'used' | 'void',
  }));
  const takenAt = new Date(NOW).toISOString();
  const rows = await Promise.all(tickets);
  return new OfflineList({ performanceId: HERE, version: 1, takenAt, isComplete: true, tickets: rows }, keys);
}

async function verdict(text: string, letIn: ReadonlySet<string> = new Set()): Promise<string> {
  const read = readCode(text);
  if (!read) return 'unreadable';
  return (await (await list()).judge(read, letIn, NOW)).kind;
}

describe('a door without network', () => {
  test('goes by its list: typed and scanned codes alike', async () => {
    assert.equal(await verdict(CODES.valid), 'in');
    assert.equal(await verdict(' oooo 0000 oooo oool'), 'in');
    assert.equal(await verdict(await sign(CODES.valid)), 'in');
    assert.equal(await verdict(CODES.used), 'used');
    assert.equal(await verdict(CODES.valid, new Set([await hashOf(CODES.valid)])), 'used');
    assert.equal(await verdict('ZZZZ-ZZZZ-ZZZZ-ZZZZ'), 'unknown');
    assert.equal(await verdict('hello'), 'unreadable');
  });

  test('says that a ticket is void before it says that it was used', async () => {
    assert.equal(await verdict(CODES.void, new Set([await hashOf(CODES.void)])), 'void');
  });

  test('believes the signature of a ticket that was sold after its list, for as long as it lasts', async () => {
    const code = '7777-7777-7777-7777';
    assert.equal(await verdict(await sign(code)), 'in');
    assert.equal(await verdict(code), 'unknown');
    assert.equal(await verdict(await sign(code, { expiresAt: NOW })), 'unknown');
    assert.equal(await verdict(await sign(code, { performance: ELSEWHERE })), 'other');
  });

  test('refuses a code that was altered, also one that is on its list', async () => {
    const good = await sign('7777-7777-7777-7777');
    const altered = good.slice(0, 37) + CODES.valid.replaceAll('-', '') + good.slice(53);
    assert.equal(await verdict(altered), 'invalid');
  });
});

test('scans that wait to be sent outlive the page, belong to one door, and are bounded', () => {
  const kept = new Map<string, string>();
  const storage = {
    read: (key: string) => kept.get(key) ?? null,
    write: (key: string, value: string) => void kept.set(key, value),
    forget: (key: string) => void kept.delete(key),
  };
  const scans = new PendingScans('north', storage);
  const scanOf = (id: number) => ({ id: String(id), code: 'x', at: 'now' });
  for (let id = 0; id < PENDING_MAX; id++) assert.ok(scans.add(scanOf(id)));
  assert.equal(scans.add(scanOf(PENDING_MAX)), false);
  assert.equal(new PendingScans('north', storage).all.length, PENDING_MAX);
  assert.equal(new PendingScans('south', storage).all.length, 0);
  scans.settle(new Set(scans.all.map(({ id }) => id)));
  assert.deepEqual([...kept], []);
  kept.set('firstcome.gate.north', '{"broken":');
  assert.deepEqual(new PendingScans('north', storage).all, []);
});
