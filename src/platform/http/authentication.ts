import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Result } from '../../kernel/result.ts';
import { type Access, mayCall } from '../auth/access.ts';
import type { Authenticate, AuthenticationCode, Principal } from '../auth/principal.ts';
import { sendRefusal } from './problem.ts';

/** Who may call a route, and what a request may show in place of a good access token; it then has no principal. */
export type HttpAccess = Access & {
  readonly orElse?: (request: FastifyRequest) => boolean;
  /** What it shows then, or has to show where no token is asked for: a security scheme of the OpenAPI document. */
  readonly credential?: string;
};

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    access?: HttpAccess;
  }
}

const BEARER = /^Bearer ([\w.~+/=-]+)$/i;

export type RouteEntry = { readonly method: string; readonly url: string; readonly access: HttpAccess };

/**
 * Guards every route by the access that it declares. A route that declares none cannot be registered,
 * so that nobody opens one by forgetting.
 * @returns the table of routes, filled as they are registered
 */
export function guardRoutes(server: FastifyInstance, authenticate: Authenticate): readonly RouteEntry[] {
  const table: RouteEntry[] = [];
  server.decorateRequest('principal', null);
  server.addHook('onRoute', (route) => recordRoute(table, route));
  server.addHook('onRequest', (request, reply, done) => {
    const access = request.routeOptions.config.access;
    // What is private, and what was written, belongs in no cache; routes that know better say so themselves.
    if (access && !isPublicRead(request, access)) reply.header('cache-control', 'no-store');
    if (access?.knowsMembers) return recognise(request, authenticate, done);
    if (!access || access.who === 'anyone') return done();
    admit(request, reply, { access, authenticate, done });
  });
  return table;
}

function isPublicRead({ method }: FastifyRequest, { who }: Access): boolean {
  return who === 'anyone' && (method === 'GET' || method === 'HEAD');
}

function recordRoute(table: RouteEntry[], route: RouteOptions): void {
  const access = route.config?.access;
  if (!access) throw new Error(`route ${String(route.method)} ${route.url} declares no access`);
  for (const method of [route.method].flat()) {
    // HEAD comes with GET and shares its guard.
    if (method !== 'HEAD') table.push({ method, url: route.url, access });
  }
}

/** A token that is none says nothing: the request goes on as anybody's. */
function recognise(request: FastifyRequest, authenticate: Authenticate, done: Guard['done']): void {
  const token = bearerToken(request);
  if (token === undefined) return done();
  const take = (result: Result<Principal, AuthenticationCode>) => {
    if (result.ok) request.principal = result.value;
    done();
  };
  const answer = authenticate(token);
  if (answer instanceof Promise) answer.then(take, done);
  else take(answer);
}

type Guard = {
  readonly access: HttpAccess;
  readonly authenticate: Authenticate;
  readonly done: (error?: Error) => void;
};

function admit(request: FastifyRequest, reply: FastifyReply, guard: Guard): void {
  const token = bearerToken(request);
  if (token === undefined) {
    decide(request, reply, guard, { ok: false, code: 'token_missing' });
    return;
  }
  // Answered without a promise for a token that was verified before: this runs on every request.
  const answer = guard.authenticate(token);
  if (answer instanceof Promise) {
    answer.then(
      (result) => decide(request, reply, guard, result),
      (error: Error) => guard.done(error),
    );
  } else {
    decide(request, reply, guard, answer);
  }
}

function decide(
  request: FastifyRequest,
  reply: FastifyReply,
  guard: Guard,
  result: Result<Principal, AuthenticationCode>,
): void {
  if (!result.ok) {
    if (guard.access.orElse?.(request)) guard.done();
    else sendRefusal(reply, result);
  } else if (!mayCall(result.value, guard.access)) {
    sendRefusal(reply, { ok: false, code: 'role_required' });
  } else {
    request.principal = result.value;
    guard.done();
  }
}

function bearerToken(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  return header === undefined ? undefined : (BEARER.exec(header)?.[1] ?? '');
}

/** The principal of a route whose access is not `anyone`. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal)
    throw new Error(`route ${request.routeOptions.url} has no principal: declare its access`);
  return request.principal;
}
