import type { Clock } from '../../kernel/clock.ts';
import type { Result } from '../../kernel/result.ts';
import { addressKey, createRateLimiter } from '../../platform/http/rate-limit.ts';

export type LimitOptions = {
  /** Sign-ups from one address. Default 30. */
  readonly signUpsPerMinute?: number;
  /** Log-ins from one address, and failed ones for one account. Default 30. */
  readonly logInsPerMinute?: number;
  /** Wrong enrolment codes of one account. Default 5. */
  readonly wrongCodesPerMinute?: number;
};

type Limited = Result<true, 'rate_limited'>;

/**
 * What guessing is limited to. An account is counted by the address that was typed in, whether there is
 * such an account or not, so that the limit tells nobody who has one.
 */
export type IdentityLimits = {
  signUp(address: string): Limited;
  /** Counts a log-in as failed until `logInSucceeded`, so that guesses sent at once all count. */
  logIn(address: string, email: string): Limited;
  logInSucceeded(email: string): void;
  /** Counts a code as wrong until `enrolled`. */
  enrol(accountId: string): Limited;
  enrolled(accountId: string): void;
};

export function createLimits(clock: Clock, options: LimitOptions): IdentityLimits {
  const { signUpsPerMinute = 30, logInsPerMinute = 30, wrongCodesPerMinute = 5 } = options;
  const signUps = createRateLimiter({ clock, perMinute: signUpsPerMinute });
  const logInsOfAddress = createRateLimiter({ clock, perMinute: logInsPerMinute });
  const failuresOfAccount = createRateLimiter({ clock, perMinute: logInsPerMinute });
  const wrongCodes = createRateLimiter({ clock, perMinute: wrongCodesPerMinute });
  return {
    signUp: (address) => signUps.take(addressKey(address)),
    logIn(address, email) {
      const byAddress = logInsOfAddress.take(addressKey(address));
      return byAddress.ok ? failuresOfAccount.take(email) : byAddress;
    },
    logInSucceeded: (email) => failuresOfAccount.giveBack(email),
    enrol: (accountId) => wrongCodes.take(accountId),
    enrolled: (accountId) => wrongCodes.giveBack(accountId),
  };
}
