import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onSendHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { Fault } from '../../kernel/faults.ts';
import type { Result } from '../../kernel/result.ts';
import { KeySlots } from '../idempotency/key-slots.ts';
import type {
  IdempotencyRef,
  IdempotentWrite,
  KeyedAnswers,
  SavedAnswer,
  StoredAnswer,
} from '../idempotency/ports.ts';
import { answerError } from './error-handler.ts';
import { createRefReader } from './idempotency-key.ts';
import { PROBLEM_CONTENT_TYPE, problemBody, sendRefusal } from './problem.ts';

export type IdempotencyOptions = {
  readonly answers: KeyedAnswers;
  readonly clock: Clock;
  /** Fingerprints are keyed with it: the same in all instances, and not known to others. */
  readonly secretKey: string;
  /** How long a request waits for an earlier one with its key before it is refused. Default 10,000. */
  readonly waitMsMax?: number;
};

/** For answers that may hold a secret, which has no place in a table. */
export type Concealed = {
  /** What is stored of the text that is sent, unless it was saved with an effect: that must hold no secret. */
  conceal(body: string): string;
  /** Makes a stored text whole for a repetition, with the secret as it is by now. */
  reveal(request: FastifyRequest, body: string): Promise<string>;
};

declare module 'fastify' {
  interface FastifyRequest {
    idempotency: IdempotencyState | null;
  }
  interface FastifyContextConfig {
    /** Takes an Idempotency-Key. A route whose answer holds a secret must not, or say how it is kept out. */
    idempotent?: boolean;
    concealed?: Concealed;
  }
}

type IdempotencyState = {
  readonly ref: IdempotencyRef;
  readonly conceal: (body: string) => string;
  readonly reveal: (body: string) => Promise<string>;
  /** The last answer that a use case was given to save with its effect. */
  withEffect: StoredAnswer | undefined;
  /** The answer came out of the store. */
  replayed: boolean;
  readonly release: () => void;
};

/** Adds the hooks to every route with `config.idempotent`. Register after the guard, before the routes. */
export function acceptIdempotencyKeys(server: FastifyInstance, options: IdempotencyOptions): void {
  const readRef = createRefReader(options.secretKey);
  const slots = new KeySlots(options.clock, options.waitMsMax ?? 10_000);
  const { answers } = options;

  const begin = async (
    request: FastifyRequest,
    reply: FastifyReply,
    ref: Result<IdempotencyRef>,
  ): Promise<unknown> => {
    if (!ref.ok) return sendRefusal(reply, ref);
    const release = await slots.take(`${ref.value.scope} ${ref.value.key}`);
    if (!release) return sendRefusal(reply, { ok: false, code: 'idempotency_key_in_use' });
    // Should the answer never come to be sent, the slot is free at the latest when the connection is gone.
    reply.raw.once('close', release);
    const state = {
      ref: ref.value,
      ...concealment(request),
      withEffect: undefined,
      replayed: false,
      release,
    };
    request.idempotency = state;
    const saved = await answers.find(ref.value);
    return saved && (await replay(reply, state, saved));
  };

  const finish = async (reply: FastifyReply, state: IdempotencyState, payload: unknown): Promise<unknown> => {
    try {
      return await settle(reply, { state, payload, answers });
    } finally {
      state.release();
    }
  };

  // With callbacks: a hook that is an async function costs a request without a key its promises all the same.
  const preHandler: preHandlerHookHandler = (request, reply, go) => {
    const ref = readRef(request);
    if (ref === undefined) go();
    else begin(request, reply, ref).then(() => void (reply.sent || go()), go);
  };
  const onSend: onSendHookHandler = (request, reply, payload, send) => {
    const state = request.idempotency;
    if (!state) send(null, payload);
    else finish(reply, state, payload).then((kept) => send(null, kept), send);
  };

  const recover = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const state = request.idempotency;
    if (state && error instanceof Fault && error.code === 'idempotency_conflict') {
      void answerAsTheFaster({ request, reply, state, answers });
    } else {
      answerError(error, request, reply);
    }
  };

  server.decorateRequest('idempotency', null);
  server.addHook('onRoute', (route) => {
    if (!route.config?.idempotent) return;
    route.preHandler = [...[route.preHandler ?? []].flat(), preHandler];
    route.onSend = [...[route.onSend ?? []].flat(), onSend];
    route.errorHandler = recover;
  });
}

type Conflict = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly state: IdempotencyState;
  readonly answers: KeyedAnswers;
};

/** Another instance was faster with this key: the transaction here was undone, and its answer is there. */
async function answerAsTheFaster({ request, reply, state, answers }: Conflict): Promise<void> {
  try {
    const saved = await answers.find(state.ref);
    if (saved) await replay(reply, state, saved);
    else sendRefusal(reply, { ok: false, code: 'overloaded' });
  } catch (error) {
    answerError(error, request, reply);
  }
}

type Sending = {
  readonly state: IdempotencyState;
  readonly payload: unknown;
  readonly answers: KeyedAnswers;
};

/** Decides what is really sent, and stores it where that has not happened with an effect. */
async function settle(reply: FastifyReply, { state, payload, answers }: Sending): Promise<unknown> {
  const status = reply.statusCode;
  if (state.replayed || status >= 500 || status === 429) return payload;
  // Word for word what a repetition will get. (After a transaction that was undone, `withEffect` is stale,
  // and the answer is a refusal.)
  if (state.withEffect?.status === status) return state.withEffect.body;
  const record = { ...state.ref, status, body: state.conceal(textOf(payload)) };
  const kept = await answers.save(record);
  if (kept.status === status && kept.body === record.body && isSame(kept, state.ref)) return payload;
  return writeKept(reply, state, kept);
}

const asItIs = async (body: string): Promise<string> => body;

function concealment(request: FastifyRequest): Pick<IdempotencyState, 'conceal' | 'reveal'> {
  const { concealed } = request.routeOptions.config;
  if (!concealed) return { conceal: (body) => body, reveal: asItIs };
  return { conceal: concealed.conceal, reveal: (body) => concealed.reveal(request, body) };
}

function textOf(payload: unknown): string {
  if (payload === undefined || payload === null) return '';
  if (typeof payload === 'string') return payload;
  if (Buffer.isBuffer(payload)) return payload.toString('utf8');
  throw new TypeError('an idempotent route must not answer with a stream');
}

function isSame(saved: SavedAnswer, ref: IdempotencyRef): boolean {
  return saved.fingerprint.equals(ref.fingerprint);
}

/** Sends a stored answer, unless the request is another one than the first. */
async function replay(
  reply: FastifyReply,
  state: IdempotencyState,
  saved: SavedAnswer,
): Promise<FastifyReply> {
  state.replayed = true;
  if (!isSame(saved, state.ref)) return sendRefusal(reply, { ok: false, code: 'idempotency_key_reused' });
  const body = await state.reveal(saved.body);
  setHead(reply, saved);
  return reply.serializer((text: string) => text).send(body);
}

/** The same in the middle of sending: returns the payload that replaces the one at hand. */
async function writeKept(reply: FastifyReply, state: IdempotencyState, kept: SavedAnswer): Promise<string> {
  if (isSame(kept, state.ref)) {
    const body = await state.reveal(kept.body);
    setHead(reply, kept);
    return body;
  }
  return JSON.stringify(problemBody(reply, { ok: false, code: 'idempotency_key_reused' }));
}

function setHead(reply: FastifyReply, { status, body }: StoredAnswer): void {
  reply.code(status).header('idempotency-replayed', 'true').removeHeader('retry-after');
  if (body === '') reply.removeHeader('content-type');
  else reply.header('content-type', status >= 400 ? PROBLEM_CONTENT_TYPE : 'application/json; charset=utf-8');
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
      // Of nothing, as with 204, JSON makes nothing.
      const body: string | undefined = JSON.stringify(view(value));
      state.withEffect = { status, body: body ?? '' };
      return state.withEffect;
    },
  };
}
