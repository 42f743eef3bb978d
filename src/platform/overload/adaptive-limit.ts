/** What one window of time showed. */
export type LimitWindow = {
  /** Requests under way, on average over the window. */
  readonly underWay: number;
  readonly answeredPerSecond: number;
  /** Whether somebody found no room: only then the window says what the limit does. */
  readonly wasFull: boolean;
};

export type AdaptiveRules = {
  readonly limitMin: number;
  readonly limitMax: number;
};

/** What the limit is made of; plain data, the same for the same windows. */
export type AdaptiveLimit = {
  /** Around this the limit is moved up and down. */
  readonly centre: number;
  /** What holds in the coming window. */
  readonly limit: number;
  /** Half of a pair, until the other half is there. */
  readonly first: LimitWindow | undefined;
  /** How much more is answered for one per cent more under way, in per cent; smoothed over pairs. */
  readonly gain: number;
};

/** So far apart are the two halves of a pair from their centre: enough to see a difference, too little for anyone to feel. */
const SWAY = 0.1;
/** How much the centre moves after a pair. */
const STEP = 0.05;
/** The weight of the latest pair: what one pair says is mostly chance. */
const WEIGHT = 0.15;
/** Below it requests only wait longer for one another; above the second nothing is won by fewer. */
const GAIN_LOW = 0.15;
const GAIN_HIGH = 0.35;
/** What is taken for the gain before anything was seen: neither up nor down. */
const GAIN_UNKNOWN = (GAIN_LOW + GAIN_HIGH) / 2;

export function firstAdaptiveLimit(centre: number): AdaptiveLimit {
  return { centre, limit: upperOf(centre), first: undefined, gain: GAIN_UNKNOWN };
}

/**
 * Looks for the fewest requests under way with which nearly as many are answered a second as with more. While people are
 * turned away, windows alternate between a tenth more and a tenth less than the centre, and what the two answer is
 * compared: where more under way answers more, the centre goes up, where it does not, it comes down.
 *
 * It remembers no best latency, which would drift or have to be looked for again in dips: what counts is what two
 * neighbouring windows answered (Uber's Cinnamon compares what is under way with throughput likewise,
 * https://www.uber.com/blog/cinnamon-auto-tuner-adaptive-concurrency-in-the-wild/). A window in which nobody found the
 * limit says nothing, so that it does not grow in an idle hour.
 */
export function nextAdaptiveLimit(
  state: AdaptiveLimit,
  window: LimitWindow,
  { limitMin, limitMax }: AdaptiveRules,
): AdaptiveLimit {
  const { centre, first } = state;
  if (!window.wasFull) return { ...state, limit: upperOf(centre), first: undefined };
  if (!first) return { ...state, limit: lowerOf(centre), first: window };
  const gain = state.gain + WEIGHT * (gainOf(first, window) - state.gain);
  const factor = gain < GAIN_LOW ? 1 - STEP : gain > GAIN_HIGH ? 1 + STEP : 1;
  const moved = Math.min(limitMax, Math.max(limitMin, centre * factor));
  return { centre: moved, limit: upperOf(moved), first: undefined, gain };
}

const upperOf = (centre: number): number => Math.max(1, Math.ceil(centre * (1 + SWAY)));
const lowerOf = (centre: number): number => Math.max(1, Math.floor(centre * (1 - SWAY)));

/** Between none and all of what more under way could bring; outliers are held to that, and somewhat beyond for fairness. */
function gainOf(more: LimitWindow, less: LimitWindow): number {
  const underWay = more.underWay - less.underWay;
  const mean = (more.underWay + less.underWay) / 2;
  const answered = (more.answeredPerSecond + less.answeredPerSecond) / 2;
  if (underWay <= 0 || answered === 0) return GAIN_UNKNOWN;
  const gain = (more.answeredPerSecond - less.answeredPerSecond) / answered / (underWay / mean);
  return Math.min(2, Math.max(-1, gain));
}
