import { type ArrivalPlan, durationOf } from './arrivals.ts';

/**
 * What to offer. An `open` load lets people come by a plan, whatever the answers; a `closed` one has a
 * fixed number of them who try again as soon as they are answered, which finds the highest throughput but
 * hides waiting: where the system stalls, nobody asks. Latency is a matter for open loads.
 */
export type LoadOrder = OpenLoad | ClosedLoad;
export type OpenLoad = { readonly loop: 'open'; readonly arrivals: ArrivalPlan };
export type ClosedLoad = {
  readonly loop: 'closed';
  readonly concurrency: number;
  readonly durationMs: number;
};

export function lengthMsOf(order: LoadOrder): number {
  return order.loop === 'open' ? durationOf(order.arrivals) : order.durationMs;
}

const SHORT_MS = 60_000;

/** How finely the course of a load is kept: what is short is looked at more closely. */
export function intervalMsOf(order: LoadOrder): number {
  return lengthMsOf(order) <= SHORT_MS ? 500 : 1_000;
}
