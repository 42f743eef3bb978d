import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { PaymentBody, PaymentView } from './contract.ts';
import type { PaymentOperations } from './operations.ts';

export function paymentRoutes(server: HttpServer, { payReservation }: PaymentOperations): void {
  const pay = operationRoute(payReservation, { status: ({ repeated }) => (repeated ? 200 : 201) });
  server.post(
    '/v1/reservations/:id/payments',
    {
      config: operationConfig(payReservation),
      schema: {
        operationId: 'payReservation',
        summary: 'Pay a held reservation; it becomes confirmed and its tickets are issued',
        tags: ['Payments'],
        params: ById,
        body: PaymentBody,
        response: { 200: PaymentView, 201: PaymentView, default: Problem },
      },
    },
    (request, reply) => pay(request, reply, { reservationId: request.params.id, ...request.body }),
  );
}
