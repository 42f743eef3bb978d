import type { SeatHolds } from '../../modules/reservations/index.ts';
import { createSeatHolds, type SeatHoldsOptions } from './seat-holds.ts';
import { createBrokenSeatHolds } from './seat-holds-broken.ts';
import { createOptimisticSeatHolds } from './seat-holds-optimistic.ts';
import { createPessimisticSeatHolds } from './seat-holds-pessimistic.ts';

/** What the configuration may choose among. `broken` is refused in production mode there. */
export const seatHoldsStrategies = {
  batch: createSeatHolds,
  optimistic: createOptimisticSeatHolds,
  pessimistic: createPessimisticSeatHolds,
  broken: createBrokenSeatHolds,
} as const satisfies Record<
  string,
  (options: Pick<SeatHoldsOptions, 'database' | 'clock' | 'hint' | 'maxQueued'>) => SeatHolds
>;
