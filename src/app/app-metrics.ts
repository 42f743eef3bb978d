import type { Database } from '../adapters/postgres/database.ts';
import type { MicroBatchObservation } from '../kernel/micro-batch.ts';
import type { DeadLetters, Redrive, StepResult } from '../modules/dead-letters/index.ts';
import type { DeliveryObservation } from '../platform/events/consumer-loop.ts';
import type { EventFeed } from '../platform/events/feed.ts';
import type { LeaseKeeper } from '../platform/lease/lease-keeper.ts';
import type { Hub } from '../platform/live/hub.ts';
import { countBy } from '../platform/observability/count-by.ts';
import { SECONDS, SIZES } from '../platform/observability/histogram.ts';
import type { Metrics } from '../platform/observability/metrics.ts';

/** Gives the batches of a name their place to report to; no module knows what becomes of it. */
export type MeasureBatch = (name: string) => (batch: MicroBatchObservation) => void;

export function measureBatches(metrics: Metrics): MeasureBatch {
  const sizes = metrics.histograms({
    name: 'firstcome_batch_size',
    help: 'Requests that went together.',
    bounds: SIZES,
  });
  const waits = metrics.histograms({
    name: 'firstcome_batch_wait_seconds',
    help: 'How long the oldest request of a batch waited to leave.',
    bounds: SECONDS,
  });
  const runs = metrics.histograms({
    name: 'firstcome_batch_run_seconds',
    help: 'How long a batch took, with its repetitions.',
    bounds: SECONDS,
  });
  const outcomes = metrics.counters({
    name: 'firstcome_batches_total',
    help: 'Batches by outcome: ok, retried, split (one of them was poisoned), failed.',
  });
  return (batch) => {
    const [size, wait, run] = [sizes({ batch }), waits({ batch }), runs({ batch })];
    return (observed) => {
      size.observe(observed.size);
      wait.observe(observed.queuedMs / 1_000);
      run.observe(observed.runMs / 1_000);
      outcomes({ batch, outcome: observed.outcome }).value += 1;
    };
  };
}

/** How holds end, how many are not decided yet, how many holds lapse. */
export function measureHolds(metrics: Metrics, holds: { readonly undecided: number }) {
  metrics.gauge({ name: 'firstcome_holds_undecided', help: 'Holds that wait or are under way.' }, (set) =>
    set(holds.undecided),
  );
  const expired = metrics.counters({
    name: 'firstcome_holds_expired_total',
    help: 'Holds that lapsed and were ended by this process.',
  })();
  return {
    onDecided: countBy(metrics, {
      name: 'firstcome_holds_total',
      help: 'Holds of seats that were put to the strategy, by outcome.',
      label: 'outcome',
    }),
    onExpired: (count: number) => {
      expired.value += count;
    },
  };
}

/** @returns where to say how a payment ended */
export function countPayments(metrics: Metrics): (outcome: string) => void {
  return countBy(metrics, {
    name: 'firstcome_payments_total',
    help: 'Payments by outcome: paid, repeated, a state of one by card, or the code of the refusal.',
    label: 'outcome',
  });
}

/** @returns where to say how a call of the payment provider ended */
export function countProviderCalls(metrics: Metrics): (call: string, outcome: string) => void {
  const counters = metrics.counters({
    name: 'firstcome_payment_provider_calls_total',
    help: 'Calls of the payment provider by what was asked and how it ended: answered, timed_out, failed.',
  });
  return (call, outcome) => {
    counters({ call, outcome }).value += 1;
  };
}

/** @returns where to say how an attempt to send a batch to the platform of the export ended */
export function countExportAttempts(metrics: Metrics): (outcome: string) => void {
  return countBy(metrics, {
    name: 'firstcome_export_attempts_total',
    help: 'Requests to the platform of the export by how they ended: accepted, away, refused.',
    label: 'outcome',
  });
}

/** @returns where to say how an attempt to send a mail went */
export function countMails(metrics: Metrics): (kind: string, outcome: string) => void {
  const counters = metrics.counters({
    name: 'firstcome_mails_total',
    help: 'Attempts to send a mail by its kind and how it went: sent, postponed, refused, given-up, needless.',
  });
  return (kind, outcome) => {
    counters({ kind, outcome }).value += 1;
  };
}

export function countCheckIns(metrics: Metrics): (outcome: string) => void {
  return countBy(metrics, {
    name: 'firstcome_check_ins_total',
    help: 'Scans of tickets at doors by outcome: checked_in, or the code of the refusal.',
    label: 'outcome',
  });
}

export function measureDatabase(
  metrics: Metrics,
  pools: Readonly<Record<string, Pick<Database, 'stats'>>>,
): void {
  const about = { name: 'firstcome_database_connections', help: 'Connections to PostgreSQL by state.' };
  metrics.gauge(about, (set) => {
    for (const [pool, database] of Object.entries(pools)) {
      const { open, idle, max } = database.stats();
      set(open - idle, { pool, state: 'busy' });
      set(idle, { pool, state: 'idle' });
      set(max, { pool, state: 'max' });
    }
  });
  metrics.gauge(
    { name: 'firstcome_database_waiting', help: 'Requests that wait for a connection to PostgreSQL.' },
    (set) => {
      for (const [pool, database] of Object.entries(pools)) set(database.stats().waiting, { pool });
    },
  );
}

/** Where the log reports deliveries to. */
export function measureDeliveries(metrics: Metrics): (delivery: DeliveryObservation) => void {
  const events = metrics.counters({
    name: 'firstcome_events_delivered_total',
    help: 'Events given to consumers, by outcome of the batch.',
  });
  const runs = metrics.histograms({
    name: 'firstcome_event_batch_seconds',
    help: 'How long consumers took for a batch of events.',
    bounds: SECONDS,
  });
  return ({ consumer, events: count, runMs, outcome }) => {
    events({ consumer, outcome }).value += count;
    runs({ consumer }).observe(runMs / 1_000);
  };
}

/** What is followed live, over all transports. */
export function measureHub(metrics: Metrics, hub: Hub): void {
  metrics.gauge({ name: 'firstcome_live_topics', help: 'Topics that are kept for subscribers.' }, (set) =>
    set(hub.stats().topics),
  );
  metrics.gauge({ name: 'firstcome_live_subscribers', help: 'Subscribers of live topics.' }, (set) =>
    set(hub.stats().subscribers),
  );
  metrics.counter(
    { name: 'firstcome_live_subscribers_ended_total', help: 'Subscribers that were ended, by reason.' },
    (set) => {
      for (const [reason, count] of hub.stats().ended) set(count, { reason });
    },
  );
}

/** What consumers could not take, and what becomes of it. */
export function measureDeadLetters(metrics: Metrics, letters: Pick<DeadLetters, 'groups'>) {
  metrics.gauge(
    {
      name: 'firstcome_dead_letters',
      help: 'Events that a consumer could not take (parked), or that wait behind one of their key (waiting).',
    },
    async (set) => {
      for (const [consumer, groups] of Map.groupBy(await letters.groups(), (group) => group.consumer)) {
        for (const state of ['parked', 'waiting'] as const) {
          const count = groups.reduce((total, group) => total + group[state], 0);
          set(count, { consumer, state });
        }
      }
    },
  );
  const tried = metrics.counters({
    name: 'firstcome_dead_letters_redriven_total',
    help: 'Dead letters that were tried again by this process, by outcome: done, failed_again.',
  });
  const ended = metrics.counters({
    name: 'firstcome_redrives_total',
    help: 'Redrives that ended in this process: completed, or why they were stopped; dry runs as dry_run.',
  });
  return {
    onTried({ consumer }: Pick<Redrive, 'consumer'>, step: Pick<StepResult, 'tried' | 'failed'>) {
      tried({ consumer, outcome: 'done' }).value += step.tried - step.failed;
      tried({ consumer, outcome: 'failed_again' }).value += step.failed;
    },
    onEnded(isDryRun: boolean, how: string) {
      ended({ outcome: isDryRun ? 'dry_run' : how }).value += 1;
    },
  };
}

/** How far the log and its consumers are, as this process knows it. */
export function measureLog(metrics: Metrics, log: Pick<EventFeed, 'stats'>): void {
  metrics.gauge({ name: 'firstcome_event_log_position', help: 'Where the log ends.' }, (set) =>
    set(log.stats().position),
  );
  const perConsumer = (name: string, help: string, figure: (of: ConsumerStats) => number) =>
    metrics.gauge({ name, help }, (set) => {
      for (const of of log.stats().consumers) set(figure(of), { consumer: of.name, kind: of.kind });
    });
  perConsumer('firstcome_consumer_position', 'Up to where events took effect.', (of) => of.position);
  perConsumer('firstcome_consumer_lag', 'Positions of the log that lie ahead.', (of) => of.lag);
  perConsumer(
    'firstcome_consumer_failures',
    'How often in a row the batch at hand has failed.',
    (of) => of.failure?.attempts ?? 0,
  );
}

type ConsumerStats = ReturnType<EventFeed['stats']>['consumers'][number];

/** Over all processes the sum is 1, and 0 while nobody has taken the lease of one that was killed. */
export function measureLease(metrics: Metrics, keeper: Pick<LeaseKeeper, 'name' | 'lease'>): void {
  metrics.gauge({ name: 'firstcome_lease_held', help: '1 where this process has the lease.' }, (set) =>
    set(keeper.lease ? 1 : 0, { lease: keeper.name }),
  );
}
