import type { HttpServer } from '../../platform/http/server.ts';
import { createPaymentsService, type PaymentsServiceDeps } from './payments-service.ts';
import { createPointsService, type PointsServiceDeps } from './points-service.ts';
import type { TicketStore } from './ports.ts';
import { type PaymentRouteDeps, paymentRoutes } from './routes.ts';

export { paymentEvents, paymentProblems } from './contract.ts';
export { checkCharge, decidePayment, SYSTEM_ACCOUNTS, ticketCode } from './model.ts';
export type {
  ChargeRequest,
  Checkout,
  Payment,
  PaymentOutcome,
  PaymentRequest,
  PointEntry,
  PointLedger,
  Ticket,
  TicketStore,
} from './ports.ts';

export type PaymentsModuleDeps = PaymentsServiceDeps &
  PointsServiceDeps & { readonly tickets: TicketStore; readonly seatLabel: PaymentRouteDeps['seatLabel'] };

export type Payments = ReturnType<typeof createPayments>;

/** Points, payments and tickets. */
export function createPayments(deps: PaymentsModuleDeps) {
  const payments = createPaymentsService(deps);
  const points = createPointsService(deps);
  return {
    payments,
    points,
    routes: (server: HttpServer) =>
      paymentRoutes(server, { payments, points, tickets: deps.tickets, seatLabel: deps.seatLabel }),
  };
}
