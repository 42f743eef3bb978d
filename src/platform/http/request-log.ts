import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { createLineBudget } from '../observability/line-budget.ts';
import { traceOf } from './trace-context.ts';

export type RequestLogOptions = {
  readonly logger: FastifyBaseLogger;
  readonly clock: Clock;
  /** Requests that took longer are logged at `info`. */
  readonly slowMs: number;
  /** Lines of slow and failed requests in a second at most; the rest is counted in `leftOut` of a later line. */
  readonly linesPerSecondMax?: number;
};

/** Where a request's end is told; `route` is its address as declared. */
export type RequestLog = (
  ended: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  how: { readonly route: string; readonly ms: number; readonly aborted: boolean },
) => void;

const LINES_PER_SECOND_MAX = 100;
const MS_PRECISION = 100;

/**
 * One line for a request: 5xx at `warn`, slow ones at `info`, all others at `debug`, and so are those of an outage. A line costs as much as a
 * fast route, so that what goes well is only written for those who ask for it; the metrics count it anyway.
 *
 * Of what the client sent it has the method, the route as declared, and the trace id: no address as it came,
 * no header, no body, where secrets could be.
 */
export function createRequestLog(options: RequestLogOptions): RequestLog {
  const { logger, slowMs } = options;
  const budget = createLineBudget(options.clock, options.linesPerSecondMax ?? LINES_PER_SECOND_MAX);
  const logsAll = logger.level === 'debug' || logger.level === 'trace';
  return ({ request, reply }, how) => {
    const level = request.isOutage ? 'debug' : levelOf(reply.statusCode, how, slowMs);
    if (level === 'debug' && !logsAll) return;
    const leftOut = logsAll ? 0 : budget.take();
    if (leftOut === undefined) return;
    logger[level](
      {
        requestId: request.id,
        method: request.method,
        route: how.route,
        status: reply.statusCode,
        durationMs: Math.round(how.ms * MS_PRECISION) / MS_PRECISION,
        accountId: request.principal?.accountId,
        traceId: traceOf(request)?.split('-')[1],
        ...(how.aborted ? { aborted: true } : {}),
        ...(leftOut > 0 ? { leftOut } : {}),
      },
      'request',
    );
  };
}

function levelOf(status: number, how: { ms: number; aborted: boolean }, slowMs: number) {
  if (status >= 500 && !how.aborted) return 'warn';
  return how.ms >= slowMs ? 'info' : 'debug';
}
