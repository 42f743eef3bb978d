/** CLOCK_MONOTONIC in ms: the same for all processes of a machine, unlike performance.now(). */
const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export function nowMs(): number {
  return originMs + performance.now();
}
