import type { Clock } from '../../kernel/clock.ts';
import { andThen } from '../../kernel/result.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import type { LiveView } from '../../platform/live/view.ts';
import type { LiveSeats, SalesCatalogue } from '../catalogue/index.ts';
import { seatRoutes } from './http.ts';
import { seatsView } from './live.ts';
import type { SeatHoldReader, SeatPlans } from './ports.ts';
import { createRemainingSeats } from './remaining-seats.ts';
import { seatEventTypes } from './seat-events.ts';
import { SeatMaps } from './seat-maps.ts';
import { SeatTotals } from './seat-totals.ts';

export type SeatingDeps = {
  readonly plans: SeatPlans;
  readonly holds: SeatHoldReader;
  readonly clock: Clock;
  readonly hub: Hub;
  /** Live seat maps kept at most; default 500. */
  readonly maxSeatMaps?: number;
  /** A seat map that nobody asked for so long is forgotten; default 10 minutes. */
  readonly seatMapIdleMs?: number;
};

export type Seating = LiveSeats &
  Pick<SalesCatalogue, 'availability'> & {
    readonly seatMaps: SeatMaps;
    readonly totals: SeatTotals;
    /** Followed over any transport. */
    readonly views: readonly LiveView[];
    routes(server: HttpServer): void;
  };

/** How the seats of this process's sales stand, live. The catalogue, whose plans it reads, passes on the events. */
export function createSeating(deps: SeatingDeps): Seating {
  const { plans, holds, clock, hub } = deps;
  const seatMaps = new SeatMaps({
    clock,
    hub,
    holds,
    planOf: (performanceId) => plans.planOf(performanceId),
    isOver: (performanceId) => plans.isOver(performanceId),
    ...(deps.maxSeatMaps === undefined ? {} : { maxMaps: deps.maxSeatMaps }),
    ...(deps.seatMapIdleMs === undefined ? {} : { idleMs: deps.seatMapIdleMs }),
  });
  const remaining = createRemainingSeats({ seatMaps, holds, clock });
  const totals = new SeatTotals({ seatMaps, holds });
  const view = seatsView(plans, seatMaps);
  return {
    eventTypes: seatEventTypes,
    start: (position) => seatMaps.start(position),
    stop: () => seatMaps.stop(),
    hear(events) {
      seatMaps.hear(events);
      remaining.hear(events);
      totals.hear(events);
    },
    of: (performanceId) => seatMaps.get(performanceId),
    free: (performances) => remaining.of(performances),
    recheck: (performanceId) => seatMaps.recheck(performanceId),
    availability(performanceId) {
      return andThen(seatMaps.get(performanceId), (map) => map?.availability);
    },
    seatMaps,
    totals,
    views: [view],
    routes: (server) => seatRoutes(server, { seatMaps, plans, view, hub, clock }),
  };
}
