import type { RequestObservers } from '../platform/http/observe-requests.ts';
import type { RequestLimitOptions } from '../platform/http/request-limits.ts';
import { createRequestLog } from '../platform/http/request-log.ts';
import { countBy } from '../platform/observability/count-by.ts';
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

/** What accounts and addresses may ask for. */
export function limitRequests({ config, limits, metrics }: Foundation): RequestLimitOptions {
  const onRefused = countBy(metrics, {
    name: 'firstcome_limit_refusals_total',
    help: 'Requests refused because an account, an address or everybody asked for too much, by limit.',
    label: 'limit',
  });
  const limitsLoopback = config.addressLimits === 'on' || config.mode === 'production';
  return { limits, settings: { ...config, limitsLoopback }, onRefused };
}
