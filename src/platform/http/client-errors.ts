import type { Socket } from 'node:net';
import { httpProblems, PROBLEM_CONTENT_TYPE, problemDetails } from './problem.ts';

/** What Node says of bytes that are no request, before there is a request to answer. */
const CODES: Readonly<Record<string, keyof typeof httpProblems>> = {
  HPE_HEADER_OVERFLOW: 'request_header_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Answers bytes that cannot be read as HTTP with problem details, and ends the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ''] ?? 'malformed_http';
  const definition = httpProblems[code];
  const body = JSON.stringify(problemDetails(definition, { ok: false, code }, 'none'));
  socket.end(
    [
      `HTTP/1.1 ${definition.status} ${definition.title}`,
      `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
