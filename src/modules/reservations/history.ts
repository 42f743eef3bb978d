import { eventGuard, type StoredEvent } from '../../platform/events/event.ts';
import { paymentEvents } from '../payments/index.ts';
import { type HistoryEntry, reservationEvents } from './contract.ts';
import type { ReservationRecord } from './model.ts';

/** The types of events that change a reservation after its beginning, its own and the payment's. */
export const CHANGE_EVENTS = [
  paymentEvents['payment.succeeded'],
  reservationEvents['reservation.cancellation-requested'],
  reservationEvents['reservation.cancelled'],
  reservationEvents['reservation.expired'],
  reservationEvents['reservation.kept'],
];

/** Something that happened to a reservation. */
export type ReservationChange = StoredEvent<(typeof CHANGE_EVENTS)[number]>;

/** What happens beside: a payment by card is on its way, or its money goes back. The reservation stays what it is. */
const CARD_EVENTS = [
  paymentEvents['payment.requested'],
  paymentEvents['payment.failed'],
  paymentEvents['payment.refunded'],
];
type CardEvent = StoredEvent<(typeof CARD_EVENTS)[number]>;

/** All that a history tells of. */
export const HISTORY_EVENTS = [...CHANGE_EVENTS, ...CARD_EVENTS];
export type HistoryEvent = ReservationChange | CardEvent;

const isChange = eventGuard(CHANGE_EVENTS);

/** Tells one change in words. */
export function tellChange(change: ReservationChange): HistoryEntry {
  const { type, occurredAt } = change;
  return { time: new Date(occurredAt).toISOString(), type, ...tell(change) };
}

/** Tells a history from its beginning, which the reservation itself says. */
export function tellHistory(
  record: ReservationRecord,
  events: readonly HistoryEvent[],
): readonly HistoryEntry[] {
  const { createdAt, expiresAt, seatNos, amount } = record;
  const created: HistoryEntry = {
    time: new Date(createdAt).toISOString(),
    type: 'reservation.created',
    status: 'held',
    text: `Held ${seatCount(seatNos)} until ${new Date(expiresAt).toISOString()}, for ${amount} KRW.`,
  };
  const entries = [created];
  for (const event of events) {
    if (isChange(event)) entries.push(tellChange(event));
    // Points are back with the cancellation, which says so.
    else if (event.data.method === 'card') entries.push(tellCard(event, entries.at(-1)?.status ?? 'held'));
  }
  return entries;
}

function tellCard(event: CardEvent, status: HistoryEntry['status']): HistoryEntry {
  const { amount } = event.data;
  const time = new Date(event.occurredAt).toISOString();
  const about = { time, type: event.type, status };
  if (event.type === 'payment.requested') return { ...about, text: `To be paid by card: ${amount} KRW.` };
  const { reason } = event.data;
  const what = event.type === 'payment.failed' ? 'Not paid by card' : `${amount} KRW went back to the card`;
  return { ...about, text: `${what}: ${reason}.` };
}

function tell(change: ReservationChange): Pick<HistoryEntry, 'status' | 'text'> {
  if (change.type === 'payment.succeeded') {
    const { amount, method, seatNos } = change.data;
    return { status: 'confirmed', text: `Paid ${amount} KRW with ${method}; ${seatCount(seatNos)} bought.` };
  }
  if (change.type === 'reservation.cancellation-requested')
    return { status: 'cancelling', text: 'The cancellation was accepted and will be carried out.' };
  const seats = seatCount(change.data.seatNos);
  if (change.type === 'reservation.expired')
    return { status: 'expired', text: `Not paid in time; the hold on ${seats} lapsed.` };
  if (change.type === 'reservation.kept')
    return { status: 'confirmed', text: `Kept for the new start, ${change.data.startsAt}.` };
  const { refundedAmount, reason } = change.data;
  const refunded = refundedAmount === 0 ? '' : ` and ${refundedAmount} KRW refunded`;
  const why = reason === 'requested' ? 'Cancelled' : 'Cancelled, since the performance does not take place';
  return { status: 'cancelled', text: `${why}; ${seats} given back${refunded}.` };
}

function seatCount(seatNos: readonly number[]): string {
  return seatNos.length === 1 ? '1 seat' : `${seatNos.length} seats`;
}
