import { Type } from 'typebox';
import { member } from '../platform/auth/access.ts';
import { Problem } from '../platform/http/problem.ts';
import { closed, Id } from '../platform/http/schemas.ts';
import type { HttpServer } from '../platform/http/server.ts';

/** Takes what a hold takes, so that both read the same body. */
const NoOpBody = closed(
  {
    performanceId: Type.Optional(Id),
    seatIds: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 50 })),
  },
  { title: 'NoOp' },
);

const schema = {
  summary: 'Does nothing: what a request costs before it does anything',
  description: 'For measurements, in demo mode only. Reads the token and the body as every route does.',
  tags: ['Lab'],
  response: { 200: Type.Object({ ok: Type.Literal(true) }, { title: 'NoOpAnswer' }), default: Problem },
};

const ANSWER = { ok: true } as const;

/** The measure of all other routes: the same server, guard and body, and no work. Not in production. */
export function noOpRoutes(server: HttpServer): void {
  const config = { access: member, keepsNothing: true };
  server.get(
    '/v1/lab/no-op',
    { config, schema: { ...schema, operationId: 'getNoOp' } },
    (_request, reply) => {
      reply.send(ANSWER);
    },
  );
  server.post(
    '/v1/lab/no-op',
    { config, schema: { ...schema, operationId: 'postNoOp', body: NoOpBody } },
    (_request, reply) => {
      reply.send(ANSWER);
    },
  );
}
