import { member } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem } from '../../platform/http/problem.ts';
import { QueuedTicket } from '../../platform/http/queued-requests.ts';
import { ById, closed, pageQuery } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { originOf, PaymentView } from '../payments/index.ts';
import {
  ChargeBody,
  ChargeView,
  CreditBody,
  PointEntryPage,
  PointEntryView,
  PointsView,
} from './contract.ts';
import type { PointOperations } from './operations.ts';
import type { PointsService } from './points-service.ts';
import { entryView, pointsView } from './views.ts';

const PageQuery = closed(pageQuery);

export function pointRoutes(
  server: HttpServer,
  points: Pick<PointsService, 'standing' | 'entries'>,
  { chargePoints, creditPoints }: PointOperations,
): void {
  const charge = operationRoute(chargePoints, {
    status: (charged) => ('payment' in charged && charged.repeated ? 200 : 201),
  });
  server.post(
    '/v1/points/charges',
    {
      config: operationConfig(chargePoints),
      schema: {
        operationId: 'chargePoints',
        summary: 'Charge points',
        description:
          'By card: the answer is the payment, with the `checkoutUrl` at which it is paid; the buyer comes back to `returnUrl` with `paymentKey`, `orderId` and `amount`, which POST /v1/payments/{id}/confirmations takes, or with `code`. Asked again for the same amount it is the payment that is open (200); another amount ends that one. Without `method`: credited at once, in demo mode alone; else 403 `charge_not_allowed`. After a declined card charge again with a new Idempotency-Key: a key is for one attempt.',
        tags: ['Points'],
        body: ChargeBody,
        response: { 200: PaymentView, 201: ChargeView, 202: QueuedTicket, default: Problem },
      },
    },
    (request, reply) => charge(request, reply, { origin: originOf(request), ...request.body }),
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
