import { randomUUID } from 'node:crypto';
import { createAccountStore } from '../../../src/adapters/postgres/identity/account-store.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Role } from '../../../src/modules/identity/index.ts';
import { accessTokenOf } from '../access-token.ts';
import { inHours, won } from '../catalogue.ts';
import { addGivenUpRequest } from '../queued-request.ts';
import type { AccessApp } from './app.ts';
import { type Answer, ask } from './request.ts';

/** Two of each kind: the one who owns, and the one of the same role who does not. */
const PEOPLE = {
  seller: ['member', 'seller'],
  rival: ['member', 'seller'],
  manager: ['member', 'manager'],
  buyer: ['member'],
  stranger: ['member'],
  driver: ['member', 'driver'],
} as const satisfies Record<string, readonly Role[]>;
export type PersonName = keyof typeof PEOPLE;

export type Call = (as: PersonName, request: string, body?: object) => Promise<Answer>;

/** Things that belong to somebody, made over HTTP as their owners make them. */
export type Sale = {
  readonly call: Call;
  /** The seller's. */
  readonly concertId: string;
  /** For another performance. */
  readonly performanceBody: object;
  /** Without a waiting room. */
  readonly performanceId: string;
  readonly roomPerformanceId: string;
  /** Another one of the seller's, of which nothing was sold. */
  newPerformance(): Promise<string>;
  /** A new venue of the seller, at which nothing plays. */
  venue(): Promise<string>;
  /** A new hold of the buyer. */
  reservation(): Promise<string>;
  /** A new payment of the buyer by card, which they have agreed to at the provider. */
  payment(): Promise<string>;
  /** One that they have not agreed to yet. */
  openPayment(): Promise<string>;
  /** What the provider gave back for the last payment. */
  confirmation(): object;
  /** A new ticket of the buyer. */
  ticket(): Promise<string>;
  /** A write of the buyer that had waited in the request queue. */
  queuedRequest(): Promise<string>;
  /** A new gate at the seller's performance. */
  gate(): Promise<string>;
  /** Somebody let in by the seller. */
  checkIn(): Promise<string>;
};

const ROW = { id: '1', runs: [{ grade: 'R', first: 1, count: 500, at: [0, 0], by: [1, 0] }] };
const venueBody = {
  name: 'Hall',
  address: '1 Test Street',
  stages: [{ name: 'Main', plan: { sections: [{ id: 'A', rows: [ROW] }] } }],
};

export async function openSale(system: AccessApp): Promise<Sale> {
  const call = await createCall(system);
  const created = async (as: PersonName, request: string, body?: object) => {
    const { status, body: answer } = await call(as, request, body);
    if (status !== 201) throw new Error(`${request}: ${status} ${JSON.stringify(answer)}`);
    return answer as { readonly id: string } & Answer['body'];
  };
  const venue = await created('seller', 'POST /v1/venues', venueBody);
  const [stage] = venue['stages'] as readonly { readonly id: string }[];
  const concert = await created('seller', 'POST /v1/concerts', { title: 'Evening', artist: 'Quartet' });
  const performanceBody = {
    stageId: stage!.id,
    startsAt: inHours(48),
    opensAt: inHours(-1),
    prices: { R: won(1_000) },
    limitPerPerson: 100,
  };
  const addPerformance = (roomEnabled: boolean) =>
    created('seller', `POST /v1/concerts/${concert.id}/performances`, { ...performanceBody, roomEnabled });
  const performance = await addPerformance(false);
  const roomPerformance = await addPerformance(true);
  await created('buyer', 'POST /v1/points/charges', { amount: won(500_000) });
  let seatNumber = 0;
  const reservation = async () => {
    const body = { performanceId: performance.id, seatIds: [`A-1-${++seatNumber}`] };
    return (await created('buyer', 'POST /v1/reservations', body)).id;
  };
  const openPayment = async () => {
    const path = `POST /v1/reservations/${await reservation()}/payments`;
    return (await created('buyer', path, { method: 'card' })).id;
  };
  let confirmation: object = {};
  const payment = async () => {
    const id = await openPayment();
    const decided = await call('buyer', `POST /v1/simulated-checkouts/${id}/decisions`, { decision: 'pay' });
    const { searchParams } = new URL(String(decided.body['redirectUrl']));
    confirmation = { paymentKey: searchParams.get('paymentKey'), orderId: id, amount: won(1_000) };
    return id;
  };
  const ticket = async () => {
    const id = await reservation();
    await created('buyer', `POST /v1/reservations/${id}/payments`, { method: 'points' });
    const tickets = await call('buyer', 'GET /v1/tickets?limit=1');
    return (tickets.body['items'] as readonly { readonly id: string; readonly code: string }[])[0]!;
  };
  const gatesOf = (performanceId: string) => `POST /v1/performances/${performanceId}/gates`;
  return {
    call,
    concertId: concert.id,
    performanceBody,
    performanceId: performance.id,
    roomPerformanceId: roomPerformance.id,
    newPerformance: async () => (await addPerformance(false)).id,
    venue: async () => (await created('seller', 'POST /v1/venues', venueBody)).id,
    reservation,
    payment,
    openPayment,
    confirmation: () => confirmation,
    ticket: async () => (await ticket()).id,
    queuedRequest: async () => {
      const { body } = await call('buyer', 'GET /v1/accounts/me');
      return addGivenUpRequest(system.database, String(body['id']));
    },
    gate: async () => (await created('seller', gatesOf(performance.id), { name: 'North' })).id,
    checkIn: async () => (await created('seller', 'POST /v1/check-ins', { code: (await ticket()).code })).id,
  };
}

async function createCall({ app, database, tokens }: AccessApp): Promise<Call> {
  const accounts = createAccountStore(database, { committed: () => undefined }, systemClock);
  const tokenOf = {} as Record<PersonName, string>;
  for (const [name, roles] of Object.entries(PEOPLE)) {
    const id = randomUUID();
    await accounts.create([{ id, email: `${name}@access.example`, name, roles, createdAt: Date.now() }]);
    tokenOf[name as PersonName] = await accessTokenOf(tokens, roles, id);
  }
  return (as, request, body) => ask(app.server, request, { token: tokenOf[as], body });
}
