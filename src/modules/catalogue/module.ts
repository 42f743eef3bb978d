import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { andThen } from '../../kernel/result.ts';
import type { Follower } from '../../platform/events/event.ts';
import type { EventFeed, Subscription } from '../../platform/events/feed.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import { callingOffRoutes } from './calling-off-routes.ts';
import { catalogueEvents } from './contract.ts';
import type { KnownSales } from './known-sales.ts';
import { sellingOperations } from './operations.ts';
import { planRoutes } from './plan-routes.ts';
import type { CatalogueReader, CatalogueStore, LiveSeats, VenueStore } from './ports.ts';
import { createPresenting } from './presenting.ts';
import { createReading, type Reading } from './reading.ts';
import { readingRoutes } from './reading-routes.ts';
import { createSelling, type Selling } from './selling.ts';
import { sellingRoutes } from './selling-routes.ts';
import type { SalesCatalogue } from './terms.ts';
import { venueRoutes } from './venue-routes.ts';

export type CatalogueDeps = {
  readonly store: CatalogueStore & VenueStore;
  readonly reader: CatalogueReader;
  readonly known: KnownSales;
  readonly seats: LiveSeats;
  readonly log: Pick<EventFeed, 'now' | 'follow' | 'stats'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** How long a hold lasts, for performances that do not say; default 5 minutes. */
  readonly holdTtlMs?: number;
};

export type Catalogue = Omit<SalesCatalogue, 'availability'> & {
  readonly selling: Selling;
  readonly reading: Reading;
  /** Start it after the event log and before anything asks: it follows the log from its start on. */
  readonly lifecycle: Lifecycle;
  readonly operations: readonly Operation[];
  routes(server: HttpServer): void;
};

/** Of so many performances it is known from the start that they exist. */
const ON_SALE_MAX = 10_000;

/** The catalogue of one process. */
export function createCatalogue(deps: CatalogueDeps): Catalogue {
  const { known, seats } = deps;
  const presenting = createPresenting(deps);
  const selling = createSelling({ ...deps, presenting });
  const operations = sellingOperations(selling);
  const reading = createReading({ ...deps, presenting });
  const follower: Follower = {
    kind: 'follower',
    name: 'catalogue',
    types: [...Object.values(catalogueEvents), ...seats.eventTypes],
    apply(events) {
      known.hear(events);
      seats.hear(events);
    },
  };
  return {
    terms(performanceId) {
      return andThen(known.performance(performanceId), (found) => found?.terms);
    },
    onTermsChanged: known.onPerformanceChanged,
    selling,
    reading,
    lifecycle: following(deps, follower),
    operations: Object.values(operations),
    routes(server) {
      readingRoutes(server, reading);
      planRoutes(server, reading);
      venueRoutes(server, selling, operations);
      sellingRoutes(server, operations);
      callingOffRoutes(server, selling, operations);
    },
  };
}

function following({ log, seats, known, reader, clock }: CatalogueDeps, follower: Follower): Lifecycle {
  let subscription: Subscription | undefined;
  return createLifecycle('catalogue', {
    async start() {
      const now = await log.now();
      // At least what has been read by now: the versions of seat maps go on from there.
      seats.start(log.stats().position);
      known.expect(await reader.onSale(clock.now(), ON_SALE_MAX));
      subscription = log.follow(follower, now);
    },
    async stop() {
      await subscription?.stop();
      seats.stop();
    },
  });
}
