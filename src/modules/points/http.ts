import { member } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem } from '../../platform/http/problem.ts';
import { ById, closed, pageQuery } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { ChargeBody, CreditBody, PointEntryPage, PointEntryView, PointsView } from './contract.ts';
import type { PointOperations } from './operations.ts';
import type { PointsService } from './points-service.ts';
import { entryView, pointsView } from './views.ts';

const PageQuery = closed(pageQuery);

export function pointRoutes(
  server: HttpServer,
  points: Pick<PointsService, 'standing' | 'entries'>,
  { chargePoints, creditPoints }: PointOperations,
): void {
  const charge = operationRoute(chargePoints, { status: 201 });
  server.post(
    '/v1/points/charges',
    {
      config: operationConfig(chargePoints),
      schema: {
        operationId: 'chargePoints',
        summary: 'Charge points',
        description: 'In production only with a payment provider; without one: 403 `charge_not_allowed`.',
        tags: ['Points'],
        body: ChargeBody,
        response: { 201: PointEntryView, default: Problem },
      },
    },
    (request, reply) => charge(request, reply, request.body),
  );

  creditRoute(server, creditPoints);

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

function creditRoute(server: HttpServer, creditPoints: PointOperations['creditPoints']): void {
  const credit = operationRoute(creditPoints, { status: 201 });
  server.post(
    '/v1/accounts/:id/credits',
    {
      config: operationConfig(creditPoints),
      schema: {
        operationId: 'creditPoints',
        summary: 'Give points to an account, for money that came by another way or to make up for something',
        tags: ['Points'],
        params: ById,
        body: CreditBody,
        response: { 201: PointEntryView, default: Problem },
      },
    },
    (request, reply) => credit(request, reply, { accountId: request.params.id, ...request.body }),
  );
}
