export { ticketProblems } from './contract.ts';
export { ticketCode } from './model.ts';
export { createTickets, type Tickets } from './module.ts';
export type { Ticket, TicketStore } from './ports.ts';
