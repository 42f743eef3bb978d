export { ticketEvents, ticketProblems } from './contract.ts';
export { doorProblems } from './door-contract.ts';
export { createGatePasses } from './gate-pass.ts';
export { ticketCode } from './model.ts';
export { createTickets, type Tickets } from './module.ts';
export { createGate, type GateMakingDeps } from './operations.ts';
export type {
  AdmissionConflict,
  AdmitOutcome,
  AdmitRequest,
  Buyer,
  CheckIn,
  CheckInStore,
  DoorEntry,
  Gate,
  GateStore,
  OfflineTicket,
  SellerLists,
  Ticket,
  TicketAtDoor,
  TicketStore,
  UndoRequest,
} from './ports.ts';
export { createSignedCodes } from './signed-code.ts';
