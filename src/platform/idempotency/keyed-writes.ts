import type { Clock } from '../../kernel/clock.ts';
import { Fault } from '../../kernel/faults.ts';
import { createMicroBatch, type MicroBatch, type MicroBatchObservation } from '../../kernel/micro-batch.ts';
import { isPassing, type ProblemCatalogue } from '../../kernel/problems.ts';
import { type MaybePromise, type Refusal, type Result, refuse } from '../../kernel/result.ts';
import { KeySlots } from './key-slots.ts';
import type { IdempotencyRef, IdempotencyStore, ResultRecord, SavedResult } from './ports.ts';

export type KeyedWritesOptions = {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  /** What refusals there are: those that pass are not stored. */
  readonly problems: ProblemCatalogue;
  /** How long a request waits for an earlier one with its key before it is refused. Default 10,000. */
  readonly waitMsMax?: number;
  /** Requests that may wait for the store, to read and to write each; more are refused. Default 32,768. */
  readonly maxQueued?: number;
  /** Gives each of the two batches its place to report to. */
  readonly observe?: (name: string) => (observation: MicroBatchObservation) => void;
};

/** What a write came to; `requestId` names the request that was refused, where a stored refusal is repeated. */
export type Executed<V> = {
  readonly result: Result<V>;
  readonly isReplayed: boolean;
  readonly requestId?: string;
};

export type KeyedWrite<V> = {
  readonly ref: IdempotencyRef;
  readonly requestId: string;
  /** Runs the write; at most once a key, as far as it has an effect. */
  run(): MaybePromise<Result<V>>;
  /** Whether `run` stored this result itself, with its effect. */
  isSaved(value: V): boolean;
};

const BATCH_MAX = 1_000;

/** Writes with an Idempotency-Key; what it guarantees stands in ports.ts. */
export class KeyedWrites {
  readonly #slots: KeySlots;
  readonly #problems: ProblemCatalogue;
  readonly #finds: MicroBatch<IdempotencyRef, SavedResult | undefined>;
  readonly #saves: MicroBatch<ResultRecord, SavedResult>;

  constructor(options: KeyedWritesOptions) {
    const { store, clock, observe, maxQueued = 32_768 } = options;
    this.#slots = new KeySlots(clock, options.waitMsMax ?? 10_000);
    this.#problems = options.problems;
    // Many requests are one question: as many as arrive while the database is busy.
    const batch = <Q, A>(name: string, run: (requests: readonly Q[]) => Promise<readonly A[]>) =>
      createMicroBatch<Q, A>({
        name,
        run,
        maxBatch: BATCH_MAX,
        maxQueued,
        clock,
        ...(observe ? { observe: observe(name) } : {}),
      });
    this.#finds = batch('idempotency-find', (refs: readonly IdempotencyRef[]) => store.find(refs));
    this.#saves = batch('idempotency-save', (records: readonly ResultRecord[]) => store.save(records));
  }

  async run<V>(write: KeyedWrite<V>): Promise<Executed<V>> {
    const { ref } = write;
    const release = await this.#slots.take(`${ref.scope} ${ref.key}`);
    if (!release) return fresh(refuse('idempotency_key_in_use'));
    try {
      const saved = await this.#finds.submit(ref);
      return saved ? replay(saved, ref) : await this.#attempt(write);
    } finally {
      release();
    }
  }

  async #attempt<V>(write: KeyedWrite<V>): Promise<Executed<V>> {
    const { ref, requestId } = write;
    let result: Result<V>;
    try {
      result = await write.run();
    } catch (error) {
      if (error instanceof Fault && error.code === 'idempotency_conflict') return this.#replayWinner(ref);
      throw error;
    }
    if (result.ok ? write.isSaved(result.value) : isPassing(result.code, this.#problems))
      return fresh(result);
    const text = JSON.stringify(result.ok ? result : { ...result, requestId });
    const kept = await this.#saves.submit({ ...ref, result: text });
    return kept.result === text && kept.fingerprint.equals(ref.fingerprint)
      ? fresh(result)
      : replay(kept, ref);
  }

  /** Another instance was faster with this key: the transaction here was undone, and its result is there. */
  async #replayWinner<V>(ref: IdempotencyRef): Promise<Executed<V>> {
    const saved = await this.#finds.submit(ref);
    return saved ? replay(saved, ref) : fresh(refuse('overloaded'));
  }
}

function fresh<V>(result: Result<V>): Executed<V> {
  return { result, isReplayed: false };
}

/** The stored result, unless the request is another one than the first. */
function replay<V>(saved: SavedResult, ref: IdempotencyRef): Executed<V> {
  if (!saved.fingerprint.equals(ref.fingerprint)) return fresh(refuse('idempotency_key_reused'));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `run` returned, from our own table
  const stored = JSON.parse(saved.result) as Result<V> | (Refusal & { readonly requestId: string });
  if (stored.ok) return { result: stored, isReplayed: true };
  const { requestId, ...refusal } = stored as Refusal & { readonly requestId: string };
  return { result: refusal, isReplayed: true, requestId };
}
