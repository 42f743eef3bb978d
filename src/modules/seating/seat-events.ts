import type { LoggedEvent } from '../../platform/events/event.ts';
import type { SeatStatus } from '../catalogue/index.ts';

/** What each event does to the seats that it names. */
const STATUS_BY_TYPE: Readonly<Record<string, SeatStatus>> = {
  'reservation.created': 'held',
  'payment.succeeded': 'sold',
  'reservation.cancelled': 'free',
  'reservation.expired': 'free',
};

export const seatEventTypes: readonly string[] = Object.keys(STATUS_BY_TYPE);

export type SeatEvent = {
  readonly position: number;
  readonly performanceId: string;
  readonly seatNos: readonly number[];
  readonly epoch: number;
  readonly status: SeatStatus;
};

/** The event as the seat map takes it; undefined where it is not about seats. */
export function readSeatEvent({ type, position, data }: LoggedEvent): SeatEvent | undefined {
  const status = STATUS_BY_TYPE[type];
  if (!status || !('performanceId' in data && 'seatNos' in data && 'epoch' in data)) return undefined;
  const { performanceId, seatNos, epoch } = data;
  if (typeof performanceId !== 'string' || typeof epoch !== 'number' || !areNumbers(seatNos)) {
    return undefined;
  }
  return { position, performanceId, seatNos, epoch, status };
}

function areNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}

/** The performances whose seats these events speak of, as often as they do. */
export function* performancesOf(events: readonly LoggedEvent[]): Iterable<string> {
  for (const { type, data } of events) {
    if (seatEventTypes.includes(type) && 'performanceId' in data) yield String(data.performanceId);
  }
}
