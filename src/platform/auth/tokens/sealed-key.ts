import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto';
import { Fault } from '../../../kernel/faults.ts';
import type { Random } from '../../../kernel/random.ts';

/**
 * Private keys at rest: AES-256-GCM (NIST SP 800-38D) under a key that scrypt (RFC 7914) stretches from
 * SECRET_KEY with a salt of its own, so that a stolen database alone does not yield them. The key's id is
 * authenticated along, so that nobody swaps one sealed key for another.
 *
 * Layout: version (1) | salt (16) | nonce (12) | tag (16) | sealed PKCS #8.
 */
const VERSION = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + SALT_BYTES + NONCE_BYTES + TAG_BYTES;
/** 16 MiB and some 40 ms: paid once for each key that a process loads. */
const SCRYPT = { N: 16_384, r: 8, p: 1 } as const;

export async function sealPrivateKey(
  pkcs8: Buffer,
  kid: string,
  options: { readonly secretKey: string; readonly random: Random },
): Promise<Buffer> {
  const salt = Buffer.from(options.random.bytes(SALT_BYTES));
  const nonce = Buffer.from(options.random.bytes(NONCE_BYTES));
  const cipher = createCipheriv('aes-256-gcm', await stretch(options.secretKey, salt), nonce);
  cipher.setAAD(Buffer.from(kid));
  const sealed = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), salt, nonce, cipher.getAuthTag(), sealed]);
}

/**
 * @throws Fault `signing_key_sealed` when SECRET_KEY is not the one that sealed it, or the bytes were
 *   changed: the two cannot be told apart
 */
export async function openPrivateKey(sealed: Buffer, kid: string, secretKey: string): Promise<Buffer> {
  if (sealed.length <= HEAD_BYTES || sealed[0] !== VERSION) throw cannotOpen(kid);
  const salt = sealed.subarray(1, 1 + SALT_BYTES);
  const nonce = sealed.subarray(1 + SALT_BYTES, 1 + SALT_BYTES + NONCE_BYTES);
  const tag = sealed.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', await stretch(secretKey, salt), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(kid));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]);
  } catch (cause) {
    throw cannotOpen(kid, cause);
  }
}

function cannotOpen(kid: string, cause?: unknown): Fault {
  return new Fault(
    'signing_key_sealed',
    `SECRET_KEY does not open signing key ${kid}: set the SECRET_KEY that this database was used with, or delete the rows of signing_key, which logs everyone out.`,
    { retryable: false, cause },
  );
}

function stretch(secretKey: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secretKey, salt, 32, SCRYPT, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
