import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { DeadlineFault, isRetryable, UnavailableFault } from '../../kernel/faults.ts';

/** How often one call is attempted at most. */
export const ATTEMPTS_MAX = 3;
/** After so many failures in a row nobody is asked for a while. */
const FAILURES_MAX = 5;
const OPEN_MS = 10_000;
const BACKOFF = { initialDelay: 200, maxDelay: 2_000 };

export type GuardedCallsOptions = {
  /** As UnavailableFault names it. */
  readonly dependency: string;
  /** As errors call it. */
  readonly name: string;
  /** How long one attempt may take. */
  readonly attemptMs: number;
  /** False: a failure is neither tried again now nor counted by the breaker. */
  readonly mayRepeat?: () => boolean;
};

/**
 * Makes a call, in some attempts where it fails with what is retryable or takes too long.
 * @throws UnavailableFault while the breaker is open; DeadlineFault where no attempt ended in time, or the signal was
 *   aborted; else what the last attempt failed with
 */
export type GuardedCall = <T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

/** Calls to a system of others that may be away: bounded in time, repeated with jitter, behind a breaker. */
export function createGuardedCalls(options: GuardedCallsOptions): GuardedCall {
  const { dependency, name, attemptMs, mayRepeat = () => true } = options;
  const failures = handleWhen(
    (error) => mayRepeat() && (isRetryable(error) || error instanceof TaskCancelledError),
  );
  const policy = wrap(
    retry(failures, { maxAttempts: ATTEMPTS_MAX - 1, backoff: new ExponentialBackoff(BACKOFF) }),
    circuitBreaker(failures, { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES_MAX) }),
    timeout(attemptMs, TimeoutStrategy.Aggressive),
  );
  return async (attempt, signal) => {
    try {
      return await policy.execute((context) => attempt(context.signal), signal);
    } catch (error) {
      if (error instanceof BrokenCircuitError)
        throw new UnavailableFault(
          dependency,
          `${name} has failed several times; it is left alone for a while`,
        );
      if (error instanceof TaskCancelledError || signal.aborted)
        throw new DeadlineFault(`${name} did not answer in time`, { cause: error });
      throw error;
    }
  };
}
