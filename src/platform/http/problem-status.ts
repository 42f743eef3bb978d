import {
  checkProblems,
  type ProblemCatalogue,
  type ProblemKind,
  type ProblemText,
} from '../../kernel/problems.ts';

/** A problem as HTTP says it (RFC 9457). */
export type HttpProblem = ProblemText & { readonly status: number };

export type HttpProblems<C extends string = string> = Readonly<Record<C, HttpProblem>>;

const STATUS: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unprocessable: 422,
  rate_limited: 429,
  unavailable: 503,
};

/** Problems of the business, with the status of their kind. */
export function withStatus(catalogue: ProblemCatalogue): HttpProblems {
  return Object.fromEntries(
    Object.entries(catalogue).map(([code, { kind, ...text }]) => [code, { ...text, status: STATUS[kind] }]),
  );
}

/** Problems of HTTP itself, checked; their statuses are 4xx or 5xx. */
export function defineHttpProblems<const C extends string>(
  catalogue: Record<C, HttpProblem>,
): HttpProblems<C> {
  checkProblems(catalogue);
  for (const [code, { status }] of Object.entries<HttpProblem>(catalogue))
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new Error(`problem "${code}": status ${status} is neither 4xx nor 5xx`);
  return Object.freeze({ ...catalogue });
}
