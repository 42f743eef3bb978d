import type { Clock } from './clock.ts';
import { OverloadedFault, UnavailableFault } from './faults.ts';
import { KeyLines } from './key-lines.ts';
import { type Batch, BatchQueue, type KeyedRequest, type Reject, type Resolve } from './micro-batch-queue.ts';
import { type RecoveryOptions, recover, rejectRange, resolveFrom, runOnce } from './micro-batch-recovery.ts';

export type MicroBatch<Q, A> = {
  /**
   * Rejects with what `run` threw for this request, with an OverloadedFault at the bound of the queue, with
   * an UnavailableFault when draining, or with what `conflictKeys` threw. Never throws.
   */
  submit(request: Q): Promise<A>;
  /** Requests that wait, deferred ones among them. */
  readonly queued: number;
  /** Batches that are being run, retried or split. */
  readonly inFlight: number;
  /** Refuses new requests from now on; settles when all that were accepted are answered. */
  drain(): Promise<void>;
};

export type MicroBatchObservation = {
  readonly size: number;
  /** How long the oldest request of the batch waited. */
  readonly queuedMs: number;
  readonly runMs: number;
  readonly outcome: 'ok' | 'retried' | 'split' | 'failed';
};

export type MicroBatchOptions<Q, A> = {
  /** Names the batch in errors. */
  readonly name: string;
  /**
   * Answers each request at its index. It does all or nothing: when it rejects, the requests are run again,
   * alone or with others, unless it is with a DeadlineFault, after which the outcome is unknown.
   */
  run(batch: readonly Q[]): Promise<readonly A[]>;
  readonly maxBatch: number;
  /** Default 2: one at work while the next, no smaller, is on its way. */
  readonly maxInFlight?: number;
  /** How many requests may wait. */
  readonly maxQueued: number;
  /**
   * How long a request may wait. A batch whose oldest request waited longer is not run: its requests are refused with
   * an OverloadedFault, as their senders are about to give up. Default 10 s.
   */
  readonly maxWaitMs?: number;
  /**
   * Requests that share a key are never in one batch nor in flight together, and keep their order. Those
   * behind are deferred, and leave before what came later. Without it nothing of this costs anything.
   */
  conflictKeys?(request: Q): readonly string[];
  /** How often, and after what pause, a batch is run again after a retryable fault. Default: never. */
  readonly retry?: { readonly attempts: number; readonly delayMs: number };
  readonly clock: Clock;
  /** Hears of every batch once it is answered; what it throws is dropped. */
  observe?(observation: MicroBatchObservation): void;
};

const WAIT_MS_MAX = 10_000;
const NO_RETRY = { attempts: 0, delayMs: 0 } as const;

function checkCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number from 1`);
}

/**
 * Natural batching: while nothing is in flight a request leaves at once (at the end of the turn of the event
 * loop, with all that arrived in it), else it waits for a batch to return and leaves with all that came
 * meanwhile. There is no timer, so at low load the latency is that of one call, and under load the batches
 * grow by themselves. What exceeds `maxQueued` is refused.
 *
 * A batch leaves beside others only when it is full or has as many requests as they have together: else the
 * few that came since the last one left would make the far side run small batches, which cost it most. With
 * holds of 256 connections a batch has 112 requests so and not 66, for four fifths of the database's and
 * three quarters to nine tenths of the server's processor time each; one batch at a time does the same, but leaves a lone
 * request waiting at low load, and a second core idle.
 */
export function createMicroBatch<Q, A>(options: MicroBatchOptions<Q, A>): MicroBatch<Q, A> {
  return new QueueingMicroBatch(options);
}

class QueueingMicroBatch<Q, A> implements MicroBatch<Q, A> {
  readonly #options: MicroBatchOptions<Q, A>;
  readonly #recovery: RecoveryOptions<Q, A>;
  readonly #maxInFlight: number;
  readonly #maxWaitMs: number;
  readonly #now: () => number;
  readonly #arrived: BatchQueue<Q, A>;
  /** Requests that were deferred and hold their keys now. They came before all that arrived since. */
  readonly #released: BatchQueue<Q, A>;
  readonly #lines = new KeyLines<KeyedRequest<Q, A>>();
  readonly #release = (freed: KeyedRequest<Q, A>): void => this.#released.pushKeyed(freed, this.#now);
  readonly #flush = (): void => {
    this.#scheduled = false;
    this.#dispatch();
  };
  // One executor for all promises: it leaves the two ends here, so that no closure is made per request.
  readonly #capture = (resolve: Resolve<A>, reject: Reject): void => {
    this.#resolve = resolve;
    this.#reject = reject;
  };
  #resolve!: Resolve<A>;
  #reject!: Reject;
  #queued = 0;
  #inFlight = 0;
  #requestsInFlight = 0;
  #scheduled = false;
  #draining = false;
  #drained: PromiseWithResolvers<void> | undefined;
  #meanRunMs = 0;

  constructor(options: MicroBatchOptions<Q, A>) {
    this.#options = options;
    this.#maxInFlight = options.maxInFlight ?? 2;
    this.#maxWaitMs = options.maxWaitMs ?? WAIT_MS_MAX;
    checkCount('maxBatch', options.maxBatch);
    checkCount('maxInFlight', this.#maxInFlight);
    checkCount('maxQueued', options.maxQueued);
    this.#recovery = {
      name: options.name,
      run: (batch) => options.run(batch),
      retry: options.retry ?? NO_RETRY,
      clock: options.clock,
    };
    this.#now = () => options.clock.now();
    this.#arrived = new BatchQueue(options.maxBatch);
    this.#released = new BatchQueue(options.maxBatch);
  }

  get queued(): number {
    return this.#queued;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Requests that wait for nothing but their batch. */
  get #ready(): number {
    return this.#released.size + this.#arrived.size;
  }

  submit(request: Q): Promise<A> {
    if (this.#queued >= this.#options.maxQueued || this.#draining) return Promise.reject(this.#refusal());
    if (this.#options.conflictKeys !== undefined) return this.#submitKeyed(request);
    const answer = new Promise<A>(this.#capture);
    const batch = this.#arrived.open(this.#now);
    batch.requests.push(request);
    batch.resolves.push(this.#resolve);
    batch.rejects.push(this.#reject);
    this.#queued++;
    this.#wake();
    return answer;
  }

  drain(): Promise<void> {
    this.#draining = true;
    this.#drained ??= Promise.withResolvers();
    this.#settleDrain();
    return this.#drained.promise;
  }

  #submitKeyed(request: Q): Promise<A> {
    let keys: readonly string[];
    try {
      keys = this.#options.conflictKeys!(request);
    } catch (error) {
      return Promise.reject(error);
    }
    const answer = new Promise<A>(this.#capture);
    const entry: KeyedRequest<Q, A> = {
      request,
      resolve: this.#resolve,
      reject: this.#reject,
      sinceMs: 0,
      firstPlace: undefined,
      blockedBy: 0,
    };
    this.#queued++;
    if (this.#lines.join(entry, keys)) {
      this.#arrived.pushKeyed(entry, this.#now);
      this.#wake();
    } else {
      entry.sinceMs = this.#now();
    }
    return answer;
  }

  #refusal(): UnavailableFault | OverloadedFault {
    const { name, maxBatch } = this.#options;
    if (this.#draining) return new UnavailableFault(name, `${name} takes no more requests, it is stopping`);
    const rounds = 1 + this.#queued / (maxBatch * this.#maxInFlight);
    const retryAfterMs = Math.max(1, Math.ceil(this.#meanRunMs * rounds));
    return new OverloadedFault(`${name} has ${this.#queued} requests waiting`, { retryAfterMs });
  }

  #wake(): void {
    if (this.#inFlight >= this.#maxInFlight) return;
    if (this.#arrived.size >= this.#options.maxBatch) {
      // A full batch gains nothing from the rest of the turn.
      this.#dispatch();
    } else if (!this.#scheduled) {
      // Not a microtask: those run between two sockets that are read in one turn, so that each request of a
      // burst would leave alone. The check phase comes after all sockets of the turn.
      this.#scheduled = true;
      setImmediate(this.#flush);
    }
  }

  #dispatch(): void {
    while (this.#inFlight < this.#maxInFlight) {
      if (this.#ready < Math.min(this.#requestsInFlight, this.#options.maxBatch)) return;
      const batch = this.#released.take() ?? this.#arrived.take();
      if (batch === undefined) return;
      this.#arrived.moveTo(batch);
      this.#queued -= batch.requests.length;
      this.#inFlight++;
      this.#requestsInFlight += batch.requests.length;
      void this.#runBatch(batch);
    }
  }

  async #runBatch(batch: Batch<Q, A>): Promise<void> {
    const startedMs = this.#now();
    let answers: readonly A[] | undefined;
    let outcome: MicroBatchObservation['outcome'] = 'ok';
    if (startedMs - batch.sinceMs > this.#maxWaitMs) {
      outcome = 'failed';
      rejectRange(batch, 0, batch.requests.length, this.#refusal());
    } else {
      try {
        answers = await runOnce(this.#recovery, batch.requests);
      } catch (error) {
        outcome = await recover(this.#recovery, batch, { error, sinceMs: startedMs });
      }
    }
    const runMs = this.#now() - startedMs;
    this.#meanRunMs += (runMs - this.#meanRunMs) / 8;
    for (const entry of batch.keyed) this.#lines.leave(entry, this.#release);
    this.#inFlight--;
    this.#requestsInFlight -= batch.requests.length;
    // The next batch goes out before the answers of this one are worked on, so that the far side never idles.
    this.#dispatch();
    if (answers !== undefined) resolveFrom(batch, 0, answers);
    this.#settleDrain();
    try {
      const size = batch.requests.length;
      this.#options.observe?.({ size, queuedMs: startedMs - batch.sinceMs, runMs, outcome });
    } catch {
      // An observer that fails must not cost anyone an answer.
    }
  }

  #settleDrain(): void {
    if (this.#queued === 0 && this.#inFlight === 0) this.#drained?.resolve();
  }
}
