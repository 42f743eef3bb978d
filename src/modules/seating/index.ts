export { createSeating, type Seating } from './module.ts';
export type { SeatHold, SeatHoldReader } from './ports.ts';
