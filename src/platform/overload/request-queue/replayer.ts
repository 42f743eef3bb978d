import { type Clock, every } from '../../../kernel/clock.ts';
import { isAway } from '../../../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../../../kernel/lifecycle.ts';
import { createMicroBatch, type MicroBatch } from '../../../kernel/micro-batch.ts';
import { onceAtATime } from '../../../kernel/once-at-a-time.ts';
import { isPassing, type ProblemCatalogue } from '../../../kernel/problems.ts';
import { type Result, refuse } from '../../../kernel/result.ts';
import type { Lease } from '../../lease/lease.ts';
import type { LeaseKeeper } from '../../lease/lease-keeper.ts';
import type { Operations } from '../../operations/operations.ts';
import type { WriteLoad } from '../write-load.ts';
import type { EndedRequest, RequestStore, TakenRequest } from './ports.ts';

export type ReplayerOptions = {
  readonly store: Pick<RequestStore, 'take' | 'end' | 'expire' | 'forget' | 'length'>;
  /** Only who has it replays. */
  readonly lease: Pick<LeaseKeeper, 'lease' | 'lifecycle'>;
  readonly operations: Pick<Operations, 'find' | 'execute'>;
  readonly load: WriteLoad;
  readonly clock: Clock;
  /** Which refusals pass: those are tried again. */
  readonly problems: ProblemCatalogue;
  /** Requests that are replayed at once. */
  readonly concurrency: number;
  /** Nothing is put in any more: what waits from before is replayed, and then nobody looks again. */
  readonly untilEmpty: boolean;
  readonly hasSessionEnded: (sessionId: string) => boolean;
  readonly onError: (error: unknown) => void;
  /** Hears how a request ended: done, or the code of its refusal. */
  readonly onEnded?: (how: string) => void;
};

/** How soon it is seen what another process has put in, and that there is room again. */
const LOOK_MS = 50;
const EXPIRE_MS = 500;
/** How long answers are kept, and how often older ones are removed. */
const KEPT_MS = 600_000;
const FORGET_MS = 60_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;
const EXPIRED = refuse('expired_in_queue');

/**
 * Replays requests that wait, in their order and a bounded number at a time, as far as the load leaves room. A request is
 * run under its key, so that one that is run again after a crash finds the result of the first time.
 */
export class Replayer {
  readonly lifecycle: Lifecycle;
  readonly #options: ReplayerOptions;
  readonly #ends: MicroBatch<{ readonly lease: Lease; readonly ended: EndedRequest }, void>;
  readonly #running = new Set<Promise<void>>();
  readonly #take = onceAtATime(() => this.#takeNext());
  #stopping = false;
  #expireAtMs = 0;
  #forgetAtMs = 0;

  constructor(options: ReplayerOptions) {
    this.#options = options;
    const { store, lease, clock, concurrency, onError } = options;
    this.#ends = createMicroBatch({
      name: 'request-queue-end',
      maxBatch: concurrency,
      maxQueued: 2 * concurrency,
      clock,
      retry: { attempts: 3, delayMs: RETRY_MS_MIN },
      async run(batch) {
        const [first] = batch;
        const ended = batch.map((one) => one.ended);
        if (first) await store.end(first.lease, ended);
        return batch.map(() => undefined);
      },
    });
    let cancel = () => {};
    const turn = async (): Promise<void> => {
      if (!(await this.#turn())) return;
      cancel();
      await lease.lifecycle.stop();
    };
    this.lifecycle = createLifecycle('replays of queued requests', {
      start: async () => {
        this.#stopping = false;
        await lease.lifecycle.start();
        cancel = every(clock, LOOK_MS, turn, onError, { unref: true });
      },
      stop: async () => {
        this.#stopping = true;
        cancel();
        await this.#take().catch(() => undefined);
        await Promise.all(this.#running);
        await lease.lifecycle.stop();
      },
    });
  }

  get running(): number {
    return this.#running.size;
  }

  /** @returns whether nothing is left, where nothing comes any more */
  async #turn(): Promise<boolean> {
    const { clock, store, lease, untilEmpty } = this.#options;
    if (untilEmpty && this.#running.size === 0 && (await store.length()) === 0) return true;
    if (!lease.lease) return false;
    const now = clock.now();
    if (now >= this.#expireAtMs) {
      this.#expireAtMs = now + EXPIRE_MS;
      const count = await store.expire(EXPIRED);
      for (let index = 0; index < count; index++) this.#options.onEnded?.(EXPIRED.code);
    }
    if (now >= this.#forgetAtMs) {
      this.#forgetAtMs = now + FORGET_MS;
      await store.forget(KEPT_MS);
    }
    await this.#take();
    return false;
  }

  /** Takes as many as there is room for. */
  async #takeNext(): Promise<void> {
    const { store, load, lease, concurrency } = this.#options;
    const held = lease.lease;
    if (!held || this.#stopping) return;
    const room = Math.min(concurrency - this.#running.size, load.room());
    if (room <= 0) return;
    const taken = await store.take(held, room);
    for (const request of taken) {
      load.enter();
      const replay = this.#replay(held, request)
        .catch(this.#options.onError)
        .finally(() => {
          load.leave();
          this.#running.delete(replay);
          if (!this.#stopping) void this.#take().catch(this.#options.onError);
        });
      this.#running.add(replay);
    }
  }

  async #replay(lease: Lease, request: TakenRequest): Promise<void> {
    const result = await this.#resultOf(request);
    // Given up at a stop: the next holder goes on with it.
    if (!result) return;
    if (await this.#end(lease, { id: request.id, result }))
      this.#options.onEnded?.(result.ok ? 'done' : result.code);
  }

  /** Until it is kept: nobody else ends what this holder has begun. @returns false at a stop */
  async #end(lease: Lease, ended: EndedRequest): Promise<boolean> {
    for (;;) {
      try {
        await this.#ends.submit({ lease, ended });
        return true;
      } catch (error) {
        if (this.#stopping) return false;
        if (!isAway(error)) this.#options.onError(error);
        await this.#pause(RETRY_MS_MAX);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.clock.after(ms, resolve));
  }

  async #resultOf(request: TakenRequest): Promise<Result<unknown> | undefined> {
    const { clock, hasSessionEnded } = this.#options;
    if (hasSessionEnded(request.account.sessionId)) return refuse('session_ended');
    const until = clock.now() + request.remainingMs;
    for (let delayMs = RETRY_MS_MIN; ; delayMs = Math.min(RETRY_MS_MAX, 2 * delayMs)) {
      const result = await this.#attempt(request);
      if (result.ok || !isPassing(result.code, this.#options.problems)) return result;
      if (this.#stopping) return undefined;
      if (clock.now() + delayMs > until) return result;
      await this.#pause(delayMs);
    }
  }

  async #attempt({ operationId, input, ...request }: TakenRequest): Promise<Result<unknown>> {
    const { operations, onError } = this.#options;
    const operation = operations.find(operationId);
    if (!operation) return refuse('overloaded', 'This version does not know the request any more.');
    try {
      const { account, key, requestId, trace, pass } = request;
      const executed = await operations.execute(operation, { account, key, requestId, trace, pass }, input);
      return executed.result;
    } catch (error) {
      if (isAway(error)) return refuse('dependency_unavailable');
      onError(error);
      return refuse('internal_error');
    }
  }
}
