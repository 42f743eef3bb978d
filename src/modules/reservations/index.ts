export { PERFORMANCE_CANCELLED, reservationEvents, reservationProblems } from './contract.ts';
export {
  decodeHoldOutcome,
  decodeHoldRequest,
  encodeHoldFault,
  encodeHoldOutcome,
  encodeHoldRequest,
} from './hold-wire.ts';
export { decideCallOff, decideCancel, type ReservationRecord } from './model.ts';
export { createReservations, type Reservations, type ReservationsDeps } from './module.ts';
export type * from './ports.ts';
export { createQueuedHolds, decideInTheEnd, type QueuedHoldsOptions } from './queued-holds.ts';
export { createSeatLines, type LinedHold } from './seat-lines.ts';
