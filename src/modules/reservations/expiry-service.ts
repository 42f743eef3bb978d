import type { Clock } from '../../kernel/clock.ts';
import { type Lifecycle, repeating } from '../../kernel/lifecycle.ts';
import type { HoldExpiry } from './ports.ts';

export type ExpiryOptions = {
  readonly expiry: HoldExpiry;
  readonly clock: Clock;
  /** How long a lapsed hold may wait to be written down; its seats are free for others at once. Default 500. */
  readonly intervalMs?: number;
  /** Holds ended in one transaction. Default 500. */
  readonly batch?: number;
  readonly onError: (error: unknown) => void;
  readonly onExpired?: (count: number) => void;
};

const INTERVAL_MS = 500;
const BATCH = 500;
/**
 * How far back a sweep looks beyond the last one: for holds whose transaction was under way, and for those
 * that were locked by a payment that then failed.
 */
const LOOK_BACK_MS = 60_000;
/** Everything is looked through this often, for what even that has missed. */
const FULL_SWEEP_INTERVAL_MS = 600_000;

/** Ends lapsed holds for as long as it runs. Any number of processes may do so side by side. */
export function createExpiryService(options: ExpiryOptions): Lifecycle {
  const { clock, intervalMs = INTERVAL_MS, onError } = options;
  let sweptUntil: number | undefined;
  let fullSweepAt = 0;

  const sweep = async (): Promise<void> => {
    const startedAt = clock.now();
    const full = sweptUntil === undefined || startedAt >= fullSweepAt;
    const since = full || sweptUntil === undefined ? undefined : sweptUntil - LOOK_BACK_MS;
    await expireAll(options, since);
    sweptUntil = startedAt;
    if (full) fullSweepAt = startedAt + FULL_SWEEP_INTERVAL_MS;
  };

  return repeating('reservations-expiry', sweep, { clock, everyMs: intervalMs, onError });
}

async function expireAll(options: ExpiryOptions, since: number | undefined): Promise<void> {
  const limit = options.batch ?? BATCH;
  let expired = limit;
  // A whole crowd may lapse at once: batch after batch, as long as they come full.
  while (expired === limit) {
    expired = await options.expiry.expire({ since, limit });
    if (expired > 0) options.onExpired?.(expired);
  }
}
