import type { Clock } from '../../kernel/clock.ts';
import { DeadlineFault, UnavailableFault } from '../../kernel/faults.ts';

/**
 * Tells of the outage of a dependency as a whole: a line when it goes, one when it is back, and how often it was
 * missed in between. Each of the many parts that it fails would else write lines of its own, with their stacks.
 */
export type OutageLog = {
  /** Whether an error is of the outage, which is told here: then it needs no line of its own. */
  covers(error: unknown): boolean;
  /** The dependency has answered. Costs nothing while there is no outage. */
  answered(): void;
};

export type OutageLogOptions = {
  /** As UnavailableFault names it. */
  readonly dependency: string;
  /** Other names of what goes with it. */
  readonly dependents?: readonly string[];
  /** As it is called in the log. */
  readonly name: string;
  readonly logger: { warn(fields: object, message: string): void };
  readonly clock: Clock;
};

const COUNT_EVERY_MS = 10_000;
/** While some calls fail and others succeed, the outage is not over. */
const QUIET_MS = 1_000;
const CAUSES_MAX = 4;

type Outage = { readonly since: number; failures: number; lastFailureAt: number; toldAt: number };

export function createOutageLog(options: OutageLogOptions): OutageLog {
  const { dependency, dependents = [], name, logger, clock } = options;
  let outage: Outage | undefined;

  const count = (at: Outage): void => {
    const now = clock.now();
    at.failures += 1;
    at.lastFailureAt = now;
    if (now - at.toldAt < COUNT_EVERY_MS) return;
    at.toldAt = now;
    logger.warn({ failures: at.failures, awayMs: now - at.since }, `${name} is still away`);
  };

  return {
    covers(error) {
      if (!isAway(error, [dependency]) && !(outage && isConsequence(error, dependents))) return false;
      if (outage) {
        count(outage);
        return true;
      }
      const now = clock.now();
      outage = { since: now, failures: 1, lastFailureAt: now, toldAt: now };
      logger.warn({ err: error }, `${name} is away`);
      return true;
    },
    answered() {
      if (!outage) return;
      const now = clock.now();
      if (now - outage.lastFailureAt < QUIET_MS) return;
      const { failures, since } = outage;
      outage = undefined;
      logger.warn({ failures, awayMs: now - since }, `${name} is back`);
    },
  };
}

/** What takes too long says so of no dependency; while one is away that is why. */
function isConsequence(error: unknown, dependents: readonly string[]): boolean {
  return error instanceof DeadlineFault || isAway(error, dependents);
}

function isAway(error: unknown, names: readonly string[], causesLeft = CAUSES_MAX): boolean {
  if (error instanceof UnavailableFault) return names.includes(error.dependency);
  return error instanceof Error && causesLeft > 0 && isAway(error.cause, names, causesLeft - 1);
}
