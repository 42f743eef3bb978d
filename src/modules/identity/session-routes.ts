import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { Type } from 'typebox';
import { type Result, refuse } from '../../kernel/result.ts';
import { anyone } from '../../platform/auth/access.ts';
import type { HttpAccess } from '../../platform/http/authentication.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { LogInBody, RefreshBody, SessionView } from './contract.ts';
import { readOwnCookie, setOwnCookie } from './own-cookie.ts';
import {
  clearRefreshCookie,
  hasRefreshCookie,
  readRefreshCookie,
  setRefreshCookie,
} from './refresh-cookie.ts';
import type { SessionsService, SessionTokens } from './sessions-service.ts';

/** By which the limits of log-ins know a device again. */
const DEVICE_COOKIE = { name: 'firstcome_device', path: '/v1/sessions' } as const;
const DEVICE_KEPT_SECONDS = 180 * 86_400;

/** A page whose access token has ended, or that never got one, still has to be able to sign out. */
const memberOrCookie: HttpAccess = { who: 'member', orElse: hasRefreshCookie };

/** These answer with secrets: none of them takes an Idempotency-Key, for then they would be stored. */
export function sessionRoutes(
  server: HttpServer,
  sessions: SessionsService,
  warnOfProxy: onRequestHookHandler,
): void {
  server.post(
    '/v1/sessions',
    {
      onRequest: warnOfProxy,
      config: { access: anyone, problems: ['credentials_invalid'] },
      schema: {
        operationId: 'logIn',
        summary: 'Log in; the refresh token comes in the body and as an HttpOnly cookie',
        tags: ['Identity'],
        body: LogInBody,
        response: { 201: SessionView, default: Problem },
      },
    },
    async (request, reply) => {
      const deviceToken = readOwnCookie(request, DEVICE_COOKIE);
      const outcome = await sessions.logIn({ ...request.body, address: request.ip, deviceToken });
      if (outcome.ok) {
        await endReplaced(request, sessions);
        const { deviceToken: value } = outcome.value;
        setOwnCookie(request, reply, { ...DEVICE_COOKIE, value, keptSeconds: DEVICE_KEPT_SECONDS });
      }
      return answerTokens(request, reply, { outcome, status: 201 });
    },
  );

  server.post(
    '/v1/sessions/refresh',
    {
      onRequest: warnOfProxy,
      config: {
        access: anyone,
        problems: [
          'refresh_token_invalid',
          'refresh_token_reused',
          'refresh_cookie_refused',
          'session_ended',
        ],
      },
      schema: {
        operationId: 'refreshSession',
        summary: 'New tokens for a refresh token, from the body or, on our own pages, from the cookie',
        tags: ['Identity'],
        body: RefreshBody,
        response: { 200: SessionView, default: Problem },
      },
    },
    async (request, reply) => {
      const token = presentedToken(request, request.body.refreshToken);
      const outcome = token.ok ? await sessions.refresh(token.value) : token;
      return answerTokens(request, reply, { outcome, status: 200 });
    },
  );

  logOutRoute(server, sessions);
}

function logOutRoute(server: HttpServer, sessions: SessionsService): void {
  server.delete(
    '/v1/sessions/current',
    {
      config: { access: memberOrCookie, problems: ['refresh_token_invalid', 'refresh_cookie_refused'] },
      schema: {
        operationId: 'logOut',
        summary: 'Log out: the refresh token and the access tokens of this session end',
        description:
          'By its access token. On our own pages the refresh cookie does too, so that a page whose access token has ended can log out.',
        tags: ['Identity'],
        response: { 204: Type.Null(), default: Problem },
      },
    },
    async (request, reply) => {
      const cookie = readRefreshCookie(request);
      const { principal } = request;
      if (principal) await sessions.logOut(principal.sessionId);
      else if (cookie?.ok) await sessions.logOutBy(cookie.value);
      else return problemBody(reply, cookie ?? refuse('token_missing'));
      const ofCookie = cookie?.ok ? sessions.sessionIdOf(cookie.value) : undefined;
      // The cookie of somebody who has signed in here since stays theirs.
      if (!principal || (ofCookie ?? principal.sessionId) === principal.sessionId)
        clearRefreshCookie(request, reply);
      reply.code(204);
      return null;
    },
  );
}

/** A page's log-in replaces its refresh cookie; nothing could end the session of the old one any more. */
async function endReplaced(request: FastifyRequest, sessions: SessionsService): Promise<void> {
  const cookie = readRefreshCookie(request);
  // Only where the browser says that it is a page: clients that share a cookie jar keep their sessions.
  if (cookie?.ok && request.headers['sec-fetch-site'] === 'same-origin')
    await sessions.logOutBy(cookie.value);
}

function presentedToken(request: FastifyRequest, fromBody: string | undefined): Result<string> {
  if (fromBody !== undefined) return { ok: true, value: fromBody };
  return readRefreshCookie(request) ?? { ok: false, code: 'refresh_token_invalid' };
}

function answerTokens(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: { readonly outcome: Result<SessionTokens>; readonly status: 200 | 201 },
): SessionView | ReturnType<typeof problemBody> {
  const { outcome, status } = answer;
  if (!outcome.ok) return problemBody(reply, outcome);
  const { accountId, accessToken, expiresAt, refreshToken, refreshExpiresAt } = outcome.value;
  setRefreshCookie(request, reply, { token: refreshToken, expiresAt: refreshExpiresAt });
  reply.code(status);
  return { accessToken, expiresAt: new Date(expiresAt).toISOString(), refreshToken, accountId };
}
