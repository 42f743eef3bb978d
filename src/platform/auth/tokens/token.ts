import type { Result } from '../../../kernel/result.ts';

/**
 * What a token is for. A token of one purpose is never taken for another: the purpose stands in its
 * header (`typ`, RFC 8725 section 3.11) and in its audience, and both are signed.
 */
export type TokenPurpose = 'access' | 'pass';

export type TokenRequest = {
  readonly audience: TokenPurpose;
  /** Whom the token speaks of: an account's id. */
  readonly subject: string;
  /** What it says besides; the registered names of RFC 7519 are set by the signer and refused here. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly ttlMs: number;
  /** Epoch ms: since when what it says is known to hold, where that is not now. */
  readonly issuedAt?: number;
};

export type SignedToken = {
  readonly token: string;
  readonly tokenId: string;
  /** Epoch ms. */
  readonly issuedAt: number;
  /** Epoch ms; the token is good before this moment, not at it. */
  readonly expiresAt: number;
};

export type TokenSigner = {
  /**
   * Signs off the event loop with the key of the moment, and remembers the token for `verify`.
   * @throws RangeError when `ttlMs` is longer than keys are kept for, TypeError on a reserved claim
   */
  sign(request: TokenRequest): Promise<SignedToken>;
};

export type VerifiedToken = {
  readonly subject: string;
  /** Epoch ms. */
  readonly issuedAt: number;
  /** Epoch ms; exclusive. */
  readonly expiresAt: number;
  /** What the token says besides the registered names. */
  readonly claims: Readonly<Record<string, unknown>>;
};

export type TokenCode = 'token_invalid' | 'token_expired';

export type TokenAnswer<T> = Result<T, TokenCode>;

/**
 * What a token says to its reader. Answers at once for a token that was signed or verified here before, with the same
 * object each time, else with a promise. Rejects with an OverloadedFault when too many verifications wait.
 */
export type TokenReader<T> = (token: string) => TokenAnswer<T> | Promise<TokenAnswer<T>>;

/**
 * The reader of the tokens of a purpose. `read` is asked once for a token whose signature is good, and only what it
 * makes of it is kept; undefined refuses the token as invalid.
 * @throws Error when they have a reader already
 */
export type TokenReaderOf = <T>(
  purpose: TokenPurpose,
  read: (token: VerifiedToken) => T | undefined,
) => TokenReader<T>;
