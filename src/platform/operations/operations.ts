import type { MaybePromise } from '../../kernel/result.ts';
import type { Executed, KeyedWrites } from '../idempotency/keyed-writes.ts';
import type { Operation, OperationType } from './operation.ts';

/** All writes that a process carries out, by kind, and the one way to have one done. */
export class Operations {
  readonly #types = new Map<string, OperationType>();
  readonly #keyed: KeyedWrites;

  /** @throws Error where two types have one kind */
  constructor(types: readonly OperationType[], keyed: KeyedWrites) {
    for (const type of types) {
      if (this.#types.has(type.kind)) throw new Error(`operation ${type.kind} is declared twice`);
      this.#types.set(type.kind, type);
    }
    this.#keyed = keyed;
  }

  /** For edges that get the kind with the request. */
  find(kind: string): OperationType | undefined {
    return this.#types.get(kind);
  }

  /**
   * Carries an operation out, or repeats the stored result of its key. Without a key it adds no promise.
   * @throws Fault of the use case
   */
  execute<I, V>(type: OperationType<I, V>, operation: Operation<I>): MaybePromise<Executed<V>> {
    const { key: ref, requestId } = operation;
    if (ref) {
      return this.#keyed.run({
        ref,
        requestId,
        run: () => type.run(operation),
        isSaved: (value) => type.savesResult?.(value) ?? true,
      });
    }
    const answer = type.run(operation);
    if (answer instanceof Promise) return answer.then((result) => ({ result, isReplayed: false }));
    return { result: answer, isReplayed: false };
  }
}
