import type { Clock } from '../../../kernel/clock.ts';
import { OverloadedFault } from '../../../kernel/faults.ts';
import type { Ids } from '../../../kernel/ids.ts';
import type { KeyRing } from './key-ring.ts';
import { signEs256 } from './signature.ts';
import type { SignedToken, TokenPurpose, TokenRequest, TokenSigner, VerifiedToken } from './token.ts';
import { encodeSegment, macEnding, REGISTERED_CLAIMS, readPayload, toNumericDate } from './token-format.ts';

export type TokenSignerOptions = {
  readonly ring: KeyRing;
  /** Lets the reader of a purpose, if there is one, know a token before anybody brings it. */
  readonly remember: (purpose: TokenPurpose, token: string, verified: VerifiedToken) => void;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly issuer: string;
  readonly maxTokenTtlMs: number;
  /** Signatures under way at most; beyond it `sign` rejects with an OverloadedFault. */
  readonly maxPending: number;
};

export function createTokenSigner(options: TokenSignerOptions): TokenSigner {
  const { ring, remember, issuer, maxPending } = options;
  let pending = 0;
  return {
    async sign(request) {
      checkRequest(request, options.maxTokenTtlMs);
      if (pending >= maxPending) throw new OverloadedFault('too many tokens to sign', { retryAfterMs: 1000 });
      const { payload, ...times } = composePayload(request, options);
      const key = ring.signingKey();
      const input = `${key.beginnings[request.audience]}${macEnding(key.macKey, request.audience, payload)}.${payload}`;
      pending++;
      try {
        const token = `${input}.${await signEs256(input, key.privateKey)}`;
        // Read back from the text, so that a remembered token says exactly what a verified one would.
        const verified = readPayload(payload, { issuer, purpose: request.audience });
        if (verified) remember(request.audience, token, verified);
        return { token, ...times };
      } finally {
        pending--;
      }
    },
  };
}

function checkRequest(request: TokenRequest, maxTokenTtlMs: number): void {
  if (!(request.ttlMs > 0 && request.ttlMs <= maxTokenTtlMs))
    throw new RangeError(`a token lives between 0 and ${maxTokenTtlMs} ms, not ${request.ttlMs}`);
  const reserved = Object.keys(request.claims).find((name) => REGISTERED_CLAIMS.has(name));
  if (reserved !== undefined) throw new TypeError(`the claim ${reserved} is set by the signer`);
}

function composePayload(
  request: TokenRequest,
  options: Pick<TokenSignerOptions, 'clock' | 'ids' | 'issuer'>,
): Omit<SignedToken, 'token'> & { readonly payload: string } {
  const issuedAt = Math.floor(request.issuedAt ?? options.clock.now());
  const expiresAt = issuedAt + Math.floor(request.ttlMs);
  const tokenId = options.ids.next();
  const claims = {
    iss: options.issuer,
    aud: request.audience,
    sub: request.subject,
    jti: tokenId,
    iat: toNumericDate(issuedAt),
    exp: toNumericDate(expiresAt),
    ...request.claims,
  };
  return { payload: encodeSegment(JSON.stringify(claims)), tokenId, issuedAt, expiresAt };
}
