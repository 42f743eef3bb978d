import { argon2, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../kernel/random.ts';
import { createWorkGate } from './work-gate.ts';

/**
 * argon2id (RFC 9106), kept as PHC strings:
 * `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, base64 without padding.
 *
 * One hash takes some 25 to 50 ms of one core, by design. It runs in libuv's thread pool, which has four
 * threads unless told otherwise and also signs and verifies tokens: at most two hashes run at once, so that
 * a storm of log-ins slows log-ins and nothing else.
 */
export type PasswordOptions = {
  readonly random: Random;
  /** Default 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet, 2026. */
  readonly memoryKib?: number;
  readonly passes?: number;
  /** Hashes computed at once. Default 2. */
  readonly maxRunning?: number;
  /** Hashes that may wait; beyond it an OverloadedFault. Default 256, some five seconds. */
  readonly maxWaiting?: number;
};

export type Passwords = {
  hash(password: string): Promise<string>;
  /** Takes as long without a hash to compare with, as when nobody has that address; then false. */
  verify(password: string, phc: string | undefined): Promise<boolean>;
  /** Whether a hash was made with weaker parameters than today's. */
  needsRehash(phc: string): boolean;
};

type Parameters = { readonly memoryKib: number; readonly passes: number; readonly lanes: number };

type PhcParts = Parameters & { readonly salt: Buffer; readonly hash: Buffer };

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const TYPICAL_MS = 40;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z\d+/]+)\$([A-Za-z\d+/]+)$/;

export function createPasswords(options: PasswordOptions): Passwords {
  const { random, maxRunning = 2, maxWaiting = 256 } = options;
  const current: Parameters = {
    memoryKib: options.memoryKib ?? 19_456,
    passes: options.passes ?? 2,
    lanes: 1,
  };
  const gate = createWorkGate({ maxRunning, maxWaiting, typicalMs: TYPICAL_MS });
  // Compared with when there is no account; nobody knows a password for it, for there is none.
  const nobody: PhcParts = {
    ...current,
    salt: Buffer.from(random.bytes(SALT_BYTES)),
    hash: Buffer.from(random.bytes(HASH_BYTES)),
  };
  return {
    async hash(password) {
      const salt = Buffer.from(random.bytes(SALT_BYTES));
      const hash = await gate(() => derive(password, salt, current, HASH_BYTES));
      return formatPhc({ ...current, salt, hash });
    },
    async verify(password, phc) {
      const expected = phc === undefined ? nobody : parsePhc(phc);
      const { salt, hash } = expected;
      const actual = await gate(() => derive(password, salt, expected, hash.length));
      return timingSafeEqual(actual, hash) && phc !== undefined;
    },
    needsRehash(phc) {
      const { memoryKib, passes, lanes } = parsePhc(phc);
      return memoryKib < current.memoryKib || passes < current.passes || lanes < current.lanes;
    },
  };
}

function derive(password: string, salt: Buffer, parameters: Parameters, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const input = {
      // One password however the keyboard composes its characters (NIST SP 800-63B, section 5.1.1.2).
      message: password.normalize('NFKC'),
      nonce: salt,
      parallelism: parameters.lanes,
      tagLength: bytes,
      memory: parameters.memoryKib,
      passes: parameters.passes,
    };
    argon2('argon2id', input, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

function formatPhc(parts: PhcParts): string {
  const { memoryKib, passes, lanes, salt, hash } = parts;
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** @throws Error on anything but what `formatPhc` writes: the database holds nothing else */
function parsePhc(phc: string): PhcParts {
  const found = PHC.exec(phc);
  if (!found) throw new Error('a stored password hash is not in PHC form');
  const [, memoryKib, passes, lanes, salt, hash] = found;
  return {
    memoryKib: Number(memoryKib),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt!, 'base64'),
    hash: Buffer.from(hash!, 'base64'),
  };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
