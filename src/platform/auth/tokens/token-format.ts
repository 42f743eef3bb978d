import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { TokenPurpose, VerifiedToken } from './token.ts';

/**
 * The JWS compact form (RFC 7515) of our tokens. We are the only ones who sign them, so a header is not
 * interpreted but compared: a token is of a key and a purpose if its first segment is, to the letter, what
 * that key writes for that purpose, or begins so and ends with a MAC. There is no `alg` to believe, no `jku` to follow, no `crit` to miss.
 */
const TYP: Readonly<Record<TokenPurpose, string>> = { access: 'access+jwt', pass: 'pass+jwt' };

export const TOKEN_PURPOSES: readonly TokenPurpose[] = ['access', 'pass'];

/** Longer texts are no token of ours, whatever they hold. */
const TOKEN_LENGTH_MAX = 4096;
/** Three segments in the alphabet of base64url; an ES256 signature has 64 bytes, 86 characters. */
const SHAPE = /^([\w-]+)\.([\w-]+)\.([\w-]{86})$/;

/** Names that the signer sets (RFC 7519, section 4.1); nobody else may. */
export const REGISTERED_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
]);

export type TokenParts = {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
};

/** The first segment of a token of this key and purpose that has no MAC. */
export function headerSegment(kid: string, purpose: TokenPurpose): string {
  return encodeSegment(JSON.stringify({ alg: 'ES256', typ: TYP[purpose], kid }));
}

/**
 * What the first segment of every token begins with that this key signs for this purpose; `macEnding` is the rest.
 * Spaces fill it up to whole groups of three bytes, so that text before and after can be encoded apart.
 */
export function headerBeginning(kid: string, purpose: TokenPurpose): string {
  const text = `{"alg":"ES256","typ":"${TYP[purpose]}","kid":"${kid}","mac":`;
  return encodeSegment(`${text}${' '.repeat((2 - (text.length % 3) + 3) % 3)}"`);
}

/** Of 43 characters of the MAC and two that end the header. */
const MAC_ENDING_LENGTH = 60;

/**
 * The MAC of a token (HMAC-SHA-256, RFC 2104), in its header: anyone who has the key of the MAC knows in some
 * microseconds that we issued these claims for this purpose. Others ignore it and check the signature, which covers it.
 */
export function macEnding(macKey: KeyObject, purpose: TokenPurpose, payload: string): string {
  const mac = createHmac('sha256', macKey).update(`${purpose}.${payload}`, 'latin1').digest('base64url');
  return encodeSegment(`${mac}"}`);
}

/** @returns undefined when the header has no MAC, else whether it is that of the payload */
export function checkMac(
  { header, payload }: TokenParts,
  purpose: TokenPurpose,
  key: { readonly macKey: KeyObject; readonly beginnings: Readonly<Record<TokenPurpose, string>> },
): boolean | undefined {
  const beginning = key.beginnings[purpose];
  if (!header.startsWith(beginning)) return undefined;
  const expected = Buffer.from(macEnding(key.macKey, purpose, payload), 'latin1');
  const given = Buffer.from(header.slice(beginning.length), 'latin1');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The part of a header that tells the key: all of it, or what stands before the MAC. */
export function keyPartOf(header: string): string {
  return header.length > MAC_ENDING_LENGTH ? header.slice(0, -MAC_ENDING_LENGTH) : header;
}

export function encodeSegment(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

/** @returns undefined when the text cannot be a token of ours */
export function splitToken(token: string): TokenParts | undefined {
  if (token.length > TOKEN_LENGTH_MAX) return undefined;
  const found = SHAPE.exec(token);
  return found ? { header: found[1]!, payload: found[2]!, signature: found[3]! } : undefined;
}

/** The key that a header speaks of, where it otherwise is one of ours: to tell a new key from nonsense. */
export function kidOf(header: string, purpose: TokenPurpose): string | undefined {
  const kid = parseObject(header)?.['kid'];
  if (typeof kid !== 'string') return undefined;
  const isOurs =
    headerSegment(kid, purpose) === header || headerBeginning(kid, purpose) === keyPartOf(header);
  return isOurs ? kid : undefined;
}

/** NumericDate (RFC 7519, section 2) in milliseconds: a number of seconds may have decimals. */
export function toNumericDate(ms: number): number {
  return ms / 1000;
}

/**
 * What a payload says, once its signature is known to be good or about to be checked.
 * @returns undefined unless every registered claim is there, of its type, and issuer and audience are right
 */
export function readPayload(
  payload: string,
  expected: { readonly issuer: string; readonly purpose: TokenPurpose },
): VerifiedToken | undefined {
  const claims = parseObject(payload);
  if (claims?.['iss'] !== expected.issuer || claims['aud'] !== expected.purpose) return undefined;
  const { iss: _, aud: __, nbf: ___, sub, jti, iat, exp, ...own } = claims;
  if (typeof sub !== 'string' || typeof jti !== 'string') return undefined;
  if (typeof iat !== 'number' || typeof exp !== 'number') return undefined;
  return {
    subject: sub,
    issuedAt: Math.round(iat * 1000),
    expiresAt: Math.round(exp * 1000),
    claims: own,
  };
}

function parseObject(segment: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
