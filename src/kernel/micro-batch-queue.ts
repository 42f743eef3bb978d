import type { KeyPlace } from './key-lines.ts';

export type Resolve<A> = (answer: A | PromiseLike<A>) => void;
export type Reject = (error: unknown) => void;

/** A request that was submitted with conflict keys, and the lines it stands in. */
export type KeyedRequest<Q, A> = {
  readonly request: Q;
  readonly resolve: Resolve<A>;
  readonly reject: Reject;
  /** When it was deferred; zero if it was not. */
  sinceMs: number;
  firstPlace: KeyPlace<KeyedRequest<Q, A>> | undefined;
  blockedBy: number;
};

/** Requests side by side with the two ends of their promises; `keyed` is empty without conflict keys. */
export type Batch<Q, A> = {
  readonly requests: Q[];
  readonly resolves: Resolve<A>[];
  readonly rejects: Reject[];
  readonly keyed: KeyedRequest<Q, A>[];
  /** When the oldest of them was submitted. */
  sinceMs: number;
  next: Batch<Q, A> | undefined;
};

/**
 * A first-in first-out queue that consists of finished batches: a request is appended to the last one, which
 * later leaves as it is. So queueing and taking cost O(1) without copying, and nothing is allocated per request.
 */
export class BatchQueue<Q, A> {
  readonly #maxBatch: number;
  #first: Batch<Q, A> | undefined;
  #last: Batch<Q, A> | undefined;
  #size = 0;

  constructor(maxBatch: number) {
    this.#maxBatch = maxBatch;
  }

  /** How many requests there are. */
  get size(): number {
    return this.#size;
  }

  /** The batch that the next request is to be appended to. Asks for the time only where it begins a new one. */
  open(nowMs: () => number): Batch<Q, A> {
    this.#size++;
    const last = this.#last;
    if (last !== undefined && last.requests.length < this.#maxBatch) return last;
    const opened: Batch<Q, A> = {
      requests: [],
      resolves: [],
      rejects: [],
      keyed: [],
      sinceMs: nowMs(),
      next: undefined,
    };
    if (last === undefined) this.#first = opened;
    else last.next = opened;
    this.#last = opened;
    return opened;
  }

  pushKeyed(entry: KeyedRequest<Q, A>, nowMs: () => number): void {
    append(this.open(nowMs), entry);
  }

  /** The first batch, which is full unless it is the last or was drawn from by `moveTo`. */
  take(): Batch<Q, A> | undefined {
    const batch = this.#first;
    if (batch === undefined) return undefined;
    this.#first = batch.next;
    if (batch.next === undefined) this.#last = undefined;
    batch.next = undefined;
    this.#size -= batch.requests.length;
    return batch;
  }

  /** Fills `batch` up from the front; keyed requests only. */
  moveTo(batch: Batch<Q, A>): void {
    while (batch.requests.length < this.#maxBatch && this.#first !== undefined) {
      const source = this.#first;
      const count = Math.min(this.#maxBatch - batch.requests.length, source.requests.length);
      if (source.sinceMs < batch.sinceMs) batch.sinceMs = source.sinceMs;
      for (const entry of source.keyed.splice(0, count)) append(batch, entry);
      source.requests.splice(0, count);
      source.resolves.splice(0, count);
      source.rejects.splice(0, count);
      this.#size -= count;
      if (source.requests.length === 0) this.take();
    }
  }
}

function append<Q, A>(batch: Batch<Q, A>, entry: KeyedRequest<Q, A>): void {
  batch.requests.push(entry.request);
  batch.resolves.push(entry.resolve);
  batch.rejects.push(entry.reject);
  batch.keyed.push(entry);
  if (entry.sinceMs !== 0 && entry.sinceMs < batch.sinceMs) batch.sinceMs = entry.sinceMs;
}
