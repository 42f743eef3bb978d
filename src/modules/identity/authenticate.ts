import { andThen, type Ok, type Refusal, refuse } from '../../kernel/result.ts';
import type { Authenticate, AuthenticationCode, Principal } from '../../platform/auth/principal.ts';
import type { TokenAnswer, TokenReaderOf, VerifiedToken } from '../../platform/auth/tokens/token.ts';
import { isRole, ROLES } from './model.ts';
import type { TokenEndings } from './token-endings.ts';

const EXPIRED = refuse('token_expired');
const SESSION_ENDED = refuse('session_ended');

/**
 * Turns access tokens into principals, at once for those seen before: this runs on every request.
 *
 * Roles are those that the token names: a role given counts from the next refresh. A role taken away ends
 * the tokens issued before it, as `token_expired`, since a refresh is all that the client needs: at once in
 * this process, elsewhere when that process reads the endings (`endingsPollMs`).
 */
export function createAuthenticate(readerOf: TokenReaderOf, endings: TokenEndings): Authenticate {
  const read = readerOf('access', toTokenPrincipal);

  function admit(answer: TokenAnswer<TokenPrincipal>): Ok<Principal> | Refusal<AuthenticationCode> {
    if (!answer.ok) return answer;
    const { accountId, sessionId, issuedAt } = answer.value;
    if (endings.hasSessionEnded(sessionId)) return SESSION_ENDED;
    return endings.hasTokenEnded(accountId, issuedAt) ? EXPIRED : answer;
  }

  return (text) => andThen(read(text), admit);
}

/** `issuedAt`, epoch ms: what ended later than that ends the token. */
type TokenPrincipal = Principal & { readonly issuedAt: number };

function toTokenPrincipal(token: VerifiedToken): TokenPrincipal | undefined {
  const { sid, roles } = token.claims;
  if (typeof sid !== 'string' || !Array.isArray(roles) || !roles.every(isRole)) return undefined;
  return {
    accountId: token.subject,
    roles: roleSet(roles),
    sessionId: sid,
    expiresAt: token.expiresAt,
    issuedAt: token.issuedAt,
  };
}

const roleSets = new Map<string, ReadonlySet<string>>();

/** People with the same roles share one set: there are only a few combinations of them. */
function roleSet(roles: readonly string[]): ReadonlySet<string> {
  const sorted = ROLES.filter((role) => roles.includes(role));
  const name = sorted.join();
  const set = roleSets.get(name) ?? new Set(sorted);
  roleSets.set(name, set);
  return set;
}
