import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { Type } from 'typebox';
import type { Result } from '../../kernel/result.ts';
import { anyone, member, principalOf } from '../../platform/http/principal.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { LogInBody, RefreshBody, SessionView } from './contract.ts';
import { readOwnCookie, setOwnCookie } from './own-cookie.ts';
import { clearRefreshCookie, readRefreshCookie, setRefreshCookie } from './refresh-cookie.ts';
import type { SessionsService, SessionTokens } from './sessions-service.ts';

/** By which the limits of log-ins know a device again. */
const DEVICE_COOKIE = { name: 'firstcome_device', path: '/v1/sessions' } as const;
const DEVICE_KEPT_SECONDS = 180 * 86_400;

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
      config: { access: anyone },
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
      config: { access: anyone },
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

  server.delete(
    '/v1/sessions/current',
    {
      config: { access: member },
      schema: {
        operationId: 'logOut',
        summary: 'Log out: the refresh token and the access tokens of this session end',
        tags: ['Identity'],
        response: { 204: Type.Null(), default: Problem },
      },
    },
    async (request, reply) => {
      await sessions.logOut(principalOf(request).sessionId);
      clearRefreshCookie(request, reply);
      reply.code(204);
      return null;
    },
  );
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
  const { accessToken, expiresAt, refreshToken, refreshExpiresAt } = outcome.value;
  setRefreshCookie(request, reply, { token: refreshToken, expiresAt: refreshExpiresAt });
  reply.code(status);
  return { accessToken, expiresAt: new Date(expiresAt).toISOString(), refreshToken };
}
