import { channel } from 'node:diagnostics_channel';
import type { FastifyInstance, FastifyReply, RouteOptions } from 'fastify';
import { IfMatch } from './conditional.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Codes that the use cases of the route refuse with; what follows from its declaration is added to them. */
    problems?: readonly string[];
    /** All codes that the route may answer; filled by `declareProblems`. */
    declaredProblems?: ReadonlySet<string>;
  }
}

/** Told of every problem whose route does not declare it. The tests listen, and fail. */
export const UNDECLARED_PROBLEM = 'firstcome:undeclared-problem';
export type UndeclaredProblem = { readonly route: string; readonly code: string };

const undeclared = channel(UNDECLARED_PROBLEM);

/** Gives each route that is registered afterwards the codes that it may answer. Throws on a code that nobody defined. */
export function declareProblems(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const declaredProblems = new Set([...impliedBy(route), ...(route.config?.problems ?? [])]);
    const unknown = [...declaredProblems].filter((code) => server.problems[code] === undefined);
    if (unknown.length > 0)
      throw new Error(
        `${String(route.method)} ${route.url} declares ${unknown.join()}, which nobody defines`,
      );
    route.config = { ...route.config, declaredProblems };
  });
}

/** What the platform itself may answer on a route, by what the route asks for. */
function impliedBy({ method, url, config, schema }: RouteOptions): string[] {
  const { access, idempotent } = config ?? {};
  const isRead = [method].flat().every((one) => one === 'GET' || one === 'HEAD');
  const isValidated = schema?.params ?? schema?.querystring ?? schema?.body ?? schema?.headers;
  return [
    ...(access && access.who !== 'anyone' ? TOKEN_CODES : []),
    ...(Array.isArray(access?.who) ? ['role_required'] : []),
    ...(url.includes(':') ? ['malformed_url'] : []),
    ...(isValidated ? ['invalid_request'] : []),
    ...(isRead ? [] : BODY_CODES),
    ...(idempotent ? KEY_CODES : []),
    ...(schema?.headers === IfMatch ? ['changed_meanwhile'] : []),
    ...EVERYWHERE,
  ];
}

const TOKEN_CODES = ['token_missing', 'token_invalid', 'token_expired', 'session_ended'];
// invalid_request also of a body that breaks off.
const BODY_CODES = ['malformed_json', 'invalid_request', 'body_too_large', 'unsupported_media_type'];
const KEY_CODES = ['idempotency_key_invalid', 'idempotency_key_in_use', 'idempotency_key_reused'];
const EVERYWHERE = ['rate_limited', 'internal_error', 'overloaded', 'dependency_unavailable'];

/** Looks at a problem that is being sent, where anybody listens. */
export function checkDeclared(reply: FastifyReply, code: string): void {
  if (!undeclared.hasSubscribers) return;
  const { method, url, config } = reply.request.routeOptions;
  // Without it there is no such route, or it is no part of the API.
  if (config.declaredProblems?.has(code) === false)
    undeclared.publish({ route: `${String(method)} ${url}`, code } satisfies UndeclaredProblem);
}
