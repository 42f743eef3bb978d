export { createSeating, type Seating } from './module.ts';
export type { SeatClaim, SeatClaimReader } from './ports.ts';
