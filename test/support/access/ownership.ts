import { inHours } from '../catalogue.ts';
import type { PersonName, Sale } from './sale.ts';

/** A route that answers only to some: who may call it for this thing, and to whom the thing does not exist. */
export type OwnershipCase = {
  /** As in the table of routes. */
  readonly route: string;
  /** Makes the thing and says what stands for its id. */
  readonly id: (sale: Sale) => string | Promise<string>;
  readonly body?: (sale: Sale) => object;
  readonly may: readonly PersonName[];
  /** 404: as if it did not exist. */
  readonly mayNot: readonly PersonName[];
  /** 403 `role_required`: no such thing is for their role. */
  readonly roleLacks?: readonly PersonName[];
};

const ofSeller = {
  may: ['seller', 'manager'],
  mayNot: ['rival'],
  roleLacks: ['stranger', 'driver', 'buyer'],
} as const;
const ofReservation = {
  id: (sale: Sale) => sale.reservation(),
  may: ['buyer', 'seller', 'manager'],
  mayNot: ['stranger', 'rival', 'driver'],
} as const;
const ofTicket = {
  id: (sale: Sale) => sale.ticket(),
  may: ['buyer'],
  mayNot: ['stranger', 'rival', 'driver', 'seller', 'manager'],
} as const;

const ofPayment = {
  id: (sale: Sale) => sale.openPayment(),
  may: ['buyer'],
  mayNot: ['stranger', 'rival', 'driver', 'seller', 'manager'],
} as const;

/** What a seller says of a performance that is called off. */
const calledOff: Readonly<Record<string, object>> = {
  cancellation: { reason: 'Ill' },
  postponement: { startsAt: inHours(96) },
};

export const ownershipCases: readonly OwnershipCase[] = [
  {
    route: 'PATCH /v1/concerts/:id',
    id: (sale) => sale.concertId,
    body: () => ({ title: 'Morning' }),
    ...ofSeller,
  },
  {
    route: 'POST /v1/concerts/:id/performances',
    id: (sale) => sale.concertId,
    body: (sale) => sale.performanceBody,
    ...ofSeller,
  },
  {
    route: 'PATCH /v1/performances/:id',
    id: (sale) => sale.performanceId,
    body: () => ({ limitPerPerson: 99 }),
    ...ofSeller,
  },
  { route: 'DELETE /v1/performances/:id', id: (sale) => sale.newPerformance(), ...ofSeller },
  ...['cancellation', 'postponement'].flatMap((what) => [
    {
      route: `POST /v1/performances/:id/${what}`,
      id: (sale: Sale) => sale.newPerformance(),
      body: () => calledOff[what] ?? {},
      ...ofSeller,
    },
    {
      route: `GET /v1/performances/:id/${what}`,
      id: async ({ call, newPerformance }: Sale) => {
        const id = await newPerformance();
        await call('seller', `POST /v1/performances/${id}/${what}`, calledOff[what]);
        return id;
      },
      ...ofSeller,
    },
  ]),
  {
    route: 'POST /v1/reservations/:id/postponement-answers',
    id: async ({ call, performanceId, reservation }: Sale) => {
      await call('seller', `POST /v1/performances/${performanceId}/postponement`, calledOff['postponement']);
      const id = await reservation();
      await call('buyer', `POST /v1/reservations/${id}/payments`, { method: 'points' });
      return id;
    },
    body: () => ({ answer: 'keep' }),
    may: ['buyer'],
    mayNot: ['stranger', 'rival', 'driver', 'seller', 'manager'],
  },
  { route: 'GET /v1/concerts/:id/takings', id: (sale) => sale.concertId, ...ofSeller },
  { route: 'GET /v1/venues/:id', id: (sale) => sale.venue(), ...ofSeller },
  { route: 'PATCH /v1/venues/:id', id: (sale) => sale.venue(), body: () => ({ name: 'Barn' }), ...ofSeller },
  { route: 'DELETE /v1/venues/:id', id: (sale) => sale.venue(), ...ofSeller },
  { route: 'GET /v1/performances/:id/room', id: (sale) => sale.roomPerformanceId, ...ofSeller },
  {
    route: 'PATCH /v1/performances/:id/room',
    id: (sale) => sale.roomPerformanceId,
    body: () => ({ ratePerSecond: 7 }),
    ...ofSeller,
  },
  { route: 'GET /v1/reservations/:id', ...ofReservation },
  { route: 'GET /v1/reservations/:id/history', ...ofReservation },
  { route: 'GET /v1/reservations/:id/saga', ...ofReservation },
  { route: 'GET /v1/reservations/:id/stream', ...ofReservation },
  {
    route: 'DELETE /v1/reservations/:id',
    ...ofReservation,
    may: ['buyer', 'manager'],
    mayNot: ['stranger', 'rival', 'driver', 'seller'],
  },
  {
    route: 'POST /v1/reservations/:id/payments',
    ...ofReservation,
    body: () => ({ method: 'points' }),
    may: ['buyer'],
    mayNot: ['stranger', 'rival', 'driver', 'seller', 'manager'],
  },
  {
    route: 'GET /v1/reservations/:id/payments',
    ...ofReservation,
    may: ['buyer', 'manager'],
    mayNot: ['stranger', 'rival', 'driver', 'seller'],
  },
  ...['', '/stream'].map((end) => ({
    route: `GET /v1/queued-requests/:id${end}`,
    id: (sale: Sale) => sale.queuedRequest(),
    may: ['buyer'] as const,
    mayNot: ['stranger', 'rival', 'driver', 'seller', 'manager'] as const,
  })),
  {
    route: 'GET /v1/payments/:id',
    id: (sale) => sale.openPayment(),
    may: ['buyer', 'manager'],
    mayNot: ['stranger', 'rival', 'driver', 'seller'],
  },
  {
    route: 'POST /v1/payments/:id/confirmations',
    ...ofPayment,
    id: (sale) => sale.payment(),
    body: (sale) => sale.confirmation(),
  },
  { route: 'GET /v1/simulated-checkouts/:id', ...ofPayment },
  {
    route: 'POST /v1/simulated-checkouts/:id/decisions',
    ...ofPayment,
    body: () => ({ decision: 'pay' }),
  },
  ...['door', 'door/tickets', 'gates', 'door-list', 'buyers', 'admission-conflicts'].map((list) => ({
    route: `GET /v1/performances/:id/${list}`,
    id: (sale: Sale) => sale.performanceId,
    ...ofSeller,
  })),
  {
    route: 'POST /v1/performances/:id/gates',
    id: (sale) => sale.performanceId,
    body: () => ({ name: 'North' }),
    ...ofSeller,
  },
  { route: 'DELETE /v1/gates/:id', id: (sale) => sale.gate(), ...ofSeller },
  { route: 'GET /v1/tickets/:id', ...ofTicket },
  { route: 'GET /v1/tickets/:id/qr.svg', ...ofTicket },
];

/** Routes whose thing is not named by an id: what they show or make is the caller's own by itself. */
export const withoutId: ReadonlySet<string> = new Set([
  'GET /metrics',
  // Whose tickets and gates they are for: test/flows/check-ins.test.ts and test/flows/gates.test.ts.
  'POST /v1/check-ins',
  'POST /v1/check-ins/batches',
  'GET /v1/gates/current',
  'POST /v1/venues',
  'GET /v1/venues',
  'POST /v1/concerts',
  'GET /v1/rooms',
  'GET /v1/selling/concerts',
  'GET /v1/rooms/stream',
]);
