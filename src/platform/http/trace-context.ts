import type { FastifyRequest } from 'fastify';

/** version 00, or a later one, whose first four parts must read like those of 00. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;
const LENGTH_MAX = 128;

/**
 * The W3C trace context that a request carries (https://www.w3.org/TR/trace-context/, section 3.2), to be
 * passed on into events. One that is not valid counts as none, as the standard demands.
 */
export function traceOf(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const header = request.headers['traceparent'];
  if (typeof header !== 'string' || header.length > LENGTH_MAX) return undefined;
  const match = TRACEPARENT.exec(header);
  if (!match || (match[1] === '00' && match[2] !== undefined)) return undefined;
  return header;
}
