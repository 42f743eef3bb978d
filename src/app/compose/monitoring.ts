import { createAuditLog } from '../../adapters/postgres/events/audit-log.ts';
import type { Identity } from '../../modules/identity/index.ts';
import {
  type BatchTotals,
  createMonitoring,
  type Monitoring,
  type RoomReading,
  type StatsReader,
} from '../../modules/monitoring/index.ts';
import type { Seating } from '../../modules/seating/index.ts';
import type { WaitingRoom } from '../../modules/waiting-room/index.ts';
import type { EventFeed } from '../../platform/events/feed.ts';
import type { Metrics, Sample } from '../../platform/observability/metrics.ts';
import type { Foundation } from '../foundation.ts';

type StatsSources = {
  readonly metrics: Pick<Metrics, 'samples'>;
  readonly waitingRoom: Pick<WaitingRoom, 'state'>;
  readonly seating: Pick<Seating, 'availability' | 'totals'>;
  readonly log: Pick<EventFeed, 'stats'>;
};

/** Rooms whose seats are looked at; each keeps a seat map in memory. */
const ROOMS_MAX = 20;

/** What operators see of this process. */
export function composeMonitoring(
  base: Foundation,
  parts: Pick<StatsSources, 'waitingRoom' | 'seating'> & { readonly identity: Identity },
): Monitoring {
  const reader = createStatsReader({ ...base, ...parts });
  return createMonitoring({
    ...base,
    reader,
    audit: createAuditLog(base.database),
    findAccounts: (ids) => parts.identity.accounts.findAll(ids),
    onError: base.complain('monitoring'),
  });
}

/** Reads for the operators what the metrics count anyway, and how rooms and seats stand. */
function createStatsReader(sources: StatsSources): StatsReader {
  const { metrics, waitingRoom, seating, log } = sources;
  const total = async (name: string) =>
    (await metrics.samples(name)).reduce((sum, { value }) => sum + value, 0);
  const byLabel = async (name: string, label: string) =>
    Object.fromEntries(
      (await metrics.samples(name)).map(({ labels, value }) => [labels[label] ?? '', value]),
    );
  return {
    async read() {
      const { rooms, queued } = waitingRoom.state();
      const { position, events, consumers } = log.stats();
      return {
        holds: {
          undecided: await total('firstcome_holds_undecided'),
          outcomes: await byLabel('firstcome_holds_total', 'outcome'),
          expired: await total('firstcome_holds_expired_total'),
        },
        payments: await byLabel('firstcome_payments_total', 'outcome'),
        batches: await readBatches(metrics),
        admissions: await total('firstcome_admissions_total'),
        roomWritesQueued: queued,
        rooms: busiest(rooms).map((room) => readRoom(room, seating)),
        seats: seating.totals.look(),
        log: {
          position,
          events,
          consumers: consumers.map(({ name, kind, position: at, lag, failure }) => ({
            name,
            kind,
            position: at,
            lag,
            attempts: failure?.attempts ?? 0,
            lastError: failure?.error ?? null,
          })),
        },
      };
    },
  };
}

type Room = ReturnType<WaitingRoom['state']>['rooms'][number];

/** Those in which somebody is or was, most people first. */
function busiest(rooms: readonly Room[]): readonly Room[] {
  const people = ({ waiting, active }: Room) => waiting + active;
  return rooms
    .filter((room) => people(room) > 0 || room.admittedTotal > 0)
    .toSorted((a, b) => people(b) - people(a) || b.admittedTotal - a.admittedTotal)
    .slice(0, ROOMS_MAX);
}

function readRoom(room: Room, seating: StatsSources['seating']): RoomReading {
  const { performanceId, waiting, active, admittedTotal } = room;
  const found = seating.availability(performanceId);
  // It is there the next time.
  if (found instanceof Promise) found.catch(() => undefined);
  const seats = found instanceof Promise ? undefined : found;
  return {
    performanceId,
    waiting,
    active,
    admittedTotal,
    free: seats?.free ?? null,
    held: seats?.held ?? null,
    sold: seats?.sold ?? null,
  };
}

async function readBatches(metrics: StatsSources['metrics']): Promise<Record<string, BatchTotals>> {
  const [sizes, waits, runs] = await Promise.all(
    ['firstcome_batch_size', 'firstcome_batch_wait_seconds', 'firstcome_batch_run_seconds'].map((name) =>
      metrics.samples(name),
    ),
  );
  const names = new Set((sizes ?? []).flatMap(({ labels }) => labels['batch'] ?? []));
  return Object.fromEntries(
    [...names].map((batch) => {
      const of = (samples: readonly Sample[] | undefined, end: string) =>
        samples?.find(
          ({ labels, metricName }) => labels['batch'] === batch && metricName?.endsWith(end) === true,
        )?.value ?? 0;
      const totals = {
        batches: of(sizes, '_count'),
        requests: of(sizes, '_sum'),
        waitMs: of(waits, '_sum') * 1_000,
        runMs: of(runs, '_sum') * 1_000,
      };
      return [batch, totals];
    }),
  );
}
