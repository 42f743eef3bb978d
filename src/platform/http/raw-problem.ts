import type { ServerResponse } from 'node:http';
import { httpProblems, PROBLEM_CONTENT_TYPE, problemDetails } from './problem.ts';
import { protectionHeaders } from './response-headers.ts';

const HEADERS = protectionHeaders({});

/** Answers a problem of the platform where Fastify has not heard of the request. */
export function answerRaw(
  response: ServerResponse,
  code: keyof typeof httpProblems,
  requestId: string,
): void {
  const problem = httpProblems[code];
  const body = JSON.stringify(problemDetails(problem, { ok: false, code }, requestId));
  response.writeHead(problem.status, {
    ...HEADERS,
    'content-type': PROBLEM_CONTENT_TYPE,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }),
  });
  response.end(body);
}
