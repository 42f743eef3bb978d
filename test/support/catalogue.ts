/** The catalogue alone, over HTTP, on real PostgreSQL and its event log; reservations are told as events. */
import { after } from 'node:test';
import { createMemoryReadCache } from '../../src/adapters/memory/read-cache.ts';
import { createCatalogueReader } from '../../src/adapters/postgres/catalogue/catalogue-reader.ts';
import { createCatalogueStore } from '../../src/adapters/postgres/catalogue/catalogue-store.ts';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { commitNoticeOf, createPostgresEventFeed } from '../../src/adapters/postgres/events/event-feed.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { createIdempotencyStore } from '../../src/adapters/postgres/idempotency/idempotency-store.ts';
import { createSeatHoldReader } from '../../src/adapters/postgres/seating/seat-hold-reader.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import {
  type Catalogue,
  type CatalogueReader,
  type CatalogueStore,
  catalogueProblems,
  createCatalogue,
  createKnownSales,
  createSeatPlans,
  type VenueStore,
} from '../../src/modules/catalogue/index.ts';
import { createSeating, type SeatHoldReader, type Seating } from '../../src/modules/seating/index.ts';
import type { EventFeed } from '../../src/platform/events/feed.ts';
import { createHttpServer, type HttpServer } from '../../src/platform/http/server.ts';
import { closeEventStreams } from '../../src/platform/live/sse/event-stream.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { createTestHub } from './live.ts';
import { acceptTestOperations } from './operations.ts';
import { acquireTestDatabase } from './postgres.ts';
import { smallPlan } from './seat-plans.ts';

export const people = {
  seller: { id: '0198c0de-0000-7000-8000-00000000000a', roles: ['member', 'seller'] },
  rival: { id: '0198c0de-0000-7000-8000-00000000000b', roles: ['member', 'seller'] },
  manager: { id: '0198c0de-0000-7000-8000-00000000000c', roles: ['member', 'manager'] },
  member: { id: '0198c0de-0000-7000-8000-00000000000d', roles: ['member'] },
} as const;
export type Person = keyof typeof people;

export type ComposedCatalogue = {
  readonly database: Database;
  readonly log: EventFeed;
  readonly catalogue: Sales;
  readonly server: HttpServer;
  /** What a hold, a payment or an end does to seats: the rows and the event, in one transaction. */
  seatsChange(change: SeatsChange): Promise<void>;
  stop(): Promise<void>;
};

export type SeatsChange = {
  readonly performanceId: string;
  readonly seatNos: readonly number[];
  readonly epoch: number;
  readonly type:
    | 'reservation.created'
    | 'payment.succeeded'
    | 'reservation.cancelled'
    | 'reservation.expired';
};

export const ids = createIds(systemClock, systemRandom);
const STATUS = {
  'reservation.created': 1,
  'payment.succeeded': 2,
  'reservation.cancelled': 0,
  'reservation.expired': 0,
};

type ExtendServer = (
  server: HttpServer,
  on: { readonly database: Database; readonly catalogue: Sales },
) => void;

export async function composeCatalogue(
  /** Registers more routes, before the server is ready. */
  extend: ExtendServer = () => undefined,
): Promise<ComposedCatalogue> {
  const { connection, release } = await acquireTestDatabase();
  const database = createDatabase({ connection, maxConnections: 5 });
  await addPeople(database);
  const log = createPostgresEventFeed(database, {
    clock: systemClock,
    random: systemRandom,
    onError: (error) => {
      throw error;
    },
  });
  const catalogue = createSalesOn(database, log);
  const server = await createServer(database, catalogue, extend);
  await log.start();
  await catalogue.lifecycle.start();
  return {
    database,
    log,
    catalogue,
    server,
    seatsChange: (change) => changeSeats(database, log, change),
    async stop() {
      closeEventStreams(server);
      await server.close();
      await catalogue.lifecycle.stop();
      await log.stop();
      await database.close();
      await release();
    },
  };
}

/** The catalogue for the tests of one file, with a client; it stops after the last of them. */
export async function openCatalogue() {
  const composed = await composeCatalogue();
  after(() => composed.stop());
  return { composed, call: clientOf(composed.server) };
}

/** The catalogue and its seats as one process has them; several may stand on one database. */
export type Sales = Catalogue & { readonly seating: Seating };

export function createSalesOn(
  database: Database,
  log: EventFeed,
  options: {
    readonly reader?: CatalogueReader;
    readonly store?: CatalogueStore & VenueStore;
    readonly holds?: SeatHoldReader;
    readonly maxSeatMaps?: number;
  } = {},
): Sales {
  const clock = systemClock;
  const { reader = createCatalogueReader(database) } = options;
  const caches = { clock, random: systemRandom };
  const known = createKnownSales(reader, (cache) => createMemoryReadCache(cache, caches), { clock, ids });
  const seating = createSeating({
    clock,
    hub: createTestHub(),
    plans: createSeatPlans({ known, reader, clock }),
    holds: createSeatHoldReader(database),
    ...options,
  });
  const { store = createCatalogueStore(database, commitNoticeOf(log)) } = options;
  return { ...createCatalogue({ store, reader, known, seats: seating, log, clock, ids }), seating };
}

async function createServer(database: Database, catalogue: Sales, extend: ExtendServer): Promise<HttpServer> {
  const { server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids,
    problems: catalogueProblems,
    authenticate(token) {
      const person = people[token as Person];
      if (!person) return { ok: false, code: 'token_invalid' };
      const { id: accountId, roles } = person;
      return {
        ok: true,
        value: { accountId, roles: new Set<string>(roles), sessionId: accountId, expiresAt: Infinity },
      };
    },
  });
  acceptTestOperations(server, {
    store: createIdempotencyStore(database),
    declared: catalogue.operations,
    problems: catalogueProblems,
  });
  catalogue.routes(server);
  catalogue.seating.routes(server);
  extend(server, { database, catalogue });
  await server.ready();
  return server;
}

async function addPeople(database: Database): Promise<void> {
  for (const [name, { id, roles }] of Object.entries(people)) {
    await database.query(
      'insert into account (id, email, name, roles, created_at) values ($1, $2, $3, $4, now())',
      [id, `${name}@test.example`, name, roles],
    );
  }
}

async function changeSeats(database: Database, log: EventFeed, change: SeatsChange): Promise<void> {
  const { performanceId, seatNos, epoch, type } = change;
  const reservationId = ids.next();
  await database.transaction(async (tx) => {
    await tx.query(
      `insert into seat_hold (performance_id, seat_no, epoch, status, reservation_id, expires_at)
       select $1, n, $3, $4, $5, now() from unnest($2::int[]) n
       on conflict (performance_id, seat_no) do update
         set epoch = excluded.epoch, status = excluded.status where seat_hold.epoch <= excluded.epoch`,
      [performanceId, seatNos, epoch, STATUS[type], reservationId],
    );
    const data = { reservationId, performanceId, accountId: people.member.id, seatNos, epoch };
    const about = { subject: reservationId, partitionKey: performanceId, occurredAt: Date.now() };
    await appendEvents(tx, [{ type, version: 1, ...about, data }]);
  });
  log.notify();
}

/** Requests in the name of someone. */
export function clientOf(server: HttpServer) {
  return async (
    as: Person | undefined,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    more: { readonly body?: object; readonly headers?: Record<string, string> } = {},
  ) => {
    const answer = await server.inject({
      method,
      url,
      headers: { ...(as === undefined ? {} : { authorization: `Bearer ${as}` }), ...more.headers },
      ...(more.body === undefined ? {} : { payload: more.body }),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      bytes: answer.rawPayload,
      body: answer.body === '' ? undefined : JSON.parse(tryText(answer.body)),
    };
  };
}

function tryText(body: string): string {
  return body.startsWith('{') ? body : 'null';
}

export const hour = 3_600_000;
export const inHours = (hours: number): string => new Date(Date.now() + hours * hour).toISOString();
export const won = (amount: number) => ({ amount, currency: 'KRW' as const });

export const venueBody = {
  name: 'Test Hall',
  address: '1 Test Street',
  stages: [{ name: 'Main', plan: smallPlan }],
};

export const performanceBody = (stageId: string) => ({
  stageId,
  startsAt: inHours(48),
  opensAt: inHours(-1),
  prices: { VIP: won(150_000), R: won(90_000) },
});

/** A venue, a concert and a performance that is on sale, all of the seller's. */
export async function addSale(server: HttpServer, more: object = {}) {
  const call = clientOf(server);
  const venue = (await call('seller', 'POST', '/v1/venues', { body: venueBody })).body;
  const concert = (
    await call('seller', 'POST', '/v1/concerts', { body: { title: 'Autumn', artist: 'The Leaves' } })
  ).body;
  const stageId: string = venue.stages[0].id;
  const performance = (
    await call('seller', 'POST', `/v1/concerts/${concert.id}/performances`, {
      body: { ...performanceBody(stageId), ...more },
    })
  ).body;
  return {
    stageId,
    concertId: concert.id as string,
    performanceId: performance.id as string,
    performance,
  };
}
