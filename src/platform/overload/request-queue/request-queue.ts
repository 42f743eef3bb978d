import { type Clock, every } from '../../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../../kernel/lifecycle.ts';
import {
  createMicroBatch,
  type MicroBatch,
  type MicroBatchObservation,
} from '../../../kernel/micro-batch.ts';
import type { Random } from '../../../kernel/random.ts';
import { andThen, type MaybePromise, ok, type Result, refuse } from '../../../kernel/result.ts';
import type { Operation, OperationContext } from '../../operations/operation.ts';
import type { WriteLoad } from '../write-load.ts';
import type {
  FoundRequest,
  QueueBounds,
  Queued,
  RequestName,
  RequestStore,
  WaitingRequest,
} from './ports.ts';

export type RequestQueueOptions = {
  readonly store: Pick<RequestStore, 'add' | 'find' | 'length'>;
  readonly load: WriteLoad;
  readonly clock: Clock;
  readonly random: Random;
  readonly bounds: QueueBounds;
  readonly observe?: (name: string) => (observation: MicroBatchObservation) => void;
  readonly onError: (error: unknown) => void;
  /** Hears how each write went that may wait: direct, queued, or the code of a refusal. */
  readonly onDecided?: (how: string) => void;
};

/** What the sender of a write that waits is told. */
export type Ticket = {
  readonly queuedRequestId: string;
  readonly number: number;
  readonly ahead: number;
  readonly pollAfterMs: number;
};

/** How old it may be what this process knows of the queue's length, which others fill too. */
const LENGTH_MS = 250;
const BATCH_MAX = 1_000;
const POLL_MS_MIN = 500;
const POLL_MS_MAX = 10_000;
/** People whose turn comes within a millisecond, for the pause that is asked for between two polls. */
const AHEAD_PER_MS = 1;

/**
 * Decides which writes wait. From the threshold on every write that may wait goes behind those that do; they go direct
 * again once nobody waits and the process has been calm for a while, so that nobody overtakes.
 */
export class RequestQueue {
  readonly lifecycle: Lifecycle;
  readonly load: WriteLoad;
  readonly #options: RequestQueueOptions;
  readonly #adds: MicroBatch<WaitingRequest, Queued>;
  readonly #finds: MicroBatch<RequestName, FoundRequest | undefined>;
  #isInUse = false;
  #length = 0;

  constructor(options: RequestQueueOptions) {
    this.#options = options;
    this.load = options.load;
    const { store, clock, bounds, observe, onError } = options;
    const batchOf = (name: string) => ({
      name,
      maxBatch: BATCH_MAX,
      maxQueued: bounds.lengthMax,
      clock,
      ...(observe ? { observe: observe(name) } : {}),
    });
    this.#adds = createMicroBatch<WaitingRequest, Queued>({
      ...batchOf('request-queue'),
      // One after the other: the lock of the queue would hold up a second one.
      maxInFlight: 1,
      conflictKeys: ({ key }) => [`${key.scope} ${key.key}`],
      run: (requests) => store.add(requests, bounds),
    });
    this.#finds = createMicroBatch<RequestName, FoundRequest | undefined>({
      ...batchOf('request-queue-find'),
      run: (asked) => store.find(asked),
    });
    let cancel = () => {};
    this.lifecycle = createLifecycle('request queue', {
      start: async () => {
        await this.#look();
        cancel = every(clock, LENGTH_MS, () => this.#look(), onError, { unref: true });
      },
      stop: async () => {
        cancel();
        await this.#adds.drain();
      },
    });
  }

  /** Whether writes that may wait go into the queue at the moment. */
  isInUse(): boolean {
    if (!this.#isInUse && this.load.room() === 0) this.#isInUse = true;
    return this.#isInUse;
  }

  get limit(): number {
    return this.load.limit;
  }

  /** How many are open, as of a moment ago. */
  get length(): number {
    return this.#length;
  }

  /**
   * Keeps a write that may wait. @returns undefined where its key has a result already, which is told at once
   * @throws UnavailableFault, OverloadedFault where it cannot be kept
   */
  add(
    operation: Operation,
    context: OperationContext,
    input: unknown,
  ): MaybePromise<Result<Ticket | undefined>> {
    const kept = operation.toWait?.(context, input) ?? ok({ input });
    return andThen(kept, (result) => (result.ok ? this.#keep(operation, context, result.value) : result));
  }

  /** Only its sender finds it. */
  find(name: RequestName): Promise<FoundRequest | undefined> {
    return this.#finds.submit(name);
  }

  async #keep(
    { operationId }: Operation,
    context: OperationContext,
    { input, pass }: { readonly input: unknown; readonly pass?: WaitingRequest['pass'] },
  ): Promise<Result<Ticket | undefined>> {
    const { account, requestId, trace } = context;
    if (!account) throw new Error(`operation ${operationId} may wait, so it needs somebody who asks`);
    const id = newId(this.#options.random);
    // A key with a space in it is none that a client can send.
    const key = context.key ?? {
      scope: account.accountId,
      key: `queued ${id}`,
      fingerprint: Buffer.from(id),
    };
    const queued = await this.#adds.submit({
      id,
      account,
      operationId,
      input,
      pass,
      key,
      requestId,
      trace,
    });
    this.#options.onDecided?.(queued.kind);
    if (queued.kind === 'full') return refuse('overloaded');
    if (queued.kind === 'reused') return refuse('idempotency_key_reused');
    if (queued.kind === 'answered') return ok(undefined);
    this.#length = Math.max(this.#length, queued.ahead + 1);
    return ok(ticketOf(queued));
  }

  async #look(): Promise<void> {
    this.#length = await this.#options.store.length();
    if (this.#length > 0) this.#isInUse = true;
    else if (this.load.isCalm() && this.#adds.queued + this.#adds.inFlight === 0) this.#isInUse = false;
  }
}

function ticketOf({ id, number, ahead }: Extract<Queued, { kind: 'queued' }>): Ticket {
  return { queuedRequestId: id, number, ahead, pollAfterMs: pollAfterMs(ahead) };
}

/** Who is far behind need not ask often. */
export function pollAfterMs(ahead: number): number {
  return Math.min(POLL_MS_MAX, POLL_MS_MIN + Math.floor(ahead / AHEAD_PER_MS));
}

/** 128 random bits in the shape of our ids. */
function newId(random: Random): string {
  const hex = Buffer.from(random.bytes(16)).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
