import type { HttpServer } from '../../platform/http/server.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import { paymentRoutes } from './http.ts';
import { paymentOperations } from './operations.ts';
import { createPaymentsService, type PaymentsService, type PaymentsServiceDeps } from './payments-service.ts';

export type Payments = PaymentsService & {
  readonly operations: readonly Operation[];
  routes(server: HttpServer): void;
};

export function createPayments(deps: PaymentsServiceDeps): Payments {
  const payments = createPaymentsService(deps);
  const operations = paymentOperations(payments);
  return {
    ...payments,
    operations: Object.values(operations),
    routes: (server) => paymentRoutes(server, operations),
  };
}
