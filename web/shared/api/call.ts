import { Attempts } from './attempts.ts';
import { newIdempotencyKey } from './idempotency-key.ts';
import { ApiProblem } from './problem.ts';
import { isTicket, realAnswer } from './queued.ts';
import { send } from './request.ts';
import { type Operations, operations } from './schema.ts';
import { currentToken, renewToken } from './session.ts';
import { accountIdOf, session } from './session-state.ts';

export type OperationId = keyof Operations;
export type Answer<Id extends OperationId> = Operations[Id]['answer'];

/** A part of a request that the operation needs not have may be left away. */
type Part<Name extends string, T> = T extends undefined
  ? { readonly [K in Name]?: undefined }
  : Partial<T> extends T
    ? { readonly [K in Name]?: T }
    : { readonly [K in Name]: T };

export type Input<Id extends OperationId> = Part<'params', Operations[Id]['params']> &
  Part<'query', Operations[Id]['query']> &
  Part<'body', Operations[Id]['body']> & {
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  };

type AnyInput = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

const attempts = new Attempts();

/**
 * Calls an operation of the API by its name in the OpenAPI document. Writes carry an Idempotency-Key: anyone who repeats
 * one whose answer was lost does it once.
 * @throws ApiProblem on a refusal, Unreachable without an answer
 */
export async function call<Id extends OperationId>(id: Id, input: Input<Id>): Promise<Answer<Id>> {
  const response = await respond(id, input as AnyInput);
  const body: unknown = response.status === 204 ? undefined : await response.json();
  const { signal } = input as AnyInput;
  const ask = (address: string) => sendAsMember(address, { ...(signal && { signal }) }, {});
  // What the document says of the answer is what the server's own schema lets through.
  return (isTicket(response.status, body) ? await realAnswer(body, ask) : body) as Answer<Id>;
}

/** The same for an answer in another form than JSON, such as a file. */
export async function callForFile<Id extends OperationId>(id: Id, input: Input<Id>): Promise<Blob> {
  return (await respond(id, input as AnyInput)).blob();
}

async function respond(id: OperationId, input: AnyInput): Promise<Response> {
  const [method, path, isKeyed, guard] = operations[id];
  const { params, query, body, headers, signal } = input;
  const init = {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  } satisfies RequestInit;
  const all = {
    ...headers,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const address = addressOf(path, params, query);
  const sendWith = (extra: Readonly<Record<string, string>>) => {
    const whole = { ...init, headers: { ...all, ...extra } };
    // Anyone who shows the pass of a gate speaks for that, and for no account.
    return guard === 'member' && headers?.['gate-pass'] === undefined
      ? sendAsMember(address, whole, whole.headers)
      : guard === 'known'
        ? sendAsWhoIsKnown(address, whole)
        : send(address, whole);
  };
  const sendUnder = (key: string) => sendWith({ 'idempotency-key': key });
  if (!isKeyed) return sendWith({});
  // What a PATCH or a DELETE asks for is the same however often; done again later it has to be done again.
  if (method !== 'POST') return sendUnder(newIdempotencyKey());
  return attempts.run(address, init.body ?? '', sendUnder);
}

/** What does not exist for everybody may exist for the one who is signed in, such as a seller's draft. */
async function sendAsWhoIsKnown(
  address: string,
  init: RequestInit & { readonly headers: Readonly<Record<string, string>> },
): Promise<Response> {
  if (accountIdOf(session.get()) === undefined) return send(address, init);
  try {
    return await sendAsMember(address, init, init.headers);
  } catch (error) {
    // A session that has ended, or cannot be renewed now, keeps nobody from what everybody may see.
    if (!(error instanceof ApiProblem) || ![401, 403, 429].includes(error.status)) throw error;
    return send(address, init);
  }
}

async function sendAsMember(
  address: string,
  init: RequestInit,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const { token } = await currentToken();
  const withToken = (bearer: string) => ({
    ...init,
    headers: { ...headers, authorization: `Bearer ${bearer}` },
  });
  try {
    return await send(address, withToken(token));
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    // The token ended under way, or its session did: a new one decides.
    const renewed = await renewToken(token);
    return send(address, withToken(renewed.token));
  }
}

function addressOf(
  path: string,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return filled;
  return `${filled}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}
