import { createLeaseStore } from '../../adapters/postgres/lease/lease-store.ts';
import { createRequestStore } from '../../adapters/postgres/overload/request-store.ts';
import { createLifecycle, type Lifecycle, startInOrder, stopInReverse } from '../../kernel/lifecycle.ts';
import type { ProblemCatalogue } from '../../kernel/problems.ts';
import type { Identity } from '../../modules/identity/index.ts';
import { acceptOperations } from '../../platform/http/operations.ts';
import { queuedRequestRoutes } from '../../platform/http/queued-requests.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { shedReads } from '../../platform/http/shed-reads.ts';
import { LeaseKeeper } from '../../platform/lease/lease-keeper.ts';
import type { Operations } from '../../platform/operations/operations.ts';
import { Replayer } from '../../platform/overload/request-queue/replayer.ts';
import { RequestQueue } from '../../platform/overload/request-queue/request-queue.ts';
import { WriteLoad } from '../../platform/overload/write-load.ts';
import type { Foundation } from '../foundation.ts';
import { countShedReads, measureRequestQueue } from '../overload-metrics.ts';
import { READ_PRIORITIES } from '../read-priorities.ts';

/** After so long another process goes on with the queue of one that was killed. */
const LEASE_TTL_MS = 6_000;

export type RequestQueueParts = {
  readonly operations: Operations;
  readonly identity: Pick<Identity, 'hasSessionEnded'>;
  readonly problems: ProblemCatalogue;
};

/**
 * Lets routes carry out operations, and wait in the queue above the threshold. Call it before the routes are registered.
 * @returns what replays, also what waits from before where nothing is put in any more
 */
export function serveOperations(server: HttpServer, base: Foundation, parts: RequestQueueParts): Lifecycle {
  const { operations } = parts;
  const { config, metrics } = base;
  const { queue, isOn, lifecycle } = composeRequestQueue(base, parts);
  acceptOperations(server, {
    operations,
    secretKey: config.secretKey,
    queue: isOn ? queue : undefined,
  });
  if (isOn) shedReads(server, { load: queue, priorities: READ_PRIORITIES, onShed: countShedReads(metrics) });
  if (config.roles.includes('api')) queuedRequestRoutes(server, { ...base, queue, operations });
  return lifecycle;
}

/** The queue of writes above the threshold, and who replays it. */
function composeRequestQueue(base: Foundation, parts: RequestQueueParts) {
  const { config, clock, ids, metrics } = base;
  const onError = base.complain('request queue');
  const isOn = config.overloadQueue !== 'off';
  const store = createRequestStore(base.sales);
  const load = new WriteLoad({
    clock,
    kind: config.overloadQueue === 'adaptive' ? 'adaptive' : 'fixed',
    threshold: config.overloadThreshold,
    onError,
  });
  const queue = new RequestQueue({
    ...base,
    store,
    load,
    bounds: { lengthMax: config.requestQueueMax, ttlMs: config.requestQueueTtlMs },
    observe: base.measureBatch,
    onError,
  });
  const replayer = new Replayer({
    ...parts,
    store,
    load,
    clock,
    lease: new LeaseKeeper({
      store: createLeaseStore(base.database),
      name: 'request-queue',
      holder: ids.next(),
      ttlMs: LEASE_TTL_MS,
      clock,
      onError,
    }),
    concurrency: config.requestQueueConcurrency,
    untilEmpty: !isOn,
    hasSessionEnded: parts.identity.hasSessionEnded,
    onError,
    onEnded: measureRequestQueue(metrics, { queue, replayer: () => replayer, load }),
  });
  const inOrder = isOn ? [load.lifecycle, queue.lifecycle, replayer.lifecycle] : [replayer.lifecycle];
  const lifecycle = createLifecycle('overload', {
    start: () => startInOrder(inOrder),
    stop: () => stopInReverse(inOrder),
  });
  return { queue, isOn, lifecycle };
}
