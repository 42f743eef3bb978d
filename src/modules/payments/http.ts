import { ownerOf } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { idempotentWrite } from '../../platform/http/idempotency.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { traceOf } from '../../platform/http/trace-context.ts';
import { PaymentBody, PaymentView } from './contract.ts';
import type { PaymentsService } from './payments-service.ts';
import type { PaymentOutcomeValue } from './ports.ts';
import { paymentView } from './views.ts';

export function paymentRoutes(server: HttpServer, payments: PaymentsService): void {
  server.post(
    '/v1/reservations/:id/payments',
    {
      config: { access: ownerOf('the reservation'), idempotent: true },
      schema: {
        operationId: 'payReservation',
        summary: 'Pay a held reservation; it becomes confirmed and its tickets are issued',
        tags: ['Payments'],
        params: ById,
        body: PaymentBody,
        response: { 200: PaymentView, 201: PaymentView, default: Problem },
      },
    },
    async (request, reply) => {
      const outcome = await payments.payWithPoints({
        reservationId: request.params.id,
        accountId: principalOf(request).accountId,
        trace: traceOf(request),
        idempotency: idempotentWrite<PaymentOutcomeValue>(request, 201, (value) =>
          paymentView(value.payment),
        ),
      });
      if (!outcome.ok) return problemBody(reply, outcome);
      return reply.code(outcome.value.repeated ? 200 : 201).send(paymentView(outcome.value.payment));
    },
  );
}
