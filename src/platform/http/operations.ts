import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { andThen, type MaybePromise, type Result } from '../../kernel/result.ts';
import { deriveKey } from '../auth/tokens/secret.ts';
import type { Executed } from '../idempotency/keyed-writes.ts';
import type { IdempotencyRef } from '../idempotency/ports.ts';
import type { Operation, OperationContext } from '../operations/operation.ts';
import type { Operations } from '../operations/operations.ts';
import type { RequestQueue, Ticket } from '../overload/request-queue/request-queue.ts';
import { problemBody } from './problem.ts';
import { traceOf } from './trace-context.ts';

declare module 'fastify' {
  interface FastifyInstance {
    operations: {
      readonly execute: Operations['execute'];
      readonly readKey: ReadKey;
      readonly queue: RequestQueue | undefined;
    };
  }
  interface FastifyContextConfig {
    /** Takes an Idempotency-Key. */
    idempotent?: boolean;
  }
}

type ReadKey = (
  request: FastifyRequest,
  header: unknown,
) => Result<IdempotencyRef, 'idempotency_key_invalid'>;

export type OperationsOptions = {
  readonly operations: Pick<Operations, 'execute'>;
  /** Fingerprints are keyed with it: the same in all instances, and not known to others. */
  readonly secretKey: string;
  /** Where writes wait above the threshold; without it all go direct. */
  readonly queue?: RequestQueue | undefined;
};

/** Lets routes carry out operations. Register before the routes. */
export function acceptOperations(
  server: FastifyInstance,
  { operations, secretKey, queue }: OperationsOptions,
): void {
  server.decorate('operations', {
    execute: (operation, context, input) => operations.execute(operation, context, input),
    readKey: createKeyReader(secretKey),
    queue,
  });
}

/** What a route's configuration says of the operation that it carries out. */
export function operationConfig({
  access,
  idempotent,
  problems,
}: Pick<Operation, 'access' | 'idempotent' | 'problems'>) {
  return { access, idempotent, problems };
}

export type OperationAnswer<V, View> = {
  readonly status: number | ((value: V) => number);
  /** Sets further headers of a success; what only this edge keeps, such as cookies, is in the value. */
  readonly head?: (reply: FastifyReply, view: View, value: V) => void;
};

/** How the routes of operations answer, for those who make the answer later. */
const STATUSES = new WeakMap<object, (value: unknown) => number>();

/** The status with which the route of an operation answers a success. */
export function statusOf(operation: Operation, value: unknown): number {
  const status = STATUSES.get(operation);
  if (!status) throw new Error(`operation ${operation.operationId} has no route`);
  return status(value);
}

/**
 * The way of a route into an operation: `return answer(request, reply, input)`. A repeated key gets the answer that is
 * made of the stored result. Without a key it adds no promise: a whole crowd calls some of these at once.
 */
export function operationRoute<S extends TSchema, V, View>(
  operation: Operation<S, V, View>,
  { status, head }: OperationAnswer<V, View>,
): (request: FastifyRequest, reply: FastifyReply, input: Static<S>) => MaybePromise<View> {
  const codeOf = typeof status === 'number' ? () => status : status;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- asked with values of this operation alone
  STATUSES.set(operation, codeOf as (value: unknown) => number);
  const send = (reply: FastifyReply, value: V, view: View): View => {
    reply.code(codeOf(value));
    head?.(reply, view, value);
    return view;
  };
  const answer = (
    reply: FastifyReply,
    context: OperationContext,
    input: Static<S>,
    executed: Executed<V>,
  ): MaybePromise<View> => {
    const { result, isReplayed } = executed;
    if (isReplayed) reply.header('idempotency-replayed', 'true');
    if (!result.ok) return problemBody(reply, result, executed.requestId);
    const view = operation.present(result.value, { context, input, isReplayed });
    return andThen(view, (made) => send(reply, result.value, made));
  };
  return (request, reply, input) => {
    const header = operation.idempotent ? request.headers['idempotency-key'] : undefined;
    const key = header === undefined ? undefined : request.server.operations.readKey(request, header);
    if (key && !key.ok) return problemBody(reply, key);
    const context: OperationContext = {
      account: request.principal,
      key: key?.value,
      requestId: request.id,
      trace: traceOf(request),
    };
    const { queue } = request.server.operations;
    const direct = (): MaybePromise<View> => {
      const executed = executeUnder(queue, () =>
        request.server.operations.execute(operation, context, input),
      );
      return andThen(executed, (done) => answer(reply, context, input, done));
    };
    const mayWait = queue && operation.queueable && (operation.mayWait?.(input) ?? true);
    if (!mayWait || !queue.isInUse()) return direct();
    const kept = queue.add(operation, context, input);
    return andThen(kept, (ticket) => {
      if (!ticket.ok) return problemBody(reply, ticket);
      return ticket.value ? sendTicket(reply, ticket.value) : direct();
    });
  };
}

/** Counts a write as under way until it is decided. */
function executeUnder<T>(queue: RequestQueue | undefined, execute: () => MaybePromise<T>): MaybePromise<T> {
  if (!queue) return execute();
  const { load } = queue;
  load.enter();
  try {
    const executed = execute();
    if (executed instanceof Promise) return executed.finally(() => load.leave());
    load.leave();
    return executed;
  } catch (error) {
    load.leave();
    throw error;
  }
}

/** A body that a route's response schema does not describe, for instance another route's; typed like a problem's body. */
export function asItIs(reply: FastifyReply, body: object): never {
  reply.serializer(JSON.stringify).header('content-type', 'application/json; charset=utf-8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return body as never;
}

/** 202 in place of the route's own answer, which comes later. */
function sendTicket(reply: FastifyReply, ticket: Ticket): never {
  reply.code(202).header('location', `/v1/queued-requests/${ticket.queuedRequestId}`);
  reply.header('retry-after', String(Math.ceil(ticket.pollAfterMs / 1_000)));
  return asItIs(reply, ticket);
}

const KEY = /^[\x21-\x7e]{1,255}$/;
/** Whose keys those are that come before anyone has signed in. */
const NIL_SCOPE = '00000000-0000-0000-0000-000000000000';

/**
 * Reads an Idempotency-Key. Two headers arrive as one text with a space in it, which is not valid either.
 *
 * The fingerprint of method, address and body is keyed: bodies hold passwords at sign-up, and a plain hash of one could
 * be guessed offline by the one who gets to see the table.
 */
function createKeyReader(secretKey: string): ReadKey {
  const secret = deriveKey(secretKey, 'idempotency-fingerprint');
  return (request, header) => {
    if (typeof header !== 'string' || !KEY.test(header))
      return { ok: false, code: 'idempotency_key_invalid' };
    const scope = request.principal?.accountId ?? NIL_SCOPE;
    const text = `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`;
    const fingerprint = createHmac('sha256', secret).update(text).digest();
    return { ok: true, value: { scope, key: header, fingerprint } };
  };
}
