import type { HistoryEntry } from './contract.ts';
import type { ReservationStatus } from './model.ts';
import type { ReservationHappening } from './ports.ts';

type Telling = {
  /** Undefined: the status stays what it was. */
  readonly status: ReservationStatus | undefined;
  tell(data: Readonly<Record<string, unknown>>): string;
};

/** Every event of a reservation's life, its own and the payment's, in words. */
const TELLINGS: Readonly<Record<string, Telling>> = {
  'reservation.created': {
    status: 'held',
    tell: (data) => `Held ${seatCount(data)} until ${text(data['expiresAt'])}, for ${won(data['amount'])}.`,
  },
  'payment.succeeded': {
    status: 'confirmed',
    tell: (data) => `Paid ${won(data['amount'])} with ${text(data['method'])}; ${seatCount(data)} bought.`,
  },
  'reservation.cancellation-requested': {
    status: 'cancelling',
    tell: () => 'The cancellation was accepted and will be carried out.',
  },
  'reservation.cancelled': {
    status: 'cancelled',
    tell: (data) =>
      data['refundedAmount'] === 0
        ? `Cancelled; ${seatCount(data)} given back.`
        : `Cancelled; ${seatCount(data)} given back and ${won(data['refundedAmount'])} refunded.`,
  },
  'reservation.expired': {
    status: 'expired',
    tell: (data) => `Not paid in time; the hold on ${seatCount(data)} lapsed.`,
  },
};

/** The types of events that make up a reservation's history after its beginning. */
export const CHANGE_EVENT_TYPES: readonly string[] = Object.keys(TELLINGS).filter(
  (type) => type !== 'reservation.created',
);

/** Tells one happening; `before` is the status that it met. */
export function tellHappening(
  happening: Omit<ReservationHappening, 'position'>,
  before: ReservationStatus,
): HistoryEntry {
  const telling = TELLINGS[happening.type];
  return {
    time: new Date(happening.occurredAt).toISOString(),
    type: happening.type,
    status: telling?.status ?? before,
    text: telling?.tell(happening.data) ?? happening.type,
  };
}

/** Tells a history from its beginning. */
export function tellHistory(happenings: readonly ReservationHappening[]): HistoryEntry[] {
  let status: ReservationStatus = 'held';
  return happenings.map((happening) => {
    const entry = tellHappening(happening, status);
    status = entry.status;
    return entry;
  });
}

function seatCount(data: Readonly<Record<string, unknown>>): string {
  const seatNos = data['seatNos'];
  const count = Array.isArray(seatNos) ? seatNos.length : 0;
  return count === 1 ? '1 seat' : `${count} seats`;
}

function won(amount: unknown): string {
  return `${text(amount)} KRW`;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'unknown';
}
