import type { Cancel, Clock } from '../../../kernel/clock.ts';
import { every } from '../../../kernel/clock.ts';
import type { Ids } from '../../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../../kernel/lifecycle.ts';
import type { Random } from '../../../kernel/random.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import type { KeyStore } from './key-store.ts';
import { createTokenReader } from './reader.ts';
import { RememberedTokens } from './remembered-tokens.ts';
import { createTokenSigner } from './signer.ts';
import type { TokenPurpose, TokenReaderOf, TokenSigner, VerifiedToken } from './token.ts';

export type TokensOptions = {
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  /** Opens and seals the private keys. */
  readonly secretKey: string;
  /** Hears when the store could not be read in the background; the keys that are there stay in use. */
  readonly onError: (error: unknown) => void;
  /** `iss` of every token. Default `firstcome`. */
  readonly issuer?: string;
  /** Age at which a signing key is replaced. Default 30 days. */
  readonly keyMaxAgeMs?: number;
  /** How long a key is published before it signs. Default 60 s. */
  readonly keyLeadMs?: number;
  /** The longest life of a token, and so how long a retired key verifies. Default 24 h. */
  readonly maxTokenTtlMs?: number;
  /** Tokens remembered for each purpose, about 0.8 KB each. Default 100,000. */
  readonly maxRemembered?: number;
  /** Signatures, and verifications for each purpose, under way at most. Default 10,000. */
  readonly maxPending?: number;
};

export type Tokens = {
  readonly signer: TokenSigner;
  readonly readerOf: TokenReaderOf;
  readonly ring: KeyRing;
  /** How long others may cache the key set: half of the lead, so that they know a key before it signs. */
  readonly keySetMaxAgeMs: number;
  /** Start it before anything is signed; it keeps the ring in step with the store. */
  readonly lifecycle: Lifecycle;
};

const DAY_MS = 86_400_000;
const DEFAULTS = {
  issuer: 'firstcome',
  keyMaxAgeMs: 30 * DAY_MS,
  keyLeadMs: 60_000,
  maxTokenTtlMs: DAY_MS,
  maxRemembered: 100_000,
  maxPending: 10_000,
} as const;

/** Signing and verifying, with keys that rotate. */
export function createTokens(given: TokensOptions): Tokens {
  const options = { ...DEFAULTS, ...given };
  const { clock, keyLeadMs, maxTokenTtlMs } = options;
  const ring = createKeyRing({ ...options, leadMs: keyLeadMs, maxAgeMs: options.keyMaxAgeMs });
  const remember = new Map<TokenPurpose, (token: string, verified: VerifiedToken) => void>();
  return {
    signer: createTokenSigner({
      ...options,
      ring,
      maxTokenTtlMs,
      remember: (purpose, token, verified) => remember.get(purpose)?.(token, verified),
    }),
    readerOf(purpose, read) {
      if (remember.has(purpose)) throw new Error(`${purpose} tokens have a reader already`);
      const remembered = new RememberedTokens({ clock, maxEntries: options.maxRemembered, read });
      remember.set(purpose, (token, verified) => remembered.remember(token, verified));
      return createTokenReader({ ...options, purpose, ring, remembered });
    },
    ring,
    keySetMaxAgeMs: Math.floor(keyLeadMs / 2),
    lifecycle: keepRing(ring, options),
  };
}

function keepRing(
  ring: KeyRing,
  options: Pick<TokensOptions, 'clock' | 'onError'> & { readonly keyLeadMs: number },
): Lifecycle {
  // Read three times within the lead, so that a process knows the key of another before that signs.
  const intervalMs = Math.max(1_000, Math.floor(options.keyLeadMs / 3));
  let cancel: Cancel = () => {};
  return createLifecycle('tokens', {
    async start() {
      await ring.reload();
      cancel = every(options.clock, intervalMs, () => ring.reload(), options.onError, { unref: true });
    },
    stop: () => cancel(),
  });
}
