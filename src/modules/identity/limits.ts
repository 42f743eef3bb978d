import type { Clock } from '../../kernel/clock.ts';
import { type Result, refuse } from '../../kernel/result.ts';
import { addressKey } from '../../platform/limits/address-key.ts';
import type { Limits, RateLimit } from '../../platform/limits/limits.ts';
import { createGrowingDelays } from './growing-delays.ts';

export type LimitOptions = {
  /** Sign-ups from one address. Default 30. */
  readonly signUpsPerMinute?: number;
  /** Log-ins from one address, a whole café's. Default 300. */
  readonly logInsPerMinute?: number;
  /** Wrong enrolment codes of one account. Default 5. */
  readonly wrongCodesPerMinute?: number;
};

type Limited = Result<true, 'rate_limited'>;

export type LogInAttempt = {
  readonly email: string;
  readonly address: string;
  /** The id of a device on which this account has logged in before. */
  readonly device?: string | undefined;
};

/**
 * Wrong passwords for one account from everywhere: what many addresses together may guess, each of which is slowed
 * down by itself. NIST SP 800-63B, section 5.2.2, allows 100 in a row.
 */
const GUESSES_OF_ACCOUNT = { perMinute: 5, burst: 100 };

/**
 * What guessing is limited to. An account is counted by the address that was typed in, whether there is
 * such an account or not, so that the limit tells nobody who has one.
 */
export type IdentityLimits = {
  signUp(address: string): Limited;
  /** Counts a log-in as failed until `logInSucceeded`, so that guesses sent at once all count. */
  logIn(attempt: LogInAttempt): Limited;
  logInSucceeded(attempt: LogInAttempt): void;
  /** Counts a code as wrong until `enrolled`. */
  enrol(accountId: string): Limited;
  enrolled(accountId: string): void;
};

export function createIdentityLimits(
  { clock, limits }: { readonly clock: Clock; readonly limits: Limits },
  options: LimitOptions,
): IdentityLimits {
  const { signUpsPerMinute = 30, logInsPerMinute = 300, wrongCodesPerMinute = 5 } = options;
  const signUps = limits.rate({ name: 'sign-ups', perMinute: signUpsPerMinute });
  const logInsOfAddress = limits.rate({ name: 'log-ins', perMinute: logInsPerMinute });
  const guessesOfAccount = limits.rate({ name: 'guesses', ...GUESSES_OF_ACCOUNT });
  const delays = createGrowingDelays(clock);
  const wrongCodes = limits.rate({ name: 'wrong-codes', perMinute: wrongCodesPerMinute });
  return {
    signUp: (address) => take(signUps, addressKey(address)),
    logIn(attempt) {
      if (attempt.device !== undefined) return delays.take(sourceOf(attempt));
      const byAddress = take(logInsOfAddress, addressKey(attempt.address));
      if (!byAddress.ok) return byAddress;
      const bySource = delays.take(sourceOf(attempt));
      return bySource.ok ? take(guessesOfAccount, attempt.email) : bySource;
    },
    logInSucceeded(attempt) {
      delays.clear(sourceOf(attempt));
      if (attempt.device === undefined) guessesOfAccount.giveBack(attempt.email);
    },
    enrol: (accountId) => take(wrongCodes, accountId),
    enrolled: (accountId) => wrongCodes.giveBack(accountId),
  };
}

/** Guesses from elsewhere do not slow down an owner: what counts is the account and where it is tried from. */
function sourceOf({ email, address, device }: LogInAttempt): string {
  return `${device === undefined ? addressKey(address) : `device ${device}`} ${email}`;
}

function take(rate: RateLimit, key: string): Limited {
  const retryAfterMs = rate.take(key);
  return retryAfterMs === 0 ? { ok: true, value: true } : refuse('rate_limited', undefined, { retryAfterMs });
}
