import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Refusal } from '../../kernel/result.ts';
import { checkDeclared } from './declared-problems.ts';
import { defineHttpProblems, type HttpProblem, type HttpProblems } from './problem-status.ts';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** RFC 9457 problem details with our stable `code`; `errors` names what a validation found. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:firstcome:problem:<code>' }),
    title: Type.String({ description: 'What happened, the same for every occurrence.' }),
    status: Type.Integer({ description: 'The status of the answer.' }),
    detail: Type.String({ description: 'What to do about it, in one line.' }),
    code: Type.String({ description: 'Stable; see docs/errors.md.' }),
    requestId: Type.String({ description: 'Finds the request in our logs.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }, { title: 'FieldError' }), {
        description: 'What a validation found.',
      }),
    ),
  },
  { title: 'Problem', description: 'What was refused, and why (RFC 9457).', additionalProperties: true },
);

/** What the platform itself may answer on any route. */
export const httpProblems = defineHttpProblems({
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    remedy: 'Correct the fields named in `errors` and send it again.',
  },
  changed_meanwhile: {
    status: 412,
    title: 'Somebody else has changed it meanwhile',
    remedy: 'Read it again, decide whether your change still fits, and send it with the new ETag.',
  },
  malformed_http: {
    status: 400,
    title: 'This is not HTTP',
    remedy: 'Send a well-formed HTTP/1.1 request.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send one JSON object in UTF-8 without NUL characters or broken surrogates.',
  },
  malformed_url: {
    status: 400,
    title: 'The address is not valid',
    remedy: 'Percent-encode the address correctly.',
  },
  token_missing: {
    status: 401,
    title: 'Sign in first',
    remedy: 'Send `Authorization: Bearer <access token>` from POST /v1/sessions.',
  },
  token_invalid: {
    status: 401,
    title: 'The access token is not valid',
    remedy: 'Sign in again and send the access token as it was given.',
  },
  token_expired: {
    status: 401,
    title: 'The access token has expired',
    remedy: 'Get a new one with POST /v1/sessions/refresh.',
  },
  session_ended: { status: 401, title: 'The session has ended', remedy: 'Sign in again.' },
  role_required: {
    status: 403,
    title: 'Your role does not allow this',
    remedy: 'Sign in with an account that has the role, or enrol with POST /v1/enrolments.',
  },
  metrics_forbidden: {
    status: 403,
    title: 'The metrics are not for everyone',
    remedy:
      'Send METRICS_TOKEN as bearer token; without one they are for this machine where nobody else is served.',
  },
  route_not_found: {
    status: 404,
    title: 'There is nothing at this address',
    remedy: 'See /docs for the addresses and methods that exist.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take that method',
    remedy: 'Use one of the methods in the Allow header.',
  },
  request_timeout: {
    status: 408,
    title: 'The request did not arrive in time',
    remedy: 'Send the whole request at once.',
  },
  body_too_large: { status: 413, title: 'The body is too large', remedy: 'Send a smaller body.' },
  unsupported_media_type: {
    status: 415,
    title: 'The body has the wrong type',
    remedy: 'Send JSON with `Content-Type: application/json`.',
  },
  idempotency_key_invalid: {
    status: 400,
    title: 'The Idempotency-Key is not valid',
    remedy: 'Use 1 to 255 visible ASCII characters, such as a UUID.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still being answered',
    remedy: 'Repeat it with the same key after Retry-After to get its answer.',
    retryAfterSeconds: 1,
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    remedy: 'Use a new key for a new request; repeat a request with exactly the same body.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait for the seconds in Retry-After, then try again.',
    retryAfterSeconds: 1,
  },
  request_header_too_large: {
    status: 431,
    title: 'The headers are too large',
    remedy: 'Send smaller headers.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong here',
    remedy: 'Try again; if it stays, report the requestId.',
  },
  overloaded: {
    status: 503,
    title: 'Too much at once',
    remedy: 'Nothing was done; try again after Retry-After.',
    retryAfterSeconds: 1,
  },
  expired_in_queue: {
    status: 503,
    title: 'It waited too long',
    remedy: 'Nothing was done; send it again, where you like with the same Idempotency-Key.',
    retryAfterSeconds: 1,
  },
  queued_request_not_found: {
    status: 404,
    title: 'You have no such request in the queue',
    remedy:
      'Use the address that came with the 202, as the account that sent the request; answers are kept ten minutes.',
  },
  dependency_unavailable: {
    status: 503,
    title: 'A part of the system is away',
    remedy: 'It is unknown whether this was done; repeat it with the same Idempotency-Key after Retry-After.',
    retryAfterSeconds: 2,
  },
  internal_token_invalid: {
    status: 401,
    title: 'This is not one of our own processes',
    remedy: 'Leave `X-Firstcome-Internal` out: it is for the gateway alone.',
  },
  wrong_instance: {
    status: 421,
    title: 'The request was meant for another instance',
    remedy: 'Nothing was done; the gateway sends it to the instance that there is now.',
  },
  instance_lost: {
    status: 502,
    title: 'The instance ended before it answered',
    remedy: 'It is unknown whether this was done; repeat it with the same Idempotency-Key.',
  },
  instance_silent: {
    status: 504,
    title: 'The instance did not answer in time',
    remedy: 'It is unknown whether this was done; repeat it with the same Idempotency-Key after a while.',
  },
  no_instance: {
    status: 503,
    title: 'No instance can be reached',
    remedy: 'Nothing was done; try again after Retry-After.',
    retryAfterSeconds: 1,
  },
  not_ready: {
    status: 503,
    title: 'This instance is not ready',
    remedy: 'Ask again after Retry-After; `checks` says what is missing.',
    retryAfterSeconds: 1,
  },
});

declare module 'fastify' {
  interface FastifyInstance {
    problems: HttpProblems;
  }
}

/** Sends an expected refusal; its code must be in the catalogue. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return reply.send(problemBody(reply, refusal));
}

/**
 * Sets status and headers for a refusal and returns its body: `return problemBody(reply, refusal)`.
 * Typed `never`, because a route's answer type speaks of successes and every route may answer a problem.
 * `requestId` is another one where the refusal is that of an earlier request.
 */
export function problemBody(
  reply: FastifyReply,
  refusal: Refusal,
  requestId: string = reply.request.id,
): never {
  const definition = reply.server.problems[refusal.code];
  if (!definition) throw new Error(`problem code ${refusal.code} is not in the catalogue`);
  reply.server.countProblem?.(refusal.code);
  checkDeclared(reply, refusal.code);
  reply.code(definition.status).header('content-type', PROBLEM_CONTENT_TYPE);
  const wait = retryAfterSeconds(definition, refusal);
  if (wait !== undefined) reply.header('retry-after', String(wait));
  if (definition.status === 401) reply.header('www-authenticate', 'Bearer');
  // Response schemas describe successes; a problem is written as it stands.
  reply.serializer(JSON.stringify);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return problemDetails(definition, refusal, requestId) as never;
}

/** The RFC 9457 object for a refusal. */
export function problemDetails(definition: HttpProblem, refusal: Refusal, requestId: string): object {
  const { retryAfterMs: _internal, ...extra } = refusal.extra ?? {};
  return {
    type: `urn:firstcome:problem:${refusal.code}`,
    title: definition.title,
    status: definition.status,
    detail: refusal.detail ?? definition.remedy,
    code: refusal.code,
    requestId,
    ...extra,
  };
}

function retryAfterSeconds(definition: HttpProblem, refusal: Refusal): number | undefined {
  const ms = refusal.extra?.['retryAfterMs'];
  if (typeof ms === 'number') return Math.max(1, Math.ceil(ms / 1000));
  return definition.retryAfterSeconds;
}
