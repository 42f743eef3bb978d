import type { MaybePromise, Result } from '../../kernel/result.ts';
import type { Access } from '../auth/access.ts';
import type { Principal } from '../auth/principal.ts';
import type { IdempotencyRef } from '../idempotency/ports.ts';

/** A write as a value. Every edge makes the same one of its requests: HTTP today, others as they come. */
export type Operation<I = unknown> = {
  /** Names the type of the operation, as `operationId` does in the OpenAPI document. */
  readonly kind: string;
  /** Who asks; null where nobody has to sign in. The edge has checked the access of the type. */
  readonly account: Principal | null;
  /** Valid by the schema of the edge that it came in by. */
  readonly input: I;
  readonly key: IdempotencyRef | undefined;
  readonly requestId: string;
  /** W3C traceparent, for events. */
  readonly trace: string | undefined;
};

/** What a module says of one of its writes, and how it is carried out. `V` is plain data that outlives JSON. */
export type OperationType<I = never, V = unknown, View = unknown> = {
  readonly kind: string;
  readonly access: Access;
  /** Whether it takes an Idempotency-Key. One whose result holds a secret must not. */
  readonly idempotent: boolean;
  /** Codes that `run` refuses with; those of the edge come on top. A test that meets another fails. */
  readonly problems: readonly string[];
  run(operation: Operation<I>): MaybePromise<Result<V>>;
  /** Whether `run` stores this value itself with its effect, where there is a key. Default: it does. */
  savesResult?(value: V): boolean;
  /** What people are told of the result; the same, whether it was made just now or comes out of the store. */
  present(value: V, context: PresentContext<I>): MaybePromise<View>;
};

export type PresentContext<I> = { readonly operation: Operation<I>; readonly isReplayed: boolean };

/** Lets the compiler infer what the functions of a type have in common. */
export function defineOperation<I, V, View>(type: OperationType<I, V, View>): OperationType<I, V, View> {
  return type;
}

/** Who asks, for types whose access is not `anyone`. */
export function accountOf({ kind, account }: Operation): Principal {
  if (!account) throw new Error(`operation ${kind} has nobody who asks: declare its access`);
  return account;
}
