import { member, roles } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { idempotentWrite } from '../../platform/http/idempotency.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, pageQuery } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { traceOf } from '../../platform/http/trace-context.ts';
import { ChargeBody, CreditBody, PointEntryPage, PointEntryView, PointsView } from './contract.ts';
import type { PointsService } from './points-service.ts';
import type { PointEntry } from './ports.ts';
import { entryView, pointsView } from './views.ts';

const PageQuery = closed(pageQuery);

export function pointRoutes(server: HttpServer, points: PointsService): void {
  server.post(
    '/v1/points/charges',
    {
      config: { access: member, idempotent: true },
      schema: {
        operationId: 'chargePoints',
        summary: 'Charge points',
        description: 'In production only with a payment provider; without one: 403 `charge_not_allowed`.',
        tags: ['Points'],
        body: ChargeBody,
        response: { 201: PointEntryView, default: Problem },
      },
    },
    async (request, reply) => {
      const result = await points.charge({
        accountId: principalOf(request).accountId,
        amount: request.body.amount.amount,
        trace: traceOf(request),
        idempotency: idempotentWrite<PointEntry>(request, 201, entryView),
      });
      if (!result.ok) return problemBody(reply, result);
      return reply.code(201).send(entryView(result.value));
    },
  );

  creditRoute(server, points);

  server.get(
    '/v1/points',
    {
      config: { access: member },
      schema: {
        operationId: 'getPoints',
        summary: 'Your balance, and how much you may charge',
        tags: ['Points'],
        response: { 200: PointsView, default: Problem },
      },
    },
    async (request) => pointsView(await points.standing(principalOf(request).accountId)),
  );

  server.get(
    '/v1/points/entries',
    {
      config: { access: member },
      schema: {
        operationId: 'listPointEntries',
        summary: 'Your statement, newest first',
        tags: ['Points'],
        querystring: PageQuery,
        response: { 200: PointEntryPage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const rows = await points.entries(principalOf(request).accountId, page);
      return toPage(rows, page.limit, (entry) => [entry.id], entryView);
    },
  );
}

function creditRoute(server: HttpServer, points: PointsService): void {
  server.post(
    '/v1/accounts/:id/credits',
    {
      config: { access: roles(['manager']), idempotent: true },
      schema: {
        operationId: 'creditPoints',
        summary: 'Give points to an account, for money that came by another way or to make up for something',
        tags: ['Points'],
        params: ById,
        body: CreditBody,
        response: { 201: PointEntryView, default: Problem },
      },
    },
    async (request, reply) => {
      const result = await points.credit({
        accountId: request.params.id,
        managerId: principalOf(request).accountId,
        amount: request.body.amount.amount,
        reason: request.body.reason,
        trace: traceOf(request),
        idempotency: idempotentWrite<PointEntry>(request, 201, entryView),
      });
      if (!result.ok) return problemBody(reply, result);
      return reply.code(201).send(entryView(result.value));
    },
  );
}
