import { countBy } from '../platform/observability/count-by.ts';
import type { Metrics } from '../platform/observability/metrics.ts';
import type { Replayer } from '../platform/overload/request-queue/replayer.ts';
import type { RequestQueue } from '../platform/overload/request-queue/request-queue.ts';
import type { WriteLoad } from '../platform/overload/write-load.ts';

export type OverloadParts = {
  readonly queue: Pick<RequestQueue, 'length'>;
  readonly replayer: () => Pick<Replayer, 'running'>;
  readonly load: Pick<WriteLoad, 'underWay' | 'limit'>;
};

/** How full the request queue is, and against which limit. @returns where to say how a request of it ended */
export function measureRequestQueue(
  metrics: Metrics,
  { queue, replayer, load }: OverloadParts,
): (how: string) => void {
  const gauges = {
    firstcome_request_queue_length: [
      'Writes that wait in the request queue or are replayed.',
      () => queue.length,
    ],
    firstcome_request_queue_replays: [
      'Writes of the queue that this process replays.',
      () => replayer().running,
    ],
    firstcome_writes_under_way: [
      'Writes under way in this process, replays among them.',
      () => load.underWay,
    ],
    firstcome_writes_limit: ['Writes under way from which on others wait.', () => load.limit],
  } as const;
  for (const [name, [help, read]] of Object.entries(gauges))
    metrics.gauge({ name, help }, (set) => set(read()));
  return countBy(metrics, {
    name: 'firstcome_queued_requests_total',
    help: 'Writes of the request queue by how they ended: done, or the code of the refusal.',
    label: 'outcome',
  });
}

/** @returns where to say of which priority a read was that gave way */
export function countShedReads(metrics: Metrics): (priority: string) => void {
  return countBy(metrics, {
    name: 'firstcome_reads_shed_total',
    help: 'Reads that were answered 503 because writes had to wait, by priority: first, other.',
    label: 'priority',
  });
}
