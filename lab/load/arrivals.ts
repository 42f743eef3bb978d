import { seededRandom } from './random.ts';

/** A stretch of time in which the rate of arrivals goes in a straight line from one value to another. */
export type Segment = {
  readonly durationMs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
};

/**
 * When people arrive, whatever the system does: the load is open, nobody waits for another's answer.
 * `even` sets them apart evenly at the rate of the moment; `poisson` lets them come independently of
 * each other, as a crowd does.
 */
export type ArrivalPlan = {
  readonly segments: readonly Segment[];
  readonly spacing: 'even' | 'poisson';
  readonly seed: number;
};

export type Shape = 'constant' | 'ramp' | 'spike' | 'poisson';
export const shapes: readonly Shape[] = ['constant', 'ramp', 'spike', 'poisson'];

/** A spike is five times the base rate and lasts a fifth of the time, in the middle. */
const SPIKE_FACTOR = 5;
const SPIKE_SHARE = 0.2;

/** The plan of a shape. `perSecond` is the rate of constant and poisson, the last of ramp, the base of spike. */
export function planOf(shape: Shape, perSecond: number, durationMs: number, seed = 1): ArrivalPlan {
  const at = (share: number, from: number, to: number): Segment => ({
    durationMs: durationMs * share,
    fromPerSecond: from,
    toPerSecond: to,
  });
  const around = (1 - SPIKE_SHARE) / 2;
  const peak = perSecond * SPIKE_FACTOR;
  const segments: Record<Shape, readonly Segment[]> = {
    constant: [at(1, perSecond, perSecond)],
    poisson: [at(1, perSecond, perSecond)],
    ramp: [at(1, 0, perSecond)],
    spike: [at(around, perSecond, perSecond), at(SPIKE_SHARE, peak, peak), at(around, perSecond, perSecond)],
  };
  return { segments: segments[shape], spacing: shape === 'poisson' ? 'poisson' : 'even', seed };
}

export function durationOf({ segments }: ArrivalPlan): number {
  return segments.reduce((sum, segment) => sum + segment.durationMs, 0);
}

/** The expected number of arrivals. */
export function countOf({ segments }: ArrivalPlan): number {
  return segments.reduce((sum, segment) => sum + arrivalsOf(segment), 0);
}

function arrivalsOf({ durationMs, fromPerSecond, toPerSecond }: Segment): number {
  return (durationMs * (fromPerSecond + toPerSecond)) / 2_000;
}

/**
 * The moments of a plan, in order, in ms from its start.
 *
 * The n-th arrival is where the integral of the rate reaches n (even), or the n-th point of a Poisson
 * process of rate 1 (poisson): the time change theorem (Çınlar, Introduction to Stochastic Processes,
 * 1975, ch. 4.7) makes that a Poisson process of the varying rate.
 */
export class Arrivals {
  readonly #segments: readonly Segment[];
  readonly #step: () => number;
  #segmentNo = 0;
  #segmentStartMs = 0;
  #countBefore = 0;
  #target: number;

  constructor(plan: ArrivalPlan) {
    const random = seededRandom(plan.seed);
    this.#segments = plan.segments;
    this.#step = plan.spacing === 'even' ? () => 1 : () => -Math.log(1 - random());
    this.#target = plan.spacing === 'even' ? 0 : this.#step();
  }

  /** @returns the next moment, Infinity after the last */
  next(): number {
    for (;;) {
      const segment = this.#segments[this.#segmentNo];
      if (segment === undefined) return Number.POSITIVE_INFINITY;
      const wanted = this.#target - this.#countBefore;
      const count = arrivalsOf(segment);
      if (wanted < count) {
        this.#target += this.#step();
        return this.#segmentStartMs + timeOf(segment, wanted);
      }
      this.#countBefore += count;
      this.#segmentStartMs += segment.durationMs;
      this.#segmentNo++;
    }
  }
}

/** Solves rate·t + slope·t²/2 = wanted, in the form that does not cancel out for small slopes. */
function timeOf({ durationMs, fromPerSecond, toPerSecond }: Segment, wanted: number): number {
  if (wanted === 0) return 0;
  const rate = fromPerSecond / 1_000;
  const slope = (toPerSecond - fromPerSecond) / 1_000 / durationMs;
  return (2 * wanted) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * wanted)));
}
