import { type Cancel, type Clock, every } from './clock.ts';

/** Something long-lived. Both calls bear repetition, and overlap with each other. */
export type Lifecycle = {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type LifecycleHooks = {
  /** Cleans up after itself if it fails. */
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
};

/**
 * Makes a lifecycle of two plain functions, which then never overlap and never run twice in a row:
 * a second start or stop joins the first, a stop during a start waits for it, a start after a failed start
 * tries again, and so does a stop after a failed stop.
 */
export function createLifecycle(name: string, hooks: LifecycleHooks): Lifecycle {
  let running = false;
  let turns = 0;
  let wanted: 'started' | 'stopped' = 'stopped';
  let last: Promise<void> = Promise.resolve();

  const change = (to: 'started' | 'stopped'): Promise<void> => {
    if (wanted === to) return last;
    const before = last;
    const from = wanted;
    wanted = to;
    const turn = ++turns;
    last = (async () => {
      await before.catch(() => undefined);
      if (running === (to === 'started')) return;
      try {
        await (to === 'started' ? hooks.start() : hooks.stop());
        running = to === 'started';
      } catch (error) {
        if (turn === turns) {
          wanted = from;
          last = Promise.resolve();
        }
        throw error;
      }
    })();
    return last;
  };

  return { name, start: () => change('started'), stop: () => change('stopped') };
}

export type RepeatingOptions = {
  readonly clock: Clock;
  /** From the end of one run to the next, and from the start to the first. */
  readonly everyMs: number;
  /** Hears of a run that failed; the next comes all the same. */
  readonly onError: (error: unknown) => void;
  /** Whether the process may end while it waits for the next run. */
  readonly unref?: boolean;
};

/** Work that is done again and again between start and stop. A stop waits for the run that is under way. */
export function repeating(name: string, run: () => Promise<void>, options: RepeatingOptions): Lifecycle {
  const { clock, everyMs, onError, unref = false } = options;
  let cancel: Cancel = () => {};
  let running: Promise<void> = Promise.resolve();
  const turn = () => {
    running = run();
    return running;
  };
  return createLifecycle(name, {
    start() {
      cancel = every(clock, everyMs, turn, onError, { unref });
    },
    async stop() {
      cancel();
      await running.catch(() => undefined);
    },
  });
}

export type StartProgress = {
  readonly name: string;
  readonly state: 'starting' | 'started';
  /** Position of the part, from 0, and how many there are. */
  readonly index: number;
  readonly total: number;
};

export type StartOptions = {
  /** Stops before the next part when aborted, as if that part had failed with the reason. */
  readonly signal?: AbortSignal;
  /** Hears of parts that fail to stop after another failed to start. */
  readonly onStopError?: (name: string, error: unknown) => void;
};

/** Starts one part after the other. If one fails, stops in reverse those that had started, and throws. */
export async function startInOrder(
  parts: readonly Lifecycle[],
  onProgress?: (progress: StartProgress) => void,
  options: StartOptions = {},
): Promise<void> {
  const total = parts.length;
  const started: Lifecycle[] = [];
  try {
    for (const [index, part] of parts.entries()) {
      options.signal?.throwIfAborted();
      onProgress?.({ name: part.name, state: 'starting', index, total });
      await part.start();
      started.push(part);
      onProgress?.({ name: part.name, state: 'started', index, total });
    }
    options.signal?.throwIfAborted();
  } catch (error) {
    await stopInReverse(started, options.onStopError ?? (() => undefined));
    throw error;
  }
}

/**
 * Stops the last part first, and all of them, also if one throws. Errors go to `onError`; without it they
 * are thrown together as an AggregateError once everything has had its turn.
 */
export async function stopInReverse(
  parts: readonly Lifecycle[],
  onError?: (name: string, error: unknown) => void,
): Promise<void> {
  const errors: unknown[] = [];
  for (const part of parts.toReversed()) {
    try {
      await part.stop();
    } catch (error) {
      if (onError === undefined) errors.push(error);
      else onError(part.name, error);
    }
  }
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} of ${parts.length} parts did not stop`);
}
