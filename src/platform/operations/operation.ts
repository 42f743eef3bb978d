import type { Static, TSchema } from 'typebox';
import type { MaybePromise, Result } from '../../kernel/result.ts';
import type { Access } from '../auth/access.ts';
import type { Principal } from '../auth/principal.ts';
import type { IdempotencyRef } from '../idempotency/ports.ts';

/**
 * A write as its module declares it, once, for all edges: HTTP today, STOMP, a replay and commands as they come. `V` is
 * plain data that outlives JSON.
 */
export type Operation<S extends TSchema = TSchema, V = unknown, View = unknown> = {
  /** Names it, as `operationId` does in the OpenAPI document. */
  readonly operationId: string;
  /** What it takes. The bodies and parameters of its route are made of the same schemas. */
  readonly input: S;
  readonly access: Access;
  /** Whether it takes an Idempotency-Key. One whose result holds a secret must not. */
  readonly idempotent: boolean;
  /** Whether it may wait in the request queue, with its answer to come later. */
  readonly queueable: boolean;
  /** Of a queueable one: whether this input may wait. Default: it may. */
  mayWait?(input: Static<S>): boolean;
  /**
   * Of a queueable one: what is kept of an input that waits, and the pass that was good when it came. A refusal is
   * answered at once. Default: the input, which then must hold no secret.
   */
  toWait?(context: OperationContext, input: Static<S>): MaybePromise<Result<KeptInput<S>>>;
  /** `high`: it is the last that is turned away in an overload, and it never waits in the request queue. */
  readonly priority: 'normal' | 'high';
  /** Codes that `run` refuses with; those of the edge come on top. A test that meets another fails. */
  readonly problems: readonly string[];
  /** The edge has checked the access, and that the input is valid. */
  run(context: OperationContext, input: Static<S>): MaybePromise<Result<V>>;
  /** Whether `run` stores this value itself with its effect, where there is a key. Default: it does. */
  savesResult?(value: V): boolean;
  /** What people are told of the result; the same, whether it was made just now or comes out of the store. */
  present(value: V, answered: Answered<S>): MaybePromise<View>;
};

/** What an edge knows of a request besides its input. */
export type OperationContext = {
  /** Who asks; null where nobody has to sign in. */
  readonly account: Principal | null;
  readonly key: IdempotencyRef | undefined;
  readonly requestId: string;
  /** W3C traceparent, for events. */
  readonly trace: string | undefined;
  /** Of a request that waited in the queue: the pass that was good when it came, and has to be unspent. */
  readonly pass?: AdmittedPass | undefined;
};

/** What is kept of a room's pass, which is no pass itself: the place in line, or 0, and when it was issued, epoch ms. */
export type AdmittedPass = { readonly number: number; readonly issuedAt: number };

export type KeptInput<S extends TSchema = TSchema> = {
  readonly input: Static<S>;
  readonly pass?: AdmittedPass | undefined;
};

export type Answered<S extends TSchema = TSchema> = {
  readonly context: OperationContext;
  readonly input: Static<S>;
  readonly isReplayed: boolean;
};

/** Lets the compiler infer what the functions of an operation have in common. */
export function defineOperation<S extends TSchema, V, View>(
  operation: Operation<S, V, View>,
): Operation<S, V, View> {
  return operation;
}

/** Who asks, for operations whose access is not `anyone`. */
export function accountOf({ account }: OperationContext): Principal {
  if (!account) throw new Error('an operation has nobody who asks: declare its access');
  return account;
}
