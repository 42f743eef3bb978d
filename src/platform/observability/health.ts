import type { Clock } from '../../kernel/clock.ts';
import { withDeadline } from '../../kernel/deadline.ts';

export type HealthCheck = {
  readonly name: string;
  /** Settles when the part can do its work; rejects when it cannot. */
  readonly check: () => Promise<void> | void;
  /** The instance does its work without it, less well: it is shown, and does not count. */
  readonly degrades?: boolean;
};

/** `ok`, or why not in a word: details stay in the log. */
export type Readiness = {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
};

export type HealthOptions = {
  readonly checks: readonly HealthCheck[];
  readonly clock: Clock;
  /** How long an answer serves everyone who asks. Default 1,000. */
  readonly cacheMs?: number;
  /** How long a check may take before it counts as failed. Default 5,000: longer than a full pool keeps one waiting. */
  readonly deadlineMs?: number;
  /** Hears of the change to failed, once; and of the change back, with undefined. */
  readonly onChange?: (name: string, error: unknown) => void;
};

export type Health = {
  /** Asks the parts at most once per `cacheMs`, once at a time, however many ask. */
  readiness(): Promise<Readiness>;
};

const CACHE_MS = 1_000;
const DEADLINE_MS = 5_000;

/** Whether this instance can do its work. */
export function createHealth(options: HealthOptions): Health {
  const { clock, checks } = options;
  const failing = new Set<string>();
  let asking: Promise<Readiness> | undefined;
  let latest: Readiness | undefined;
  let freshUntil = -Infinity;

  const run = async ({ name, check }: HealthCheck): Promise<[string, 'ok' | 'failed']> => {
    try {
      const answered = Promise.resolve().then(check);
      await withDeadline(answered, options.deadlineMs ?? DEADLINE_MS, clock, `the check of ${name}`);
      if (failing.delete(name)) options.onChange?.(name, undefined);
      return [name, 'ok'];
    } catch (error) {
      if (!failing.has(name)) options.onChange?.(name, error);
      failing.add(name);
      return [name, 'failed'];
    }
  };
  const ask = async (): Promise<Readiness> => {
    const found = await Promise.all(checks.map(run));
    latest = {
      ready: checks.every(({ name, degrades }) => degrades || !failing.has(name)),
      checks: Object.fromEntries(found),
    };
    freshUntil = clock.now() + (options.cacheMs ?? CACHE_MS);
    asking = undefined;
    return latest;
  };

  return {
    readiness() {
      if (latest && clock.now() < freshUntil) return Promise.resolve(latest);
      asking ??= ask();
      return asking;
    },
  };
}
