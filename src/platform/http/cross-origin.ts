import type { FastifyCorsOptions } from '@fastify/cors';

/** What pages of other sites may send: every header that a route of ours reads. */
const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'Gate-Pass',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'Room-Pass',
  'traceparent',
];
/** What they may read, besides what browsers always let them. */
const EXPOSED_HEADERS = [
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'Preference-Applied',
  'Retry-After',
  'X-Request-Id',
];
/** Browsers ask again after this; Chromium takes no more. */
const PREFLIGHT_SECONDS = 7_200;

/** For @fastify/cors: these sites may call the API, by token; cookies are for our own pages. */
export function crossOriginOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  };
}

/** Names and values for an answer that does not pass Fastify; none for an origin that may not read it. */
export function crossOriginHeaders(
  origins: readonly string[],
): (origin: string | undefined) => readonly string[] {
  if (origins.length === 0) return () => [];
  const exposed = EXPOSED_HEADERS.join(', ');
  return (origin) =>
    origin !== undefined && origins.includes(origin)
      ? ['access-control-allow-origin', origin, 'access-control-expose-headers', exposed, 'vary', 'Origin']
      : [];
}
