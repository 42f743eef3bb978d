import { type Metric, Registry, validateMetricName } from '@prometheus-io/client';
import { Histogram } from './histogram.ts';

export type Labels = Readonly<Record<string, string>>;

export type About = {
  /** Prometheus' conventions: base units in the name, `_total` for counters. */
  readonly name: string;
  readonly help: string;
};

/** Gives one series of a family its value. */
export type SetSeries = (value: number, labels?: Labels) => void;

/** Called when somebody reads the metrics; what it throws costs its family only. */
export type ReadSeries = (set: SetSeries) => void | Promise<void>;

/** A number that only grows: `counter.value += 1` is all that it costs. */
export type Counter = { value: number };

/**
 * What can be measured. Two ways in: stats that somebody keeps anyway are read when the metrics are
 * (`gauge`, `counter`); for what happens often, `counters` and `histograms` give a cell for a set of labels
 * once, which the hot path then counts in without a look-up.
 */
export type Metrics = {
  gauge(about: About, read: ReadSeries): void;
  counter(about: About, read: ReadSeries): void;
  /** The same labels give the same cell. */
  counters(about: About): (labels?: Labels) => Counter;
  histograms(about: About & { readonly bounds: readonly number[] }): (labels?: Labels) => Histogram;
  /** The series of one family as they stand, those of a histogram with their `metricName`; none where there is none. */
  samples(name: string): Promise<readonly Sample[]>;
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
};

export type Sample = { readonly metricName?: string; readonly labels: Labels; readonly value: number };
type Family = About & { readonly type: 'counter' | 'gauge' | 'histogram'; read(): Promise<Sample[]> };

/** @param onError hears of stats that could not be read */
export function createMetrics(onError: (error: unknown) => void): Metrics {
  const registry = new Registry();
  const readers = new Map<string, () => Promise<Sample[]>>();

  const add = ({ name, help, type, read }: Family): void => {
    if (!validateMetricName(name)) throw new Error(`${name} is no name for a metric`);
    if (registry.getSingleMetric(name)) throw new Error(`the metric ${name} is there already`);
    const readSafely = () => read().catch(forget);
    readers.set(name, readSafely);
    const get = async () => ({ name, help, type, values: await readSafely() });
    // The registry writes whatever has `get`; its own classes look labels up and check them at every count.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    registry.registerMetric({ name, help, type, get } as unknown as Metric);
  };
  const forget = (error: unknown): Sample[] => {
    onError(error);
    return [];
  };

  return {
    gauge: (about, read) => add({ ...about, type: 'gauge', read: () => collect(read) }),
    counter: (about, read) => add({ ...about, type: 'counter', read: () => collect(read) }),
    counters(about) {
      const cells = new Cells<Counter>(() => ({ value: 0 }));
      const read = async () => cells.list().map(([labels, { value }]) => ({ labels, value }));
      add({ ...about, type: 'counter', read });
      return (labels = {}) => cells.of(labels);
    },
    histograms(about) {
      const cells = new Cells(() => new Histogram(about.bounds));
      const read = async () => cells.list().flatMap(([labels, cell]) => series(about.name, labels, cell));
      add({ name: about.name, help: about.help, type: 'histogram', read });
      return (labels = {}) => cells.of(labels);
    },
    samples: async (name) => (await readers.get(name)?.()) ?? [],
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

async function collect(read: ReadSeries): Promise<Sample[]> {
  const samples: Sample[] = [];
  await read((value, labels = {}) => void samples.push({ value, labels }));
  return samples;
}

/** The cells of a family by their labels. */
class Cells<T> {
  readonly #make: () => T;
  readonly #cells = new Map<string, [Labels, T]>();

  constructor(make: () => T) {
    this.#make = make;
  }

  of(labels: Labels): T {
    const key = JSON.stringify(Object.entries(labels).toSorted(byName));
    const known = this.#cells.get(key);
    if (known) return known[1];
    const cell = this.#make();
    this.#cells.set(key, [labels, cell]);
    return cell;
  }

  list(): [Labels, T][] {
    return [...this.#cells.values()];
  }
}

function byName([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : 1;
}

function series(name: string, labels: Labels, histogram: Histogram): Sample[] {
  const bucket = `${name}_bucket`;
  const { sum, count } = histogram;
  return [
    ...histogram.cumulative().map((step) => ({
      metricName: bucket,
      labels: { ...labels, le: String(step.bound) },
      value: step.count,
    })),
    { metricName: bucket, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
