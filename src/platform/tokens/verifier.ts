import type { Clock } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import { type Ok, ok, refuse } from '../../kernel/result.ts';
import type { KeyRing, RingKey } from './key-ring.ts';
import type { RememberedTokens } from './remembered-tokens.ts';
import { verifyEs256 } from './signature.ts';
import type { TokenAnswer, TokenPurpose, TokenVerifier, VerifiedToken } from './token.ts';
import { kidOf, readPayload, splitToken, type TokenParts } from './token-format.ts';

export type TokenVerifierOptions = {
  readonly ring: KeyRing;
  readonly remembered: RememberedTokens;
  readonly clock: Clock;
  readonly issuer: string;
  /** Verifications under way at most; beyond it `verify` rejects with an OverloadedFault. */
  readonly maxPending: number;
};

/** How far the clock of a process that signed may be ahead of ours. */
const CLOCK_SKEW_MS = 60_000;

const INVALID = refuse('token_invalid');
const EXPIRED = refuse('token_expired');

/**
 * Order of the checks, cheapest first: known text, shape, header, claims, then the signature. A token
 * that says itself that it has ended is refused as such unverified: it is refused either way.
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { ring, remembered } = options;
  // Requests that come at once with a token nobody has seen yet share one verification.
  const pending = new Map<string, Promise<TokenAnswer>>();

  function verifyUnknown(token: string, purpose: TokenPurpose): TokenAnswer | Promise<TokenAnswer> {
    const parts = splitToken(token);
    if (!parts) return INVALID;
    const key = ring.keyOfHeader(parts.header, purpose);
    if (key) return verifyWith(key, token, parts, purpose);
    return kidOf(parts.header, purpose) === undefined ? INVALID : retryWithNewKeys(token, parts, purpose);
  }

  /** Another process may have rotated: the store is asked, which the ring does at a bounded rate. */
  async function retryWithNewKeys(
    token: string,
    parts: TokenParts,
    purpose: TokenPurpose,
  ): Promise<TokenAnswer> {
    await ring.lookForNewKeys();
    const key = ring.keyOfHeader(parts.header, purpose);
    return key ? verifyWith(key, token, parts, purpose) : INVALID;
  }

  function verifyWith(
    key: RingKey,
    token: string,
    parts: TokenParts,
    purpose: TokenPurpose,
  ): TokenAnswer | Promise<TokenAnswer> {
    const found = readPayload(parts.payload, { issuer: options.issuer, purpose });
    const now = options.clock.now();
    if (!found || found.issuedAt > now + CLOCK_SKEW_MS) return INVALID;
    if (found.expiresAt <= now) return EXPIRED;
    return pending.get(token) ?? checkSignature(key, token, parts, ok(found), purpose);
  }

  function checkSignature(
    key: RingKey,
    token: string,
    parts: TokenParts,
    answer: Ok<VerifiedToken>,
    purpose: TokenPurpose,
  ): Promise<TokenAnswer> {
    if (pending.size >= options.maxPending) {
      const fault = new OverloadedFault('too many tokens to verify', { retryAfterMs: 1000 });
      return Promise.reject(fault);
    }
    const check = async (): Promise<TokenAnswer> => {
      try {
        const input = `${parts.header}.${parts.payload}`;
        if (!(await verifyEs256(input, parts.signature, key.publicKey))) return INVALID;
        remembered[purpose].set(token, answer, answer.value.expiresAt);
        return answer;
      } finally {
        pending.delete(token);
      }
    };
    const promise = check();
    pending.set(token, promise);
    return promise;
  }

  return {
    verify: (token, purpose) => remembered[purpose].get(token) ?? verifyUnknown(token, purpose),
  };
}
