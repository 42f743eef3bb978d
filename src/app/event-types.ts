import { catalogueEvents } from '../modules/catalogue/index.ts';
import { deadLetterEvents } from '../modules/dead-letters/index.ts';
import { identityEvents } from '../modules/identity/index.ts';
import { paymentEvents } from '../modules/payments/index.ts';
import { pointEvents } from '../modules/points/index.ts';
import { rankingEvents } from '../modules/ranking/index.ts';
import { reservationEvents } from '../modules/reservations/index.ts';
import { ticketEvents } from '../modules/tickets/index.ts';
import { waitingRoomEvents } from '../modules/waiting-room/index.ts';
import type { EventType } from '../platform/events/event.ts';

/** Every type of event, by the module that saves it. */
export const eventTypes: Readonly<Record<string, readonly EventType[]>> = {
  identity: Object.values(identityEvents),
  catalogue: Object.values(catalogueEvents),
  'waiting-room': Object.values(waitingRoomEvents),
  reservations: Object.values(reservationEvents),
  payments: Object.values(paymentEvents),
  points: Object.values(pointEvents),
  tickets: Object.values(ticketEvents),
  ranking: Object.values(rankingEvents),
  'dead-letters': Object.values(deadLetterEvents),
};
