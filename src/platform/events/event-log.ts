import type { Clock } from '../../kernel/clock.ts';
import { createLifecycle } from '../../kernel/lifecycle.ts';
import type { Random } from '../../kernel/random.ts';
import type { Backoff } from './backoff.ts';
import { ConsumerLoop, type DeliveryObservation } from './consumer-loop.ts';
import { type Delivery, deliverDurably, deliverInMemory } from './delivery.ts';
import type { ConsumerStatus, EventLog, Subscription } from './log.ts';
import type { EventSource, ProgressStore, SavedProgress } from './page.ts';
import { TailReader } from './tail-reader.ts';

export type EventLogOptions = {
  readonly clock: Clock;
  readonly random: Random;
  /** Default 200: the delay at most of what other processes save; own events are poked. */
  readonly pollMs?: number;
  /** Default 10. */
  readonly readIntervalMs?: number;
  /** Default 20,000 events, some 20 MB when they are large. */
  readonly recentMax?: number;
  /** Events a consumer is given at once, or the rest of those of the last position more. Default 500. */
  readonly batchMax?: number;
  /** Default: 100 ms, doubling to 30 s. */
  readonly backoff?: Backoff;
  /** Default 1,000. */
  readonly standbyMs?: number;
  /** Default 5,000. */
  readonly saveIntervalMs?: number;
  /** Hears of everything that fails and is tried again; `consumer` is undefined for the log itself. */
  readonly onError: (error: unknown, consumer: string | undefined) => void;
  readonly observe?: (observation: DeliveryObservation) => void;
};

const DEFAULT_BACKOFF: Backoff = { baseMs: 100, maxMs: 30_000 };

/** An event log on any storage that can be read in pages and keeps consumers' positions. */
export function createEventLog(
  storage: { readonly source: EventSource; readonly progress: ProgressStore },
  options: EventLogOptions,
): EventLog {
  const { source, progress } = storage;
  const tail = createTail(source, options);
  const loops = new Set<ConsumerLoop>();
  let open = false;

  const add = (delivery: Delivery): Subscription => {
    const loop = new ConsumerLoop(delivery, { ...loopOptions(options), tail, source });
    loops.add(loop);
    if (open) loop.begin();
    return {
      name: loop.name,
      get position() {
        return loop.position;
      },
      reached: (position) => loop.reached(position),
      async stop() {
        await loop.stop();
        loops.delete(loop);
      },
    };
  };

  const lifecycle = createLifecycle('event log', {
    async start() {
      await tail.start();
      open = true;
      for (const loop of loops) loop.begin();
    },
    async stop() {
      open = false;
      await Promise.all([...loops].map((loop) => loop.stop()));
      loops.clear();
      await tail.stop();
    },
  });

  return {
    ...lifecycle,
    subscribe: (consumer) => add(deliverDurably(consumer, progress)),
    follow: (follower, position) => add(deliverInMemory(follower, position)),
    position: () => tail.refresh(),
    poke: () => tail.poke(),
    figures: () => ({
      position: tail.horizon,
      events: tail.eventsRead,
      consumers: [...loops].map((loop) => loop.status),
    }),
    consumers: async () => mergeStatus([...loops], await progress.list(), tail.horizon),
  };
}

function createTail(source: EventSource, options: EventLogOptions): TailReader {
  return new TailReader({
    source,
    clock: options.clock,
    random: options.random,
    pollMs: options.pollMs ?? 200,
    readIntervalMs: options.readIntervalMs ?? 10,
    recentMax: options.recentMax ?? 20_000,
    backoff: options.backoff ?? DEFAULT_BACKOFF,
    onError: (error) => options.onError(error, undefined),
  });
}

function loopOptions(options: EventLogOptions) {
  return {
    clock: options.clock,
    random: options.random,
    batchMax: options.batchMax ?? 500,
    backoff: options.backoff ?? DEFAULT_BACKOFF,
    standbyMs: options.standbyMs ?? 1_000,
    saveIntervalMs: options.saveIntervalMs ?? 5_000,
    onError: options.onError,
    observe: options.observe ?? (() => undefined),
  };
}

/** What this process knows is fresher than what is saved, unless another process is ahead. */
function mergeStatus(
  loops: readonly ConsumerLoop[],
  saved: readonly SavedProgress[],
  horizon: number,
): ConsumerStatus[] {
  const own = new Map(loops.map((loop) => [loop.name, loop.status]));
  const others = saved
    .filter((row) => knowsMore(row, own.get(row.name)))
    .map((row): ConsumerStatus => ({ ...row, kind: 'durable', lag: Math.max(0, horizon - row.position) }));
  for (const status of others) own.set(status.name, status);
  return [...own.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function knowsMore(saved: SavedProgress, own: ConsumerStatus | undefined): boolean {
  if (!own || saved.position > own.position) return true;
  return saved.position === own.position && saved.failure !== undefined && own.failure === undefined;
}
