import { Type } from 'typebox';
import { anyone } from '../auth/access.ts';
import { INSTANCE_HEADER } from '../auth/internal-tokens.ts';
import type { Health } from '../observability/health.ts';
import { Problem, problemBody } from './problem.ts';
import type { HttpServer } from './server.ts';

const tags = ['Health'];
const Live = Type.Object({ status: Type.Literal('ok') }, { title: 'Liveness' });
const Ready = Type.Object(
  {
    status: Type.Literal('ready'),
    checks: Type.Record(Type.String(), Type.Enum(['ok', 'failed'])),
  },
  { title: 'Readiness' },
);

/**
 * Whether the process answers at all, and whether it can do its work: a supervisor restarts what is not live,
 * a balancer passes over what is not ready.
 * @param instance how this instance is named to the gateway
 */
export function healthRoutes(server: HttpServer, health: Health, instance?: string): void {
  server.get(
    '/health/live',
    {
      config: { access: anyone },
      schema: {
        operationId: 'getLiveness',
        summary: 'Whether the process answers',
        tags,
        response: { 200: Live },
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { status: 'ok' as const };
    },
  );

  server.get(
    '/health/ready',
    {
      config: { access: anyone, problems: ['not_ready'] },
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether this instance can do its work',
        description:
          'Answers are up to a second old. 503 `not_ready` says in `checks` what is missing. `failed` beside `ready`: it works without, less well.',
        tags,
        response: { 200: Ready, default: Problem },
      },
    },
    async (_request, reply) => {
      const { ready, checks } = await health.readiness();
      if (instance !== undefined) reply.header(INSTANCE_HEADER, instance);
      reply.header('cache-control', 'no-store');
      if (!ready) return problemBody(reply, { ok: false, code: 'not_ready', extra: { checks } });
      return { status: 'ready' as const, checks };
    },
  );
}
