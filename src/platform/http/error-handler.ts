import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  DeadlineFault,
  ElsewhereFault,
  Fault,
  OverloadedFault,
  UnavailableFault,
} from '../../kernel/faults.ts';
import type { Refusal } from '../../kernel/result.ts';
import { describeErrors } from '../operations/validator.ts';
import { sendRefusal } from './problem.ts';

/** Fastify's own error codes, as far as a client can cause them, and ours for them. */
const BY_FASTIFY_CODE: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_BAD_URL: 'malformed_url',
  FST_ERR_MAX_PARAM_LENGTH: 'malformed_url',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'unsupported_media_type',
};

/** Turns whatever a route throws into problem details; what it cannot explain is logged and stays inside. */
export function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
}

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = toRefusal(error);
  if (refusal.code === 'internal_error') logError(request, error, 'error', 'request failed');
  else if (refusal.code === 'dependency_unavailable') {
    request.isOutage = request.server.outage?.covers(error) ?? false;
    if (!request.isOutage) logError(request, error, 'warn', 'dependency unavailable');
  }
  return sendRefusal(reply, refusal);
}

function logError(request: FastifyRequest, err: unknown, level: 'error' | 'warn', message: string): void {
  const { errorLines } = request.server;
  const leftOut = errorLines ? errorLines.take() : 0;
  if (leftOut === undefined) return;
  request.log[level]({ requestId: request.id, err, ...(leftOut > 0 ? { leftOut } : {}) }, message);
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof OverloadedFault)
    return { ok: false, code: 'overloaded', extra: { retryAfterMs: error.retryAfterMs } };
  if (error instanceof ElsewhereFault)
    return { ok: false, code: error.code, extra: { retryAfterMs: error.retryAfterMs } };
  if (error instanceof UnavailableFault || error instanceof DeadlineFault)
    return { ok: false, code: 'dependency_unavailable' };
  if (error instanceof Fault && error.code === 'malformed_json') return { ok: false, code: error.code };
  if (error instanceof Fault && error.retryable) return { ok: false, code: 'overloaded' };
  return fastifyRefusal(error as Partial<FastifyError>);
}

function fastifyRefusal(error: Partial<FastifyError>): Refusal {
  if (error.validation)
    return {
      ok: false,
      code: 'invalid_request',
      extra: { errors: describeErrors(error.validation, `/${error.validationContext}`) },
    };
  const known = BY_FASTIFY_CODE[error.code ?? ''];
  if (known) return { ok: false, code: known };
  if (error.statusCode === 429) return { ok: false, code: 'rate_limited' };
  if (error.statusCode === 400) return { ok: false, code: 'invalid_request' };
  // Who serves the files of the API page says 403 to paths that leave their folder: there is nothing either way.
  if (error.statusCode === 403 || error.statusCode === 404) return { ok: false, code: 'route_not_found' };
  return { ok: false, code: 'internal_error' };
}
