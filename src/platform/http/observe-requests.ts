import type { FastifyInstance } from 'fastify';
import { countEventStreams } from '../live/sse/event-stream.ts';
import { countBy } from '../observability/count-by.ts';
import { type Histogram, SECONDS } from '../observability/histogram.ts';
import type { LineBudget } from '../observability/line-budget.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { OutageLog } from '../observability/outage-log.ts';
import type { RequestLog } from './request-log.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Filled by `observeRequests`. */
    stats?: RouteStats;
  }
  interface FastifyInstance {
    errorLines?: LineBudget;
    outage?: Pick<OutageLog, 'covers'>;
    /** Counts a problem that is being sent. */
    countProblem?: (code: string) => void;
  }
  interface FastifyRequest {
    /** The answer is an event stream, whose length says nothing of how fast we are. */
    isEventStream?: boolean;
    /** It failed of an outage that is told of as a whole. */
    isOutage?: boolean;
  }
}

export type RequestObservers = {
  readonly metrics: Metrics;
  readonly log: RequestLog;
  /** Bounds the lines about errors, which come with their stacks. */
  readonly errorLines: LineBudget;
  /** Tells of an absent database as a whole, instead of a line for each request that it fails. */
  readonly outage: Pick<OutageLog, 'covers'>;
};

/** Durations of one route by class of status; at 0 those whose client went away before the answer. */
class RouteStats {
  readonly route: string;
  readonly #make: (status: string) => Histogram;
  readonly #byClass: (Histogram | undefined)[] = Array.from({ length: 6 });

  constructor(route: string, make: (status: string) => Histogram) {
    this.route = route;
    this.#make = make;
  }

  /** @param statusClass 0 to 5 */
  observe(statusClass: number, seconds: number): void {
    this.#byClass[statusClass] ??= this.#make(statusClass === 0 ? 'aborted' : `${statusClass}xx`);
    this.#byClass[statusClass].observe(seconds);
  }
}

/**
 * Measures every request: how many, how long, by route as declared and class of status; how many are under
 * way; which problems are sent; and tells the log. Register first, so that what other hooks refuse is measured too.
 *
 * On the hot path: one listener, and one scan over the bounds of a histogram.
 */
export function observeRequests(
  server: FastifyInstance,
  { metrics, log, errorLines, outage }: RequestObservers,
): void {
  server.decorate('errorLines', errorLines);
  server.decorate('outage', outage);
  const durations = metrics.histograms({
    name: 'firstcome_http_request_duration_seconds',
    help: 'Requests by method, route and class of status; event streams are not among them.',
    bounds: SECONDS,
  });
  const statsOf = (method: string, route: string) =>
    new RouteStats(route, (status) => durations({ method, route, status }));
  const unknown = statsOf('any', 'unknown');
  let underWay = 0;
  metrics.gauge({ name: 'firstcome_http_requests_in_flight', help: 'Requests under way.' }, (set) =>
    set(underWay - countEventStreams(server)),
  );
  metrics.gauge({ name: 'firstcome_event_streams_open', help: 'Open event streams.' }, (set) =>
    set(countEventStreams(server)),
  );

  const problems = {
    name: 'firstcome_http_problems_total',
    help: 'Problems answered, by code.',
    label: 'code',
  };
  server.decorate('countProblem', countBy(metrics, problems));
  server.decorateRequest('isEventStream', false);
  server.decorateRequest('isOutage', false);
  server.addHook('onRoute', (route) => {
    route.config = { ...route.config, stats: statsOf([route.method].flat().join(), route.url) };
  });
  server.addHook('onRequest', (request, reply, done) => {
    const stats = request.routeOptions.config.stats ?? unknown;
    underWay += 1;
    // Not onResponse: that is not called for a client who left, and `underWay` would never come down.
    reply.raw.on('close', () => {
      underWay -= 1;
      if (request.isEventStream) return;
      const ms = reply.elapsedTime;
      const aborted = !reply.raw.writableEnded;
      stats.observe(aborted ? 0 : Math.floor(reply.raw.statusCode / 100), ms / 1_000);
      log({ request, reply }, { route: stats.route, ms, aborted });
    });
    done();
  });
}
