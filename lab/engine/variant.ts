import type { LoadOrder } from '../load/load-order.ts';
import type { LoadResult } from '../load/load-result.ts';
import type { SubscribersEnd, SubscribersOrder } from '../streams/subscribers-order.ts';
import type { System } from '../system/system.ts';
import type { Truth } from '../system/truth.ts';
import type { TrafficOrder } from '../traffic/index.ts';

/** One of the things that a scenario compares. */
export type Variant = {
  readonly name: string;
  readonly strategy?: string;
  /** A step on the way to the others: listed, but not drawn in the pictures. */
  readonly minor?: boolean;
  /** Makes what one run needs: people, seats. Not measured. Rounds are numbered from 0. */
  prepare(round: number): Promise<PreparedRun>;
};

export type PreparedRun = {
  readonly address: string;
  /** Its database tells what became of it; undefined for the bare server. */
  readonly system?: System;
  /** Done first and not measured: what people did before. */
  readonly before?: readonly TrafficOrder[];
  /** What goes on beside the load, from just before it to just after it. */
  readonly beside?: { begin(): Promise<void>; end(): Promise<void> };
  /** People who look on over event streams; `end` says how things stand when the load is over. */
  readonly subscribers?: {
    readonly order: SubscribersOrder;
    end(load: LoadResult): Promise<SubscribersEnd>;
  };
  readonly traffic: TrafficOrder;
  readonly order: LoadOrder;
  /** Encoded histograms of what was measured before, to be shown beside the latencies, by name. */
  readonly shownBeside?: Readonly<Record<string, string>>;
  readonly connections?: number;
  /** Generator processes; as many as the lab has, where it is not said. */
  readonly generators?: number;
  /** How long the last answers may take after the last arrival; half a minute where it is not said. */
  readonly drainMs?: number;
  /** True: everybody who comes first has to connect, for as long as there are connections left to open. */
  readonly cold?: boolean;
  /** What the database has to show for successes: a number that grows by one with each. */
  readonly count?: (truth: Truth) => number;
  /** More that must hold of this run, such as one winner at most. */
  readonly expect?: (successes: number) => Expectation;
};

/** A rule of the scenario, in the form of the system's own invariants. */
export type Expectation = { readonly name: string; readonly ok: boolean; readonly detail: string };
