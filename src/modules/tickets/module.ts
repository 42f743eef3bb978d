import type { HttpServer } from '../../platform/http/server.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import { type DoorRouteDeps, doorRoutes } from './door-routes.ts';
import { type GateRouteDeps, gateRoutes } from './gate-routes.ts';
import { type TicketRouteDeps, ticketRoutes } from './http.ts';
import { type TicketOperationsDeps, ticketOperations } from './operations.ts';
import { type SellerRouteDeps, sellerRoutes } from './seller-routes.ts';

export type TicketsDeps = TicketOperationsDeps &
  TicketRouteDeps &
  DoorRouteDeps &
  GateRouteDeps &
  SellerRouteDeps;

export type Tickets = {
  readonly operations: readonly Operation[];
  routes(server: HttpServer): void;
};

export function createTickets(deps: TicketsDeps): Tickets {
  const operations = ticketOperations(deps);
  return {
    operations: Object.values(operations),
    routes(server) {
      ticketRoutes(server, deps);
      doorRoutes(server, deps, operations);
      gateRoutes(server, deps, operations);
      sellerRoutes(server, deps);
    },
  };
}
