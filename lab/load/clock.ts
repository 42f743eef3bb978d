/**
 * CLOCK_MONOTONIC in ms: the same for all processes of a machine, unlike performance.now(). What passes between the
 * two readings is the error, and the first are slow: the closest of several counts.
 */
const originMs = Math.max(
  ...Array.from({ length: 20 }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()),
);

export function nowMs(): number {
  return originMs + performance.now();
}
