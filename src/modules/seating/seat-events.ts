import { eventGuard, type StoredEvent } from '../../platform/events/event.ts';
import type { SeatStatus } from '../catalogue/index.ts';
import { paymentEvents } from '../payments/index.ts';
import { reservationEvents } from '../reservations/index.ts';

/** The events that change seats. */
export const seatEventTypes = [
  reservationEvents['reservation.created'],
  paymentEvents['payment.succeeded'],
  reservationEvents['reservation.cancelled'],
  reservationEvents['reservation.expired'],
];

const isSeatEvent = eventGuard(seatEventTypes);

/** What each does to the seats that it names. */
const STATUS_BY_TYPE: Readonly<Record<(typeof seatEventTypes)[number]['type'], SeatStatus>> = {
  'reservation.created': 'held',
  'payment.succeeded': 'sold',
  'reservation.cancelled': 'free',
  'reservation.expired': 'free',
};

export type SeatEvent = {
  readonly position: number;
  readonly performanceId: string;
  readonly seatNos: readonly number[];
  readonly epoch: number;
  readonly status: SeatStatus;
};

/** The event as the seat map takes it; undefined where it is not about seats. */
export function readSeatEvent(event: StoredEvent): SeatEvent | undefined {
  if (!isSeatEvent(event)) return undefined;
  const { performanceId, seatNos, epoch } = event.data;
  return { position: event.position, performanceId, seatNos, epoch, status: STATUS_BY_TYPE[event.type] };
}

/** The performances whose seats these events speak of, as often as they do. */
export function* performancesOf(events: readonly StoredEvent[]): Iterable<string> {
  for (const event of events) if (isSeatEvent(event)) yield event.data.performanceId;
}
