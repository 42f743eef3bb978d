import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { Fault } from '../../../kernel/faults.ts';
import type { Random } from '../../../kernel/random.ts';
import type { KeyTimes } from './key-schedule.ts';
import type { PublicJwk, StoredKey } from './key-store.ts';
import { openPrivateKey, sealPrivateKey } from './sealed-key.ts';
import { deriveKey } from './secret.ts';
import type { TokenPurpose } from './token.ts';
import { headerBeginning, headerSegment } from './token-format.ts';

/** A signing key ready for use. Times are epoch ms. */
export type RingKey = KeyTimes & {
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Makes the MACs of its tokens; every process of ours derives it from SECRET_KEY. */
  readonly macKey: KeyObject;
  /** What the first segment of the tokens that it signs begins with, by purpose. */
  readonly beginnings: Readonly<Record<TokenPurpose, string>>;
  /** The first segment of its tokens without a MAC, by purpose. */
  readonly headers: Readonly<Record<TokenPurpose, string>>;
};

const generate = promisify(generateKeyPair);

/** A new key with its private part sealed; its times are the caller's affair. */
export async function createSealedKey(options: {
  readonly secretKey: string;
  readonly random: Random;
}): Promise<Pick<StoredKey, 'kid' | 'publicJwk' | 'privateSealed'>> {
  const { privateKey, publicKey } = await generate('ec', { namedCurve: 'P-256' });
  const publicJwk = toPublicJwk(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  return { kid, publicJwk, privateSealed: await sealPrivateKey(pkcs8, kid, options) };
}

/**
 * Opens a stored key. The public part is derived from the private one and the id from that: who can write
 * to the database but has no SECRET_KEY cannot slip in a key of his own.
 * @throws Fault `signing_key_sealed` when SECRET_KEY does not open it or the id is not that of the key
 */
export async function openStoredKey(stored: StoredKey, secretKey: string): Promise<RingKey> {
  const pkcs8 = await openPrivateKey(stored.privateSealed, stored.kid, secretKey);
  const privateKey = createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' });
  const publicKey = createPublicKey(privateKey);
  const publicJwk = toPublicJwk(publicKey);
  if ((await calculateJwkThumbprint(publicJwk)) !== stored.kid)
    throw new Fault('signing_key_sealed', `signing key ${stored.kid} is another than its id says`);
  const { kid } = stored;
  return {
    kid,
    publicJwk,
    privateKey,
    publicKey,
    macKey: createSecretKey(deriveKey(secretKey, `token mac ${kid}`)),
    beginnings: { access: headerBeginning(kid, 'access'), pass: headerBeginning(kid, 'pass') },
    headers: { access: headerSegment(kid, 'access'), pass: headerSegment(kid, 'pass') },
    ...timesOf(stored),
  };
}

/** A key of the ring with the times that the store has now. */
export function withTimes(key: RingKey, stored: StoredKey): RingKey {
  return { ...key, ...timesOf(stored) };
}

function timesOf(stored: StoredKey): KeyTimes {
  const { signsFrom, verifiesUntil } = stored;
  return verifiesUntil === undefined ? { signsFrom } : { signsFrom, verifiesUntil };
}

function toPublicJwk(publicKey: KeyObject): PublicJwk {
  const { x, y } = publicKey.export({ format: 'jwk' });
  if (x === undefined || y === undefined) throw new TypeError('not a key on a curve');
  return { kty: 'EC', crv: 'P-256', x, y };
}
