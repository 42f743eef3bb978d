/** Below so many tried letters nobody can tell a cause that is not repaired from a few that are odd. */
const SAMPLE_MIN = 20;
const FAILING_SHARE_MAX = 0.05;

/** Whether so many of those that were tried failed again that what caused it is not repaired. */
export function isFailingAgain({
  done,
  failedAgain,
}: {
  readonly done: number;
  readonly failedAgain: number;
}) {
  const tried = done + failedAgain;
  return tried >= SAMPLE_MIN && failedAgain > tried * FAILING_SHARE_MAX;
}

/** Letters of one transaction: more would hold locks for long, and PostgreSQL keeps 64 parts of a transaction at hand. */
const STEP_MAX = 25;
/** Steps a second at most, where the rate allows more letters than one. */
const STEPS_PER_SECOND = 20;

/** How many letters go together at a rate. */
export function stepSize(ratePerSecond: number, outside: string | undefined): number {
  // What is done outside is repeated when its transaction is undone: no more than one then.
  if (outside !== undefined) return 1;
  return Math.max(1, Math.min(STEP_MAX, Math.round(ratePerSecond / STEPS_PER_SECOND)));
}
