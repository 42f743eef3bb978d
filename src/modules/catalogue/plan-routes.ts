import { Type } from 'typebox';
import { anyone } from '../../platform/auth/access.ts';
import { IMMUTABLE, sendEncoded } from '../../platform/http/conditional.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { closed, NotModified } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { PlanSeatsView, SeatPlanView } from './plan-contract.ts';
import type { Reading } from './reading.ts';

const ByHash = closed({
  hash: Type.String({ pattern: '^[\\w-]{32}$', description: 'The `planHash` of a performance.' }),
});

/** Seat plans, which never change. */
export function planRoutes(server: HttpServer, reading: Reading): void {
  server.get(
    '/v1/seat-plans/:hash',
    {
      config: { access: anyone, problems: ['seat_plan_not_found'] },
      schema: {
        operationId: 'getSeatPlan',
        summary: 'A seat plan in its compact form; cache it for good',
        tags: ['Seats'],
        params: ByHash,
        response: { 200: SeatPlanView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.plan(request.params.hash);
      if (!found.ok) return problemBody(reply, found);
      return sendEncoded(request, reply, found.value.compact, IMMUTABLE);
    },
  );

  server.get(
    '/v1/seat-plans/:hash/seats',
    {
      config: { access: anyone, problems: ['seat_plan_not_found'] },
      schema: {
        operationId: 'getSeatPlanSeats',
        summary: 'A seat plan spelled out, one object per seat; cache it for good',
        tags: ['Seats'],
        params: ByHash,
        response: { 200: PlanSeatsView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.plan(request.params.hash);
      if (!found.ok) return problemBody(reply, found);
      return sendEncoded(request, reply, found.value.spelledOut(), IMMUTABLE);
    },
  );
}
