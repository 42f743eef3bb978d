/** Problem details (RFC 9457) as the API answers them; `code` is stable. */
export type ProblemBody = {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly requestId?: string;
  readonly [extra: string]: unknown;
};

/** An answer that is no success. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly body: ProblemBody;
  /** When it makes sense to ask again, where the server says so. */
  readonly retryAfterMs: number | undefined;

  constructor(body: ProblemBody, retryAfterMs?: number) {
    super(`${body.status} ${body.code}`);
    this.name = 'ApiProblem';
    this.code = body.code;
    this.status = body.status;
    this.body = body;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer at all: the network, or the server, is away. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('no answer', { cause });
    this.name = 'Unreachable';
  }
}

/** The code of a problem; `unreachable` without an answer, `unexpected` for what should not be. */
export function codeOf(error: unknown): string {
  if (error instanceof ApiProblem) return error.code;
  return error instanceof Unreachable ? 'unreachable' : 'unexpected';
}

/** Whether the same request may succeed a little later. */
export function mayPass(error: unknown): boolean {
  return (
    error instanceof Unreachable ||
    (error instanceof ApiProblem && [429, 502, 503, 504].includes(error.status))
  );
}
