import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { Follower } from '../../platform/events/event.ts';
import type { EventLog, Subscription } from '../../platform/events/log.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { type CreateReadCache, createKnownSales } from './known-sales.ts';
import type { CatalogueReader, CatalogueStore, SeatClaimReader } from './ports.ts';
import { createPresenting } from './presenting.ts';
import { createReading, type Reading } from './reading.ts';
import { readingRoutes } from './reading-routes.ts';
import { createRemainingSeats, type RemainingSeats } from './remaining-seats.ts';
import { seatEventTypes } from './seat-events.ts';
import { SeatMaps } from './seat-maps.ts';
import { seatRoutes } from './seat-routes.ts';
import { SeatTotals } from './seat-totals.ts';
import { createSelling, type Selling } from './selling.ts';
import { sellingRoutes } from './selling-routes.ts';
import type { SalesCatalogue } from './terms.ts';
import { venueRoutes } from './venue-routes.ts';

export type CatalogueDeps = {
  readonly store: CatalogueStore;
  readonly reader: CatalogueReader;
  readonly claims: SeatClaimReader;
  readonly log: Pick<EventLog, 'position' | 'follow'>;
  readonly createCache: CreateReadCache;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Live seat maps kept at most; default 500. */
  readonly maxSeatMaps?: number;
  /** A seat map that nobody asked for so long is forgotten; default 10 minutes. */
  readonly seatMapIdleMs?: number;
  /** How long a hold lasts, for performances that do not say; default 5 minutes. */
  readonly holdTtlMs?: number;
};

export type Catalogue = SalesCatalogue & {
  readonly selling: Selling;
  readonly reading: Reading;
  readonly seatMaps: SeatMaps;
  readonly remaining: RemainingSeats;
  readonly totals: SeatTotals;
  /** Whether the sale is over; undefined when that is not known without asking. */
  isOver(performanceId: string): boolean | undefined;
  /** Start it after the event log and before anything asks: it follows the log from its start on. */
  readonly lifecycle: Lifecycle;
  routes(server: HttpServer): void;
};

/** Of so many performances it is known from the start that they exist. */
const ON_SALE_MAX = 10_000;

/** The catalogue of one process. */
export function createCatalogue(deps: CatalogueDeps): Catalogue {
  const { reader, clock } = deps;
  const known = createKnownSales(reader, deps.createCache, clock);
  const isOver: Catalogue['isOver'] = (performanceId) => {
    const found = known.performance(performanceId);
    if (!(found instanceof Promise)) return found && clock.now() >= found.performance.closesAt;
    found.catch(() => undefined);
    return undefined;
  };
  const seatMaps = new SeatMaps({
    clock,
    claims: deps.claims,
    async planOf(performanceId) {
      const found = await known.performance(performanceId);
      return found && { plan: found.plan.seats, planHash: found.plan.planHash };
    },
    isOver,
    ...(deps.maxSeatMaps === undefined ? {} : { maxMaps: deps.maxSeatMaps }),
    ...(deps.seatMapIdleMs === undefined ? {} : { idleMs: deps.seatMapIdleMs }),
  });
  const remaining = createRemainingSeats({ seatMaps, claims: deps.claims, clock });
  const totals = new SeatTotals({ seatMaps, claims: deps.claims });
  const presenting = createPresenting({ known, seatMaps, clock });
  const follower: Follower = {
    kind: 'follower',
    name: 'catalogue',
    types: ['concert.changed', 'performance.changed', ...seatEventTypes],
    apply(events) {
      known.hear(events);
      seatMaps.hear(events);
      remaining.hear(events);
      totals.hear(events);
    },
  };
  const selling = createSelling({ ...deps, known, presenting, seatMaps });
  const reading = createReading({ reader, known, seatMaps, remaining, presenting, clock });
  return {
    terms(performanceId) {
      const found = known.performance(performanceId);
      return found instanceof Promise ? found.then((one) => one?.terms) : found?.terms;
    },
    onTermsChanged: known.onPerformanceChanged,
    availability(performanceId) {
      const map = seatMaps.get(performanceId);
      return map instanceof Promise ? map.then((one) => one?.availability) : map?.availability;
    },
    selling,
    reading,
    seatMaps,
    remaining,
    totals,
    isOver,
    lifecycle: following(deps.log, follower, {
      async start(position) {
        seatMaps.start(position);
        known.expect(await reader.onSale(clock.now(), ON_SALE_MAX));
      },
      stop: () => seatMaps.stop(),
    }),
    routes(server) {
      readingRoutes(server, reading);
      seatRoutes(server, { reading, seatMaps, isOver, clock });
      venueRoutes(server, selling);
      sellingRoutes(server, selling);
    },
  };
}

function following(
  log: CatalogueDeps['log'],
  follower: Follower,
  around: { start(position: number): Promise<void>; stop(): void },
): Lifecycle {
  let subscription: Subscription | undefined;
  return createLifecycle('catalogue', {
    async start() {
      const position = await log.position();
      await around.start(position);
      subscription = log.follow(follower, position);
    },
    async stop() {
      await subscription?.stop();
      around.stop();
    },
  });
}
