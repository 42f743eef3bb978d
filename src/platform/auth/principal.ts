import type { Result } from '../../kernel/result.ts';

/** Who speaks: taken from a verified access token, never from anything else in a request. */
export type Principal = {
  readonly accountId: string;
  readonly roles: ReadonlySet<string>;
  readonly sessionId: string;
  /** When the access token ends, epoch ms; live connections end with it. */
  readonly expiresAt: number;
};

export type AuthenticationCode = 'token_missing' | 'token_invalid' | 'token_expired' | 'session_ended';

/**
 * Turns an access token into a principal. Answers at once for a token it has seen, else with a promise.
 */
export type Authenticate = (
  token: string,
) => Result<Principal, AuthenticationCode> | Promise<Result<Principal, AuthenticationCode>>;
