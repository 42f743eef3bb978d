import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { isAway, isRetryable } from '../../kernel/faults.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { Random } from '../../kernel/random.ts';
import { backoffMs } from '../../platform/events/backoff.ts';
import { describeError } from '../../platform/events/describe-error.ts';
import type { DurableConsumer } from '../../platform/events/event.ts';
import { Pause } from '../../platform/events/pause.ts';
import { isFailingAgain, stepSize } from './model.ts';
import type { Redrive, RedriveWork, StepResult } from './ports.ts';

/** Whose dead letters can be applied again; a durable consumer, or what parks something of its own. */
export type RedriveTarget = Pick<DurableConsumer, 'name' | 'apply' | 'outside'>;

export type RedriverDeps = {
  readonly work: RedriveWork;
  readonly targetOf: (consumer: string) => RedriveTarget | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly onError: (error: unknown) => void;
  /** Hears how a redrive has ended: `completed`, or why it was stopped. */
  readonly onEnded?: ((redrive: Redrive, how: string) => void) | undefined;
  /** Hears of dead letters as they are tried again. */
  readonly onTried?: ((redrive: Redrive, step: StepResult) => void) | undefined;
  readonly ttlMs?: number;
};

export type Redriver = {
  /** There is one to carry out: looks now instead of at the next turn. */
  notify(): void;
  readonly lifecycle: Lifecycle;
};

/** How often it is looked for one; idle, that reads an empty index. */
const INTERVAL_MS = 1_000;
/** After so long another process goes on where one was killed. */
const TTL_MS = 15_000;
/** At once, of different consumers or causes. */
const RUNNING_MAX = 4;
const BACKOFF = { baseMs: 100, maxMs: 5_000 };
/** How often a step is tried whose error may pass. */
const ATTEMPTS_MAX = 5;
const FORGET_INTERVAL_MS = 3_600_000;
const KEPT_MS = 30 * 24 * 3_600_000;

/** Carries redrives out, and goes on with those of processes that died: what is left of one stands in the store. */
export function createRedriver(deps: RedriverDeps): Redriver {
  const { work, clock, ids, onError, ttlMs = TTL_MS } = deps;
  const holder = ids.next();
  const running = new Set<Promise<void>>();
  const pauses = new Set<Pause>();
  let isStopped = true;
  let cancels: readonly Cancel[] = [];

  const rest = async (ms: number) => {
    const pause = new Pause(clock);
    pauses.add(pause);
    await pause.sleep(ms);
    pauses.delete(pause);
  };
  const look = async (): Promise<void> => {
    while (!isStopped && running.size < RUNNING_MAX) {
      const redrive = await work.claim({ holder, ttlMs });
      if (!redrive) return;
      const run = carryOut({ ...deps, ttlMs, holder, rest, isStopped: () => isStopped }, redrive)
        .catch(onError)
        .finally(() => running.delete(run));
      running.add(run);
    }
  };
  let looking: Promise<void> = Promise.resolve();
  const lookInTurn = (): Promise<void> => {
    looking = looking.then(look, look);
    return looking;
  };

  return {
    notify() {
      if (!isStopped) lookInTurn().catch(onError);
    },
    lifecycle: createLifecycle('redrives', {
      start() {
        isStopped = false;
        cancels = [
          every(clock, INTERVAL_MS, lookInTurn, onError),
          every(clock, FORGET_INTERVAL_MS, () => work.forget(KEPT_MS), onError, { unref: true }),
        ];
      },
      async stop() {
        isStopped = true;
        for (const cancel of cancels) cancel();
        for (const pause of pauses) pause.wake();
        await looking.catch(() => undefined);
        await Promise.all(running);
        await work.release(holder).catch(onError);
      },
    }),
  };
}

type Carrying = RedriverDeps & {
  readonly ttlMs: number;
  readonly holder: string;
  readonly rest: (ms: number) => Promise<void>;
  readonly isStopped: () => boolean;
};

async function carryOut(deps: Carrying, redrive: Redrive): Promise<void> {
  const target = deps.targetOf(redrive.consumer);
  if (!target) return end(deps, redrive, { state: 'stopped', stoppedBecause: 'consumer_unknown' });
  if (redrive.isDryRun) return dryRun(deps, redrive, target);
  const limit = stepSize(redrive.ratePerSecond, target.outside);
  for (let dueAt = deps.clock.now(); !deps.isStopped(); ) {
    const result = await untilItPasses(deps, redrive, (isLast) =>
      deps.work.step({ ...deps, redrive, limit, isLast, apply: (events, tx) => target.apply(events, tx) }),
    );
    if (!result) return;
    deps.onTried?.(redrive, result);
    if (isFailingAgain(result))
      return end(deps, redrive, { state: 'stopped', stoppedBecause: 'failing_again' });
    if (result.isOver) return end(deps, redrive, { state: 'completed' });
    // Who was late does not hurry afterwards.
    dueAt = Math.max(dueAt, deps.clock.now() - 1_000) + (result.tried * 1_000) / redrive.ratePerSecond;
    await deps.rest(dueAt - deps.clock.now());
  }
}

async function dryRun(deps: Carrying, redrive: Redrive, target: RedriveTarget): Promise<void> {
  const { letterId } = redrive;
  if (target.outside !== undefined || letterId === null)
    return end(deps, redrive, { state: 'completed', outcome: 'not_possible', error: target.outside });
  const tried = await untilItPasses(deps, redrive, (isLast) =>
    deps.work.tryOut({ letterId, isLast, apply: (events, tx) => target.apply(events, tx) }),
  );
  if (tried)
    await end(deps, redrive, { state: 'completed', outcome: tried.outcome, error: tried.error ?? undefined });
}

/** @returns undefined where the process stops meanwhile */
async function untilItPasses<T>(
  deps: Carrying,
  redrive: Redrive,
  work: (isLast: boolean) => Promise<T>,
): Promise<T | undefined> {
  for (let attempts = 1; !deps.isStopped(); attempts++) {
    try {
      return await work(attempts >= ATTEMPTS_MAX);
    } catch (error) {
      if (!isAway(error) && !isRetryable(error)) throw error;
      deps.onError(error);
      await deps.work.note(redrive.id, describeError(error)).catch(() => undefined);
      await deps.rest(backoffMs(attempts, BACKOFF, deps.random));
    }
  }
  return undefined;
}

async function end(
  { work, holder, onEnded }: Carrying,
  redrive: Redrive,
  how: Omit<Parameters<RedriveWork['end']>[0], 'id' | 'holder'>,
): Promise<void> {
  await work.end({ ...how, id: redrive.id, holder });
  onEnded?.(redrive, how.stoppedBecause ?? how.state);
}
