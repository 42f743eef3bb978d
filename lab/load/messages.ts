import type { TrafficOrder } from '../traffic/index.ts';
import type { LoadOrder } from './load-order.ts';
import type { LoadResult } from './load-result.ts';
import type { Progress } from './recorder.ts';
import type { Target } from './request.ts';
import type { Share } from './traffic.ts';

/** One load, for one process of several. */
export type LoadTask = {
  readonly target: Target;
  readonly traffic: TrafficOrder;
  readonly order: LoadOrder;
  readonly share: Share;
  readonly firstIndex: number;
  /** Connections of this process. */
  readonly connections: number;
  /** True: nobody is connected before they come. */
  readonly cold: boolean;
  readonly timeoutMs: number;
  readonly drainMs: number;
};

/** To a generator process: get ready, begin at a moment, stop offering. */
export type ToWorker =
  | { readonly say: 'prepare'; readonly task: LoadTask }
  | { readonly say: 'begin'; readonly startAtMs: number }
  | { readonly say: 'stop' };

export type FromWorker =
  | { readonly say: 'ready' }
  | { readonly say: 'progress'; readonly progress: Progress }
  | { readonly say: 'done'; readonly result: LoadResult; readonly nextIndex: number }
  | { readonly say: 'failed'; readonly message: string };

/** Where a ticker and its thread meet: how often it was set, and for when. */
export type TickerCells = { readonly set: Int32Array; readonly dueMs: Float64Array };
