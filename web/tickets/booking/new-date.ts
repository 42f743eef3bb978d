import type { Performance } from '../concerts/performance-parts.tsx';
import type { Reservation } from './use-reservation.ts';

/** What a postponed performance means for a booking: asked and kept are of who has paid, told of who has yet to. */
export type NewDate = 'asked' | 'kept' | 'told';

type Booking = Pick<Reservation, 'status' | 'createdAt' | 'keptFor'>;
type Planned = Pick<Performance, 'startsAt' | 'postponedAt' | 'cancelledAt'>;

/** Undefined where there is nothing to say: who booked after the postponement knew of it. */
export function newDateOf(
  { status, createdAt, keptFor }: Booking,
  { startsAt, postponedAt, cancelledAt }: Planned,
  now: number,
): NewDate | undefined {
  if (postponedAt === null || cancelledAt !== null || now >= Date.parse(startsAt)) return undefined;
  if (Date.parse(createdAt) >= Date.parse(postponedAt)) return undefined;
  if (status === 'held') return 'told';
  if (status !== 'confirmed') return undefined;
  return keptFor !== null && Date.parse(keptFor) === Date.parse(startsAt) ? 'kept' : 'asked';
}
