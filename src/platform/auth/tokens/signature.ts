import { type KeyObject, sign, verify } from 'node:crypto';

/** ES256 (RFC 7518, section 3.4) in the thread pool, by figures: docs/decisions/001-verify-tokens-in-the-thread-pool.md. */
const ENCODING = 'ieee-p1363';

export function signEs256(input: string, privateKey: KeyObject): Promise<string> {
  return new Promise((resolve, reject) => {
    const key = { key: privateKey, dsaEncoding: ENCODING } as const;
    sign('sha256', Buffer.from(input, 'latin1'), key, (error, signature) =>
      error ? reject(error) : resolve(signature.toString('base64url')),
    );
  });
}

/** `input` and `signature` are base64url text whose alphabet has been checked. */
export function verifyEs256(input: string, signature: string, publicKey: KeyObject): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const key = { key: publicKey, dsaEncoding: ENCODING } as const;
    const bytes = Buffer.from(signature, 'base64url');
    verify('sha256', Buffer.from(input, 'latin1'), key, bytes, (error, isGood) =>
      error ? reject(error) : resolve(isGood),
    );
  });
}
