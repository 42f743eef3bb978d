import { isAway, isRetryable } from '../../kernel/faults.ts';
import type { Backoff } from './backoff.ts';

/**
 * What becomes of an event whose effect fails again and again. A consumer says nothing to have the default: its event is
 * parked as a dead letter, what follows of its partition key waits behind it in order, and all else goes on.
 *
 * That PostgreSQL, a broker or whatever else is away parks nothing (`isAway`): it is tried until it is back.
 */
export type RetryPolicy = {
  /** Default: 100 ms, doubling to 30 s; full jitter. */
  readonly backoff?: Backoff;
} & (
  | {
      readonly onPoison?: 'park';
      /** How often one event is tried when its error says that a retry can help. Default 10: half a minute. */
      readonly attempts?: number;
    }
  | {
      /** Tried for ever, and everything of its lane waits behind it. */
      readonly onPoison: 'wait';
      /** Why order, or completeness, must never give way here. */
      readonly because: string;
    }
);

const ATTEMPTS = 10;
/** Where the error says that a retry cannot help: it may be wrong once. */
const HOPELESS_ATTEMPTS = 3;

/** How often an event that fails with this error is tried before it is parked. */
export function attemptsOf(policy: RetryPolicy | undefined, error: unknown): number {
  if (policy?.onPoison === 'wait' || isAway(error)) return Number.POSITIVE_INFINITY;
  const attempts = policy?.attempts ?? ATTEMPTS;
  return isRetryable(error) ? attempts : Math.min(attempts, HOPELESS_ATTEMPTS);
}
