import type { HttpServer } from '../../platform/http/server.ts';
import { paymentRoutes } from './http.ts';
import { createPaymentsService, type PaymentsService, type PaymentsServiceDeps } from './payments-service.ts';

export type Payments = PaymentsService & { routes(server: HttpServer): void };

export function createPayments(deps: PaymentsServiceDeps): Payments {
  const payments = createPaymentsService(deps);
  return { ...payments, routes: (server) => paymentRoutes(server, payments) };
}
