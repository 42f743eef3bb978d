/** Takes back what was scheduled. Bears being called twice and after the fact. */
export type Cancel = () => void;

export type AfterOptions = {
  /** When true the wait does not keep the process alive. */
  readonly unref?: boolean;
};

/** Time as everything in the project sees it, so that a test can hold it still. */
export type Clock = {
  /** Milliseconds since the epoch; never decreases within a process. */
  now(): number;
  /** Calls `run` once, `ms` milliseconds from now at the earliest; zero or less means the next turn. */
  after(ms: number, run: () => void, options?: AfterOptions): Cancel;
};

/** A clock that goes on from what is on record where the machine's is behind it. */
export type ProcessClock = Clock & {
  /** No time before `ms` from now on: so late something is on record. */
  continueFrom(ms: number): void;
  /** How far this clock is ahead of the machine's that is behind; else 0. */
  aheadMs(): number;
};

/** The longest wait that a timer of the runtime takes; beyond it the timer would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** A clock that is behind by less than this stands still until it has caught up; beyond it goes on by itself. */
const STAND_STILL_MS_MAX = 1_000;

/** What a clock of this machine is made of, both in milliseconds. */
export type TimeSources = {
  /** Since the epoch, as somebody has set it. */
  wall(): number;
  /** Since whenever, at an even pace. */
  monotonic(): number;
};

/**
 * The time of this process. Somebody may set the machine's clock back, or have set it back before a start, so that it
 * is behind what is on record. Nothing may happen twice then, and nothing may wait until the clock has caught up: time
 * goes on from the latest that is known, at the pace of the monotonic clock, until the machine's has overtaken it.
 */
export function createProcessClock(sources: TimeSources): ProcessClock {
  let lastMs = 0;
  /** The moment since which the monotonic clock counts. */
  let lead: { readonly fromMs: number; readonly sinceMs: number } | undefined;

  const goOnFrom = (fromMs: number): number => {
    lead = { fromMs, sinceMs: sources.monotonic() };
    return fromMs;
  };
  const now = (): number => {
    const wallMs = sources.wall();
    if (lead === undefined) {
      if (wallMs >= lastMs) lastMs = wallMs;
      else if (lastMs - wallMs > STAND_STILL_MS_MAX) goOnFrom(lastMs);
      return lastMs;
    }
    const ownMs = lead.fromMs + Math.floor(sources.monotonic() - lead.sinceMs);
    if (wallMs >= ownMs) lead = undefined;
    lastMs = Math.max(lastMs, wallMs, ownMs);
    return lastMs;
  };

  return {
    now,
    after: systemAfter,
    continueFrom(ms) {
      const missingMs = ms - now();
      if (missingMs <= 0) return;
      lastMs = missingMs > STAND_STILL_MS_MAX ? goOnFrom(ms) : ms;
    },
    aheadMs: () => (lead === undefined ? 0 : now() - sources.wall()),
  };
}

function systemAfter(ms: number, run: () => void, options?: AfterOptions): Cancel {
  let remainingMs = ms;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const sliceMs = Math.min(remainingMs, TIMER_MS_MAX);
    remainingMs -= sliceMs;
    timer = setTimeout(remainingMs > 0 ? arm : run, Math.max(0, sliceMs));
    if (options?.unref === true) timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
}

/** The clock of this process. `after` keeps it alive unless it is told not to. */
export const systemClock: ProcessClock = createProcessClock({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
});

/** Waits on this clock; for what has to be cut short see `after`. */
export function sleep(clock: Pick<Clock, 'after'>, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

/**
 * Runs `run` again and again, `intervalMs` after it last ended, so that runs never overlap.
 * What it throws goes to `onError`, and the repetition goes on.
 *
 * @returns Stops the repetition; a run under way ends by itself.
 */
export function every(
  clock: Clock,
  intervalMs: number,
  run: () => void | Promise<void>,
  onError: (error: unknown) => void,
  options?: AfterOptions,
): Cancel {
  let stopped = false;
  let cancel: Cancel;
  const turn = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      onError(error);
    } finally {
      if (!stopped) arm();
    }
  };
  const arm = (): void => {
    cancel = clock.after(intervalMs, () => void turn(), options);
  };
  arm();
  return () => {
    stopped = true;
    cancel();
  };
}

/** Runs `run` at the end of this turn of the event loop. It waits for no time, so it needs no clock. */
export function atEndOfTurn(run: () => void): void {
  setImmediate(run);
}

export type ManualClock = ProcessClock & {
  /** Moves time on by `ms` and fires in order what falls due, also what is scheduled on the way. */
  advance(ms: number): Promise<void>;
  /** Puts time at `ms` and fires nothing: what is overdue fires with the next `advance`. */
  set(ms: number): void;
  /** How many timers are waiting; a test that ends with some has found a leak. */
  readonly pending: number;
};

type Timer = { readonly dueMs: number; readonly run: () => void };

/** Lets everything that is ready to go on do so: all microtasks, and the turn of the event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A clock that moves only when told to. `startMs` defaults to a fixed day, so that a run can be repeated. */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  const timers: Timer[] = [];

  const moveTo = (ms: number): void => {
    if (!(ms >= nowMs)) throw new RangeError(`time does not go back, from ${nowMs} to ${ms}`);
    nowMs = ms;
  };

  const after = (ms: number, run: () => void): Cancel => {
    const timer: Timer = { dueMs: nowMs + Math.max(0, ms), run };
    // Behind all that are due no later: equal times fire in the order in which they were asked for.
    const index = timers.findLastIndex((other) => other.dueMs <= timer.dueMs) + 1;
    timers.splice(index, 0, timer);
    return () => {
      const at = timers.indexOf(timer);
      if (at >= 0) timers.splice(at, 1);
    };
  };

  const advance = async (ms: number): Promise<void> => {
    if (!(ms >= 0)) throw new RangeError(`time does not go back, by ${ms} ms`);
    const targetMs = nowMs + ms;
    await settle();
    for (let first = timers[0]; first !== undefined && first.dueMs <= targetMs; first = timers[0]) {
      timers.shift();
      if (first.dueMs > nowMs) nowMs = first.dueMs;
      first.run();
      await settle();
    }
    if (targetMs > nowMs) nowMs = targetMs;
    await settle();
  };

  return {
    now: () => nowMs,
    after,
    advance,
    set: moveTo,
    continueFrom: (ms) => moveTo(Math.max(nowMs, ms)),
    aheadMs: () => 0,
    get pending() {
      return timers.length;
    },
  };
}
