import type { Clock } from '../../../kernel/clock.ts';
import { OverloadedFault } from '../../../kernel/faults.ts';
import { refuse } from '../../../kernel/result.ts';
import type { KeyRing, RingKey } from './key-ring.ts';
import type { RememberedTokens } from './remembered-tokens.ts';
import { verifyEs256 } from './signature.ts';
import type { TokenAnswer, TokenPurpose, TokenReader, VerifiedToken } from './token.ts';
import { checkMac, kidOf, readPayload, splitToken, type TokenParts } from './token-format.ts';

export type TokenReaderOptions<T> = {
  readonly purpose: TokenPurpose;
  readonly ring: KeyRing;
  readonly remembered: RememberedTokens<T>;
  readonly clock: Clock;
  readonly issuer: string;
  /** Verifications under way at most; beyond it the reader rejects with an OverloadedFault. */
  readonly maxPending: number;
};

/** How far the clock of a process that signed may be ahead of ours. */
const CLOCK_SKEW_MS = 60_000;

const INVALID = refuse('token_invalid');
const EXPIRED = refuse('token_expired');

/**
 * Order of the checks, cheapest first: known text, shape, header, claims, then the MAC, and the signature where there
 * is none. A token that says itself that it has ended is refused as such unverified: it is refused either way.
 *
 * The MAC cannot cover the signature, which covers it. Where these claims are known under another signature, the
 * signature decides; elsewhere another signature under a good MAC says nothing that we did not say.
 */
export function createTokenReader<T>(options: TokenReaderOptions<T>): TokenReader<T> {
  const { ring, remembered, purpose } = options;
  // Requests that come at once with a token nobody has seen yet share one verification.
  const pending = new Map<string, Promise<TokenAnswer<T>>>();

  function readUnknown(token: string): TokenAnswer<T> | Promise<TokenAnswer<T>> {
    const parts = splitToken(token);
    if (!parts) return INVALID;
    const key = ring.keyOfHeader(parts.header, purpose);
    if (key) return verifyWith(key, token, parts);
    return kidOf(parts.header, purpose) === undefined ? INVALID : retryWithNewKeys(token, parts);
  }

  /** Another process may have rotated: the store is asked, which the ring does at a bounded rate. */
  async function retryWithNewKeys(token: string, parts: TokenParts): Promise<TokenAnswer<T>> {
    await ring.lookForNewKeys();
    const key = ring.keyOfHeader(parts.header, purpose);
    return key ? verifyWith(key, token, parts) : INVALID;
  }

  function verifyWith(
    key: RingKey,
    token: string,
    parts: TokenParts,
  ): TokenAnswer<T> | Promise<TokenAnswer<T>> {
    const found = readPayload(parts.payload, { issuer: options.issuer, purpose });
    const now = options.clock.now();
    if (!found || found.issuedAt > now + CLOCK_SKEW_MS) return INVALID;
    if (found.expiresAt <= now) return EXPIRED;
    const hasMac = checkMac(parts, purpose, key);
    if (hasMac === false) return INVALID;
    if (hasMac && !remembered.knows(token)) return remembered.remember(token, found) ?? INVALID;
    return pending.get(token) ?? checkSignature(key, token, parts, found);
  }

  function checkSignature(
    key: RingKey,
    token: string,
    parts: TokenParts,
    found: VerifiedToken,
  ): Promise<TokenAnswer<T>> {
    if (pending.size >= options.maxPending) {
      const fault = new OverloadedFault('too many tokens to verify', { retryAfterMs: 1000 });
      return Promise.reject(fault);
    }
    const check = async (): Promise<TokenAnswer<T>> => {
      try {
        const input = `${parts.header}.${parts.payload}`;
        const isGood = await verifyEs256(input, parts.signature, key.publicKey);
        return (isGood && remembered.remember(token, found)) || INVALID;
      } finally {
        pending.delete(token);
      }
    };
    const promise = check();
    pending.set(token, promise);
    return promise;
  }

  return (token) => remembered.get(token) ?? readUnknown(token);
}
