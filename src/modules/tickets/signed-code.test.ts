import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { generate } from 'lean-qr';
import { createMemoryKeyStore } from '../../../test/support/identity/memory-key-store.ts';
import { createIds } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { createTokens } from '../../platform/auth/tokens/tokens.ts';
import { SIGNED_CODE } from './model.ts';
import { createSignedCodes, type SignedCodes } from './signed-code.ts';

const TICKET = { performanceId: '019b7a52-4c00-7abc-8def-0123456789ab', code: '0123-4567-89AB-CDEF' };
const DAY_MS = 86_400_000;

let now = Date.parse('2027-03-01T10:00:00.000Z');
const clock = { now: () => now, after: () => () => undefined };

function signer(): Promise<SignedCodes> {
  const tokens = createTokens({
    store: createMemoryKeyStore(),
    clock,
    random: systemRandom,
    ids: createIds(clock, systemRandom),
    secretKey: 'a secret of tests that is long enough',
    onError: (error) => assert.fail(String(error)),
  });
  return tokens.ring.reload().then(() => createSignedCodes({ ring: tokens.ring, clock }));
}

let codes: SignedCodes;

before(async () => {
  codes = await signer();
});

test('a signed code is good, fits a QR code of 45 modules, and stays the same for hours', async () => {
  const { text, expiresAt } = await codes.sign(TICKET);
  assert.match(text, SIGNED_CODE);
  assert.equal(await codes.check(text), 'good');
  assert.equal(expiresAt, now + DAY_MS);
  assert.ok(generate(text).size <= 45, String(generate(text).size));
  now += 3_600_000;
  assert.equal((await codes.sign(TICKET)).text, text);
});

test('one that was altered anywhere is forged', async () => {
  const { text } = await codes.sign(TICKET);
  for (const at of [15, 40, 55, 61, 100, 162]) {
    const symbol = text[at] === '7' ? '8' : '7';
    const altered = text.slice(0, at) + symbol + text.slice(at + 1);
    assert.equal(await codes.check(altered), 'forged', `symbol ${at}`);
  }
  // The last symbol has bits that say nothing: another one would be another text for the same signature.
  assert.equal(await codes.check(`${text.slice(0, -1)}Z`), 'forged');
});

test('one of another key proves nothing, nor does one whose day is over', async () => {
  const { text } = await (await signer()).sign(TICKET);
  assert.equal(await codes.check(text), 'unproven');
  const own = await codes.sign(TICKET);
  now = own.expiresAt;
  assert.equal(await codes.check(own.text), 'unproven');
  const renewed = await codes.sign(TICKET);
  assert.notEqual(renewed.text, own.text);
  assert.equal(await codes.check(renewed.text), 'good');
});
