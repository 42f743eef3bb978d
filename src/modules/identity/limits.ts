import { type Result, refuse } from '../../kernel/result.ts';
import { addressKey } from '../../platform/limits/address-key.ts';
import type { GrowingDelay, GrowingDelayOptions, Limits, RateLimit } from '../../platform/limits/limits.ts';

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
 * Mistakes in a row of one account from one place: five that anybody may make, then waits up to a quarter of an hour.
 * Enough for a person who tries to remember, and four guesses an hour for who guesses.
 */
export const LOG_IN_DELAYS: GrowingDelayOptions = {
  name: 'log-in-delays',
  free: 5,
  firstDelayMs: 1_000,
  delayMsMax: 15 * 60_000,
  keptMs: 60 * 60_000,
  maxKeys: 100_000,
};

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
  /** Counts the mails that somebody has sent to the own address. */
  confirmationMail(accountId: string): Limited;
};

/** A few mails at once, for who does not find the first, and six an hour. */
const CONFIRMATION_MAILS = { perMinute: 0.1, burst: 3 };

export function createIdentityLimits(
  { limits }: { readonly limits: Limits },
  options: LimitOptions,
): IdentityLimits {
  const { signUpsPerMinute = 30, logInsPerMinute = 300, wrongCodesPerMinute = 5 } = options;
  const signUps = limits.rate({ name: 'sign-ups', perMinute: signUpsPerMinute });
  const logInsOfAddress = limits.rate({ name: 'log-ins', perMinute: logInsPerMinute });
  const guessesOfAccount = limits.rate({ name: 'guesses', ...GUESSES_OF_ACCOUNT });
  const delays = limits.growingDelay(LOG_IN_DELAYS);
  const confirmationMails = limits.rate({ name: 'confirmation-mails', ...CONFIRMATION_MAILS });
  const wrongCodes = limits.rate({ name: 'wrong-codes', perMinute: wrongCodesPerMinute });
  return {
    signUp: (address) => take(signUps, addressKey(address)),
    logIn(attempt) {
      if (attempt.device !== undefined) return take(delays, sourceOf(attempt));
      const byAddress = take(logInsOfAddress, addressKey(attempt.address));
      if (!byAddress.ok) return byAddress;
      const bySource = take(delays, sourceOf(attempt));
      return bySource.ok ? take(guessesOfAccount, attempt.email) : bySource;
    },
    logInSucceeded(attempt) {
      delays.clear(sourceOf(attempt));
      if (attempt.device === undefined) guessesOfAccount.giveBack(attempt.email);
    },
    enrol: (accountId) => take(wrongCodes, accountId),
    enrolled: (accountId) => wrongCodes.giveBack(accountId),
    confirmationMail: (accountId) => take(confirmationMails, accountId),
  };
}

/** Guesses from elsewhere do not slow down an owner: what counts is the account and where it is tried from. */
function sourceOf({ email, address, device }: LogInAttempt): string {
  return `${device === undefined ? addressKey(address) : `device ${device}`} ${email}`;
}

function take(limit: RateLimit | GrowingDelay, key: string): Limited {
  const retryAfterMs = limit.take(key);
  return retryAfterMs === 0 ? { ok: true, value: true } : refuse('rate_limited', undefined, { retryAfterMs });
}
