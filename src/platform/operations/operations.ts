import type { ValidateFunction } from 'ajv';
import { andThen, type MaybePromise, type Result, refuse } from '../../kernel/result.ts';
import type { Executed, KeyedWrites } from '../idempotency/keyed-writes.ts';
import type { Operation, OperationContext } from './operation.ts';
import { createAjv, describeErrors } from './validator.ts';

/** All writes that a process carries out, by their ids, and the one way to have one done. */
export class Operations {
  readonly #byId = new Map<string, Operation>();
  readonly #keyed: KeyedWrites;
  readonly #ajv = createAjv({ coerceTypes: false });
  readonly #validators = new Map<string, ValidateFunction>();

  /** @throws Error where two operations have one id, or one may wait that must not */
  constructor(operations: readonly Operation[], keyed: KeyedWrites) {
    for (const operation of operations) {
      const { operationId, queueable, priority } = operation;
      if (this.#byId.has(operationId)) throw new Error(`operation ${operationId} is declared twice`);
      if (queueable && priority === 'high') throw new Error(`operation ${operationId} must not wait`);
      this.#byId.set(operationId, operation);
    }
    this.#keyed = keyed;
  }

  /** In the order of their declaration. */
  all(): readonly Operation[] {
    return [...this.#byId.values()];
  }

  /** For edges that get the id with the request. */
  find(operationId: string): Operation | undefined {
    return this.#byId.get(operationId);
  }

  /**
   * Holds what an edge got as input to the operation's schema. Routes need not ask: Fastify holds bodies and
   * parameters to the same schemas.
   */
  check({ operationId, input: schema }: Operation, input: unknown): Result<unknown, 'invalid_request'> {
    let validate = this.#validators.get(operationId);
    if (!validate) {
      validate = this.#ajv.compile(schema);
      this.#validators.set(operationId, validate);
    }
    if (validate(input)) return { ok: true, value: input };
    return refuse('invalid_request', undefined, { errors: describeErrors(validate.errors ?? []) });
  }

  /**
   * Carries an operation out, or repeats the stored result of its key. Without a key it adds no promise.
   * @throws Fault of the use case
   */
  execute<I, V>(operation: Runnable<I, V>, context: OperationContext, input: I): MaybePromise<Executed<V>> {
    const { key: ref, requestId } = context;
    if (ref) {
      return this.#keyed.run({
        ref,
        requestId,
        run: () => operation.run(context, input),
        isSaved: (value) => operation.savesResult?.(value) ?? true,
      });
    }
    return andThen(operation.run(context, input), (result) => ({ result, isReplayed: false }));
  }
}

/** What it takes to carry one out. */
type Runnable<I, V> = {
  run(context: OperationContext, input: I): MaybePromise<Result<V>>;
  savesResult?(value: V): boolean;
};
