import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Result } from '../../kernel/result.ts';
import { principalOf } from './principal.ts';
import { PROBLEM_CONTENT_TYPE, sendRefusal } from './problem.ts';

/**
 * Idempotency-Key on writes (draft-ietf-httpapi-idempotency-key-header): same key and body, same stored
 * answer, also of a refusal; same key, other body, 422.
 *
 * A success is stored by the use case, in the transaction of its effect (`request.idempotency.ref`
 * travels down to the port), so that a crash leaves both or neither. Everything that had no effect,
 * refusals first of all, is stored here before it is sent. 5xx are not stored: they are no answer.
 */
export type IdempotencyRef = { readonly scope: string; readonly key: string; readonly fingerprint: Buffer };

export type StoredAnswer = { readonly status: number; readonly body: string };

/** What a use case saves beside its effect: where, and what to say when asked again. */
export type IdempotentWrite<T> = { readonly ref: IdempotencyRef; answer(value: T): StoredAnswer };

/** Port. Both methods take batches. */
export type IdempotencyStore = {
  find(refs: readonly IdempotencyRef[]): Promise<readonly (SavedAnswer | undefined)[]>;
  /** Keeps the first answer of a key and returns, for each record, the one that is kept. */
  save(records: readonly (IdempotencyRef & StoredAnswer)[]): Promise<readonly SavedAnswer[]>;
};

export type SavedAnswer = StoredAnswer & { readonly fingerprint: Buffer };

declare module 'fastify' {
  interface FastifyRequest {
    idempotency: IdempotencyState | null;
  }
  interface FastifyContextConfig {
    /** Takes an Idempotency-Key. Routes whose answer holds a secret must not: answers are stored. */
    idempotent?: boolean;
  }
}

type IdempotencyState = { readonly ref: IdempotencyRef; savedWithEffect: boolean; settle: () => void };

const KEY = /^[\x21-\x7e]{1,255}$/;
const NIL_SCOPE = '00000000-0000-0000-0000-000000000000';

/**
 * Adds the hooks to every route with `config.idempotent`. Register after the guard.
 * @param fingerprintKey a secret that stays the same across restarts and instances (`deriveKey`). Bodies
 *   may hold passwords and codes: without the secret nobody can try guesses against a stored fingerprint.
 */
export function acceptIdempotencyKeys(
  server: FastifyInstance,
  store: Pick<IdempotencyStore, 'save'> & { find(ref: IdempotencyRef): Promise<SavedAnswer | undefined> },
  fingerprintKey: Uint8Array,
): void {
  // Requests with a key that is being answered wait for that answer instead of running beside it.
  const inFlight = new Map<string, Promise<void>>();
  server.decorateRequest('idempotency', null);
  server.addHook('onRoute', (route) => {
    if (!route.config?.idempotent) return;
    route.preHandler = [...[route.preHandler ?? []].flat(), begin];
    route.onSend = [...[route.onSend ?? []].flat(), finish];
    route.onResponse = [...[route.onResponse ?? []].flat(), release];
  });

  async function begin(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const ref = readRef(request, fingerprintKey);
    if (ref === undefined) return undefined;
    if (!ref.ok) return sendRefusal(reply, ref);
    const slot = `${ref.value.scope} ${ref.value.key}`;
    while (inFlight.has(slot)) await inFlight.get(slot);
    const gate = Promise.withResolvers<void>();
    inFlight.set(slot, gate.promise);
    const settle = () => {
      inFlight.delete(slot);
      gate.resolve();
    };
    request.idempotency = { ref: ref.value, savedWithEffect: false, settle };
    const saved = await store.find(ref.value);
    if (!saved) return undefined;
    request.idempotency.savedWithEffect = true;
    return replay(reply, saved, ref.value);
  }

  async function finish(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const state = request.idempotency;
    if (state && !state.savedWithEffect && reply.statusCode < 500 && typeof payload === 'string') {
      await store.save([{ ...state.ref, status: reply.statusCode, body: payload }]);
    }
    return payload;
  }

  function release(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
    request.idempotency?.settle();
    done();
  }
}

/** Sends a stored answer, unless the request is another one than the first. */
function replay(reply: FastifyReply, saved: SavedAnswer, ref: IdempotencyRef): FastifyReply {
  if (!saved.fingerprint.equals(ref.fingerprint)) {
    return sendRefusal(reply, { ok: false, code: 'idempotency_key_reused' });
  }
  const type = saved.status >= 400 ? PROBLEM_CONTENT_TYPE : 'application/json; charset=utf-8';
  return reply
    .code(saved.status)
    .header('content-type', type)
    .serializer((text: string) => text)
    .send(saved.body);
}

function readRef(
  request: FastifyRequest,
  fingerprintKey: Uint8Array,
): Result<IdempotencyRef, 'idempotency_key_invalid'> | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !KEY.test(key)) return { ok: false, code: 'idempotency_key_invalid' };
  const scope = request.principal ? principalOf(request).accountId : NIL_SCOPE;
  return { ok: true, value: { scope, key, fingerprint: fingerprint(request, fingerprintKey) } };
}

function fingerprint(request: FastifyRequest, key: Uint8Array): Buffer {
  const hash = createHmac('sha256', key);
  hash.update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`);
  return hash.digest();
}

/**
 * What a handler hands down so that its effect and its answer are saved together; undefined when the
 * request carries no key. `status` and `view` must be those that the handler answers with.
 */
export function idempotentWrite<T>(
  request: FastifyRequest,
  status: number,
  view: (value: T) => unknown,
): IdempotentWrite<T> | undefined {
  const state = request.idempotency;
  if (!state) return undefined;
  return {
    ref: state.ref,
    answer(value) {
      state.savedWithEffect = true;
      return { status, body: JSON.stringify(view(value)) };
    },
  };
}
