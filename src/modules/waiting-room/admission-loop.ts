import type { Cancel, Clock } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { Admission, WaitingLine } from './ports.ts';
import type { Rooms } from './rooms.ts';

/** Steps follow one another at least so far apart, so that each does more than a commit's worth. */
const STEP_MS_MIN = 10;
const REFRESH_MS = 1_000;
const RETIRE_MS = 60_000;

export type AdmissionLoopOptions = {
  readonly line: Pick<WaitingLine, 'admit' | 'stats' | 'retire'>;
  readonly rooms: Rooms;
  readonly clock: Clock;
  /** The pause between steps at most. */
  readonly stepMs: number;
  /** A room is let go so long after its sale ended. */
  readonly retireAfterMs: number;
  readonly onAdmitted: (admission: Admission) => void;
  /** After each step, for metrics. */
  readonly onStep?: ((step: { readonly admitted: number; readonly ms: number }) => void) | undefined;
  /** Hears the first of failures that follow one another. */
  readonly onError: (error: unknown) => void;
};

/**
 * Step after step, for all rooms at once: who may be admitted is, and what ran out ends. The next step comes when
 * a rate that was used up allows more, but at the latest after `stepMs`. Errors are told and the steps go on: a
 * store that is away comes back.
 */
export function createAdmissionLoop(options: AdmissionLoopOptions): Lifecycle {
  const { clock, rooms, line } = options;
  let isRunning = false;
  let cancel: Cancel = () => {};
  let turn: Promise<void> = Promise.resolve();
  let refreshedAt = 0;
  let retiredAt = clock.now();
  let isFailing = false;

  const refresh = async (nowMs: number): Promise<void> => {
    if (nowMs - refreshedAt < REFRESH_MS) return;
    refreshedAt = nowMs;
    rooms.replaceAll(await line.stats());
    if (nowMs - retiredAt < RETIRE_MS) return;
    retiredAt = nowMs;
    await line.retire(rooms.over(nowMs - options.retireAfterMs));
  };

  const step = async (): Promise<number> => {
    const startedAt = clock.now();
    await refresh(startedAt);
    const open = rooms.admitting(startedAt);
    const admissions = await line.admit(open, rooms.insideMax(open, startedAt));
    let nextAt = startedAt + options.stepMs;
    let admitted = 0;
    for (const admission of admissions) {
      rooms.note(admission.stats);
      if (admission.stats.waiting > 0) nextAt = Math.min(nextAt, admission.nextAt);
      admitted += admission.admitted.length;
      if (admission.admitted.length > 0) options.onAdmitted(admission);
    }
    options.onStep?.({ admitted, ms: clock.now() - startedAt });
    return Math.max(nextAt, startedAt + STEP_MS_MIN);
  };

  const run = async (): Promise<void> => {
    let nextAt = clock.now() + options.stepMs;
    try {
      nextAt = await step();
      isFailing = false;
    } catch (error) {
      if (!isFailing) options.onError(error);
      isFailing = true;
    }
    if (isRunning) schedule(nextAt - clock.now());
  };
  const schedule = (ms: number): void => {
    cancel = clock.after(Math.max(0, ms), () => {
      turn = run();
    });
  };

  return createLifecycle('admission', {
    async start() {
      isRunning = true;
      refreshedAt = 0;
      schedule(0);
    },
    async stop() {
      isRunning = false;
      cancel();
      await turn;
    },
  });
}
