import type { RequestObservers } from '../platform/http/observe-requests.ts';
import { createRequestLog } from '../platform/http/request-log.ts';
import { createLineBudget } from '../platform/observability/line-budget.ts';
import type { Foundation } from './foundation.ts';

const ERROR_LINES_PER_SECOND = 20;

/** Where every request is measured and, where it is worth a line, logged. */
export function observeRequests({ config, clock, logger, metrics, outage }: Foundation): RequestObservers {
  return {
    metrics,
    log: createRequestLog({ clock, logger, slowMs: config.logSlowRequestMs }),
    errorLines: createLineBudget(clock, ERROR_LINES_PER_SECOND),
    outage,
  };
}
