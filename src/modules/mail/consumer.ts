import { type DurableConsumer, durableConsumer, type StoredEvent } from '../../platform/events/event.ts';
import { catalogueEvents } from '../catalogue/index.ts';
import { identityEvents } from '../identity/index.ts';
import { paymentEvents } from '../payments/index.ts';
import { PERFORMANCE_CANCELLED, reservationEvents } from '../reservations/index.ts';
import type { MailAbout, MailStore, NewMail, Postponed } from './ports.ts';

const types = [
  identityEvents['account.created'],
  identityEvents['email.confirmation-requested'],
  paymentEvents['payment.succeeded'],
  paymentEvents['payment.refunded'],
  reservationEvents['reservation.cancelled'],
  catalogueEvents['performance.postponed'],
];

type Occasion = StoredEvent<(typeof types)[number]>;

/**
 * Notes down whom to write what, in the transaction that moves its marks: an event is one mail, whatever crashes. Sending
 * is another's (delivery.ts), so that a slow mail server holds up no transaction and no other consumer. Begins with what
 * happens from now on: nobody gets mails about last year.
 */
export function createMailConsumer(store: MailStore): DurableConsumer {
  return durableConsumer({
    name: 'mail',
    types,
    from: 'now',
    async apply(events, transaction) {
      await store.add(events.flatMap(toMail), transaction);
      for (const { id: eventId, type, data, occurredAt } of events)
        if (type === 'performance.postponed')
          await store.addForBuyers({ eventId, occurredAt, about: postponedBy(data) }, transaction);
    },
  });
}

function toMail(event: Occasion): readonly NewMail[] {
  if (event.type === 'performance.postponed') return [];
  const about = aboutOf(event);
  if (!about) return [];
  const { id, subject, occurredAt, data } = event;
  return [{ id: `${id}.${subject}`, accountId: data.accountId, occurredAt, about }];
}

function postponedBy(data: Extract<Occasion, { type: 'performance.postponed' }>['data']): Postponed {
  return {
    kind: 'postponed',
    performanceId: data.performanceId,
    startsAt: Date.parse(data.startsAt),
    postponedFrom: Date.parse(data.postponedFrom),
    answerUntil: Date.parse(data.answerUntil),
  };
}

/** Of what concerns one person. */
function aboutOf(event: Exclude<Occasion, { type: 'performance.postponed' }>): MailAbout | undefined {
  if (event.type === 'account.created' || event.type === 'email.confirmation-requested')
    return { kind: 'confirm-email' };
  const { reservationId, performanceId } = event.data;
  if (event.type === 'reservation.cancelled') {
    // Who cancels knows it; who held and did not pay has nothing to lose.
    const isNews = event.data.reason === PERFORMANCE_CANCELLED && event.data.wasPaid;
    const amount = event.data.refundedAmount;
    return isNews ? { kind: 'cancelled', reservationId, performanceId, amount } : undefined;
  }
  const { amount, method } = event.data;
  const paid = { reservationId, performanceId, amount, method };
  if (event.type === 'payment.succeeded') return { ...paid, kind: 'ticket' };
  return amount === 0 ? undefined : { ...paid, kind: 'refund', reason: event.data.reason };
}
