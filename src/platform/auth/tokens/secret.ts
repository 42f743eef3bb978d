import { hkdfSync } from 'node:crypto';

/**
 * A key of 32 bytes for one purpose, derived from SECRET_KEY by HKDF-SHA-256 (RFC 5869), so that what
 * leaks of one purpose says nothing of another. HKDF does not stretch: SECRET_KEY must be hard to guess.
 */
export function deriveKey(secretKey: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, 'firstcome', purpose, 32));
}
