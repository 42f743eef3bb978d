import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** What a report says of many latencies, in ms. */
export type LatencySummary = {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
};

const HIGHEST_US = 600_000_000;

/** Points of the curve of percentiles: halfway to 100 again and again, in steps of a seventh. */
const CURVE = Array.from({ length: 43 }, (_, step) => 100 - 100 * 0.5 ** (step / 3));

/**
 * Latencies with three digits from 1 µs to 10 minutes (HdrHistogram, G. Tene). Percentiles of several
 * processes cannot be averaged; histograms can be added.
 */
export class LatencyHistogram {
  readonly #histogram: Histogram;

  constructor(histogram: Histogram = empty()) {
    this.#histogram = histogram;
  }

  static decode(text: string): LatencyHistogram {
    return new LatencyHistogram(decodeFromCompressedBase64(text));
  }

  /** For another process. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  record(latencyMs: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(1, Math.round(latencyMs * 1_000))));
  }

  add(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** In ms; 0 where nothing was recorded. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.#histogram.getValueAtPercentile(percent) / 1_000;
  }

  /** To three digits like the others, so that it is the same before and after merging. */
  get max(): number {
    return this.percentile(100);
  }

  summary(): LatencySummary {
    const [p50, p90, p99, p999] = [50, 90, 99, 99.9].map((percent) => this.percentile(percent)) as [
      number,
      number,
      number,
      number,
    ];
    return { p50, p90, p99, p999, max: this.max };
  }

  /** `[percent, ms]` for a picture, as far as the number of values carries it. */
  curve(): readonly (readonly [number, number])[] {
    const finest = 100 - 100 / Math.max(1, this.count);
    return CURVE.filter((percent) => percent <= finest).map((percent) => [percent, this.percentile(percent)]);
  }
}

function empty(): Histogram {
  return build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  });
}

/** One histogram of those of several processes. */
export function mergeHistograms(encoded: readonly string[]): LatencyHistogram {
  const merged = new LatencyHistogram();
  for (const text of encoded) merged.add(LatencyHistogram.decode(text));
  return merged;
}
