import type { HttpServer } from '../../platform/http/server.ts';
import { type TicketRouteDeps, ticketRoutes } from './http.ts';

export type Tickets = { routes(server: HttpServer): void };

export function createTickets(deps: TicketRouteDeps): Tickets {
  return { routes: (server) => ticketRoutes(server, deps) };
}
