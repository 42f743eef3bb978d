import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { Type } from 'typebox';
import { member } from '../../platform/auth/access.ts';
import type { HttpAccess } from '../../platform/http/authentication.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { LogInBody, RefreshBody, SessionView } from './contract.ts';
import type { IdentityOperations } from './operations.ts';
import { readOwnCookie, setOwnCookie } from './own-cookie.ts';
import {
  clearRefreshCookie,
  hasRefreshCookie,
  readRefreshCookie,
  setRefreshCookie,
} from './refresh-cookie.ts';
import type { SessionTokens } from './sessions-service.ts';

/** By which the limits of log-ins know a device again. */
const DEVICE_COOKIE = { name: 'firstcome_device', path: '/v1/sessions' } as const;
const DEVICE_KEPT_SECONDS = 180 * 86_400;

/** A page whose access token has ended, or that never got one, still has to be able to sign out. */
const memberOrCookie: HttpAccess = { ...member, orElse: hasRefreshCookie };

/** Cookies are this edge's alone: operations get what is in them, and say what is to be in them. */
export function sessionRoutes(
  server: HttpServer,
  operations: IdentityOperations,
  warnOfProxy: onRequestHookHandler,
): void {
  logInRoute(server, operations, warnOfProxy);
  refreshRoute(server, operations, warnOfProxy);
  logOutRoute(server, operations);
}

function logInRoute(
  server: HttpServer,
  { logIn }: IdentityOperations,
  warnOfProxy: onRequestHookHandler,
): void {
  const answer = operationRoute(logIn, {
    status: 201,
    head(reply, _view, tokens) {
      const device = { ...DEVICE_COOKIE, value: tokens.deviceToken, keptSeconds: DEVICE_KEPT_SECONDS };
      setOwnCookie(reply, device);
      keepRefreshToken(reply, tokens);
    },
  });
  server.post(
    '/v1/sessions',
    {
      onRequest: warnOfProxy,
      config: operationConfig(logIn),
      schema: {
        operationId: 'logIn',
        summary: 'Log in; the refresh token comes in the body and as an HttpOnly cookie',
        tags: ['Identity'],
        body: LogInBody,
        response: { 201: SessionView, default: Problem },
      },
    },
    (request, reply) =>
      answer(request, reply, {
        ...request.body,
        clientAddress: request.ip,
        deviceToken: readOwnCookie(request, DEVICE_COOKIE),
        replacedToken: replacedToken(request),
      }),
  );
}

function refreshRoute(
  server: HttpServer,
  { refreshSession }: IdentityOperations,
  warnOfProxy: onRequestHookHandler,
): void {
  const answer = operationRoute(refreshSession, {
    status: 200,
    head: (reply, _view, tokens) => keepRefreshToken(reply, tokens),
  });
  server.post(
    '/v1/sessions/refresh',
    {
      onRequest: warnOfProxy,
      config: {
        ...operationConfig(refreshSession),
        problems: [...refreshSession.problems, 'refresh_cookie_refused'],
      },
      schema: {
        operationId: 'refreshSession',
        summary: 'New tokens for a refresh token, from the body or, on our own pages, from the cookie',
        tags: ['Identity'],
        body: RefreshBody,
        response: { 200: SessionView, default: Problem },
      },
    },
    (request, reply) => {
      if (request.body.refreshToken !== undefined) return answer(request, reply, request.body);
      const cookie = readRefreshCookie(request);
      if (cookie?.ok === false) return problemBody(reply, cookie);
      return answer(request, reply, cookie ? { refreshToken: cookie.value } : {});
    },
  );
}

function logOutRoute(server: HttpServer, { logOut }: IdentityOperations): void {
  const answer = operationRoute(logOut, {
    status: 204,
    head(reply, _view, { endsRefreshToken }) {
      if (endsRefreshToken) clearRefreshCookie(reply);
    },
  });
  server.delete(
    '/v1/sessions/current',
    {
      config: {
        ...operationConfig(logOut),
        access: memberOrCookie,
        problems: ['refresh_token_invalid', 'refresh_cookie_refused'],
      },
      schema: {
        operationId: 'logOut',
        summary: 'Log out: the refresh token and the access tokens of this session end',
        description:
          'By its access token. On our own pages the refresh cookie does too, so that a page whose access token has ended can log out.',
        tags: ['Identity'],
        response: { 204: Type.Null(), default: Problem },
      },
    },
    (request, reply) => {
      const cookie = readRefreshCookie(request);
      if (cookie?.ok) return answer(request, reply, { refreshToken: cookie.value });
      return cookie && !request.principal ? problemBody(reply, cookie) : answer(request, reply, {});
    },
  );
}

/**
 * A page's log-in replaces its refresh cookie; nothing could end the session of the old one any more. Only where the
 * browser says that it is a page: clients that share a cookie jar keep their sessions.
 */
function replacedToken(request: FastifyRequest): string | undefined {
  if (request.headers['sec-fetch-site'] !== 'same-origin') return undefined;
  const cookie = readRefreshCookie(request);
  return cookie?.ok ? cookie.value : undefined;
}

function keepRefreshToken(reply: FastifyReply, { refreshToken, refreshExpiresAt }: SessionTokens): void {
  setRefreshCookie(reply, { token: refreshToken, expiresAt: refreshExpiresAt });
}
