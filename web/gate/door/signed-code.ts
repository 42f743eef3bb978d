/** Crockford's base 32. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code as it was scanned or typed, read as the API reads it. */
export type ReadCode = {
  /** In groups of four. */
  readonly code: string;
  /** What a scanned one says besides. */
  readonly signed?: {
    readonly text: string;
    /** Of the performance, in base 32. */
    readonly performance: string;
    readonly keyPrefix: string;
    /** Epoch ms: how long the signature proves something. */
    readonly expiresAt: number;
  };
};

const SIGNED = /^1[0-9A-HJKMNP-TV-Z]{59}\.[0-9A-HJKMNP-TV-Z]{103}$/;
const TYPED = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const PAYLOAD_LENGTH = 60;

/** @returns undefined for what cannot be a ticket's code */
export function readCode(given: string): ReadCode | undefined {
  const text = given.trim();
  if (SIGNED.test(text)) {
    return {
      code: inGroups(text.slice(37, 53)),
      signed: {
        text,
        keyPrefix: text.slice(1, 11),
        performance: text.slice(11, 37),
        expiresAt: numberOf(text.slice(53, PAYLOAD_LENGTH)) * 1_000,
      },
    };
  }
  const typed = tidy(given);
  return TYPED.test(typed) ? { code: inGroups(typed) } : undefined;
}

/** Lower case, blanks, dashes, O for 0, I and L for 1. */
function tidy(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

function inGroups(text: string): string {
  return (text.match(/.{1,4}/g) ?? []).join('-');
}

/** Seven symbols hold the 32 bits and three that say nothing. */
function numberOf(text: string): number {
  return Array.from(text).reduce((sum, symbol) => sum * 32 + SYMBOLS.indexOf(symbol), 0) / 8;
}

export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += SYMBOLS[(held >>> (bits - 5)) & 31] ?? '';
  }
  return bits === 0 ? text : text + (SYMBOLS[(held << (5 - bits)) & 31] ?? '');
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let length = 0;
  for (const symbol of text) {
    held = ((held << 5) | SYMBOLS.indexOf(symbol)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = held >>> bits;
    }
  }
  return bytes;
}

/** The same id as a QR code writes it. */
export function performanceInCode(id: string): string {
  const pairs = id.replaceAll('-', '').match(/../g) ?? [];
  return toBase32(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)));
}

export type PublicKey = {
  readonly kid: string;
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
};

/** The published keys, ready to check signatures without network. */
export type Keys = ReadonlyMap<string, CryptoKey>;

export async function importKeys(keys: readonly PublicKey[]): Promise<Keys> {
  const entries = keys.map(async ({ kid, kty, crv, x, y }) => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify']);
    const bytes = Uint8Array.from(atob(kid.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    return [toBase32(bytes.subarray(0, 6)), key] as const;
  });
  return new Map(await Promise.all(entries));
}

/** `unproven`: its key is not among them, or its time is over. */
export async function checkSignature(
  { text, keyPrefix, expiresAt }: NonNullable<ReadCode['signed']>,
  keys: Keys,
  now: number,
): Promise<'good' | 'forged' | 'unproven'> {
  const key = keys.get(keyPrefix);
  if (!key) return 'unproven';
  const said = new TextEncoder().encode(`firstcome-ticket.${text.slice(0, PAYLOAD_LENGTH)}`);
  const signature = fromBase32(text.slice(PAYLOAD_LENGTH + 1));
  const isGood = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, said);
  if (!isGood) return 'forged';
  return expiresAt > now ? 'good' : 'unproven';
}

/** SHA-256 in base64url, as the list for doors has it. */
export async function hashOf(code: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code));
  const text = String.fromCharCode(...new Uint8Array(digest));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
