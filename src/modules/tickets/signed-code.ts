import { createPublicKey, type KeyObject } from 'node:crypto';
import { fromBase32, toBase32 } from '../../kernel/base32.ts';
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyRing } from '../../platform/auth/tokens/key-ring.ts';
import { signEs256, verifyEs256 } from '../../platform/auth/tokens/signature.ts';

/**
 * What the QR of a ticket says: `1`, the key (first 48 bits of its id, 10 symbols), the performance (26), the ticket's
 * code (16), the end of the signature in epoch seconds (7), a dot, an ES256 signature (103); all in base 32, which a QR
 * code writes in its dense alphanumeric mode. A JWT of the same would need three times the modules, and a phone in a
 * dark hall reads few large ones.
 *
 * Anyone who knows the published key set can check it without asking us. The signature ends, because keys are published
 * for so long only; the code stays good, so that a printed ticket admits where the database can be asked.
 */
export type SignedCode = { readonly text: string; readonly expiresAt: number };

export type SignedCodes = {
  /** The QR text of a ticket; the same for half of the life of its signature. */
  sign(ticket: { readonly performanceId: string; readonly code: string }): Promise<SignedCode>;
  /** `unproven`: the signature has ended or its key is gone, so that the code alone counts. */
  check(text: string): Promise<'good' | 'forged' | 'unproven'>;
};

export type SignedCodesOptions = {
  readonly ring: Pick<KeyRing, 'signingKey' | 'keySet'>;
  readonly clock: Clock;
};

/** Keys are published for a day after they signed for the last time. */
const TTL_MS = 24 * 3_600_000;
/** QR texts remembered, about 0.4 kB each. */
const REMEMBERED_MAX = 10_000;
/** Not a header of any token of ours, so that a signature of one kind is none of the other. */
const CONTEXT = 'firstcome-ticket';
const KEY_AT = 1;
const EXPIRY_AT = 53;
const PAYLOAD_LENGTH = 60;

export function createSignedCodes({ ring, clock }: SignedCodesOptions): SignedCodes {
  const remembered = new BoundedMap<string, SignedCode>({ maxEntries: REMEMBERED_MAX, clock });
  const publicKeys = new BoundedMap<string, KeyObject>({ maxEntries: 32, clock });

  function publicKeyOf(prefix: string): KeyObject | undefined {
    const jwk = ring.keySet().keys.find(({ kid }) => keyPrefix(kid) === prefix);
    if (!jwk) return undefined;
    const known = publicKeys.get(jwk.kid);
    if (known) return known;
    const { kty, crv, x, y } = jwk;
    const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
    publicKeys.set(jwk.kid, key);
    return key;
  }

  return {
    async sign({ performanceId, code }) {
      const known = remembered.get(code);
      if (known && known.expiresAt - clock.now() > TTL_MS / 2) return known;
      const { kid, privateKey } = ring.signingKey();
      const expiresAt = Math.floor((clock.now() + TTL_MS) / 1_000) * 1_000;
      const payload = `1${keyPrefix(kid)}${toBase32(uuidBytes(performanceId))}${code.replaceAll('-', '')}${seconds(expiresAt)}`;
      const signature = await signEs256(`${CONTEXT}.${payload}`, privateKey);
      const signed = { text: `${payload}.${toBase32(Buffer.from(signature, 'base64url'))}`, expiresAt };
      remembered.set(code, signed, expiresAt);
      return signed;
    },
    async check(text) {
      const payload = text.slice(0, PAYLOAD_LENGTH);
      const signature = fromBase32(text.slice(PAYLOAD_LENGTH + 1));
      if (!signature) return 'forged';
      const key = publicKeyOf(payload.slice(KEY_AT, KEY_AT + 10));
      if (!key) return 'unproven';
      const encoded = Buffer.from(signature).toString('base64url');
      if (!(await verifyEs256(`${CONTEXT}.${payload}`, encoded, key))) return 'forged';
      return expiryOf(payload) > clock.now() ? 'good' : 'unproven';
    },
  };
}

/** The first 48 bits of a key's id tell the few keys of a set apart. */
function keyPrefix(kid: string): string {
  return toBase32(Buffer.from(kid, 'base64url').subarray(0, 6));
}

function uuidBytes(id: string): Uint8Array {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function seconds(ms: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(ms / 1_000);
  return toBase32(bytes);
}

function expiryOf(payload: string): number {
  const bytes = fromBase32(payload.slice(EXPIRY_AT));
  return bytes ? Buffer.from(bytes).readUInt32BE() * 1_000 : 0;
}
