import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Makes tokens that we would not: for tests that they are refused. */

export type Claims = Readonly<Record<string, unknown>>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decodeSegment(segment: string): Claims {
  return JSON.parse(Buffer.from(segment, 'base64url').toString('utf8')) as Claims;
}

/** Header and claims of a token. */
export function decodeToken(token: string): { readonly header: Claims; readonly claims: Claims } {
  const [header = '', claims = ''] = token.split('.');
  return { header: decodeSegment(header), claims: decodeSegment(claims) };
}

export function signEs256With(privateKey: KeyObject, header: Claims, claims: Claims): string {
  return signSegments(privateKey, encode(header), encode(claims));
}

/** Signs segments as they stand, to the letter. */
export function signSegments(privateKey: KeyObject, header: string, payload: string): string {
  const input = `${header}.${payload}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

function signHs256With(secret: string | Buffer, header: Claims, claims: Claims): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

export function unsigned(header: Claims, claims: Claims): string {
  return `${encode(header)}.${encode(claims)}.`;
}

/** The token as somebody would write it who has the private key and knows of no MAC. */
export function withoutMac(privateKey: KeyObject, token: string): string {
  const { header, claims } = decodeToken(token);
  const { mac: _, ...bare } = header;
  return signEs256With(privateKey, bare, claims);
}

/** The token with the same claims, signed with a key of the forger's own, who cannot make a MAC. */
export function signedWithAnotherKey(token: string): string {
  return withoutMac(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, token);
}

/** The same claims under HS256, with a secret that the forger thinks we might verify with. */
export function signedWithHs256(token: string, secret: string | Buffer): string {
  const { header, claims } = decodeToken(token);
  return signHs256With(secret, { ...header, alg: 'HS256' }, claims);
}

/** Other claims under the signature of a good token. */
export function withClaims(token: string, change: Claims): string {
  const [header = '', , signature = ''] = token.split('.');
  return `${header}.${encode({ ...decodeToken(token).claims, ...change })}.${signature}`;
}
