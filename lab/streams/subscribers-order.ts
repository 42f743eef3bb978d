import type { Target } from '../load/request.ts';
import type { Invariant } from '../system/truth.ts';
import type { SeatMark, SeatPicture } from './seat-watch.ts';

/** People who look on over event streams while something else is measured. Plain data: it goes to another process. */
export type SubscribersOrder = {
  readonly target: Target;
  /** Seat maps, how each stood before, and how many look at it. */
  readonly maps: readonly {
    readonly performanceId: string;
    readonly picture: SeatPicture;
    readonly viewers: number;
  }[];
  /** A line, and the people in it who watch their place. */
  readonly line?: { readonly performanceId: string; readonly people: string; readonly count: number };
  /** How long a pass is good: an admission is told with the end of the pass alone. */
  readonly passTtlMs: number;
  /** How long after the load the last changes may take to reach everybody; default 20 s. */
  readonly settleMs?: number;
};

/** How things stand in the end; the streams must come to the same. */
export type SubscribersEnd = {
  readonly maps: readonly {
    readonly performanceId: string;
    readonly picture: SeatPicture;
    /** Holds of the load, some of them: how long until everybody was shown that the seat is gone? */
    readonly marks: readonly SeatMark[];
  }[];
  /** People whom the line has admitted so far. */
  readonly admittedTotal?: number;
};

export type SubscribersResult = {
  readonly invariant: Invariant;
  /** Encoded histograms by what was told: from the moment of the answer or the decision to that of the event. */
  readonly delays: Readonly<Record<string, string>>;
};

export type ToSubscribers =
  | { readonly say: 'open'; readonly order: SubscribersOrder }
  | { readonly say: 'begin'; readonly durationMs: number }
  | { readonly say: 'settle'; readonly end: SubscribersEnd };

export type FromSubscribers =
  | { readonly say: 'opened' }
  | { readonly say: 'settled'; readonly result: SubscribersResult }
  | { readonly say: 'failed'; readonly message: string };
