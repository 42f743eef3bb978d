export { PERFORMANCE_CANCELLED, reservationEvents, reservationProblems } from './contract.ts';
export { decideCallOff, decideCancel, type ReservationRecord } from './model.ts';
export { createReservations, type Reservations, type ReservationsDeps } from './module.ts';
export type * from './ports.ts';
export { createSeatLines, type LinedHold } from './seat-lines.ts';
