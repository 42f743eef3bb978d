import type { Clock } from '../../kernel/clock.ts';
import { createLifecycle } from '../../kernel/lifecycle.ts';
import { onceAtATime } from '../../kernel/once-at-a-time.ts';
import type { Random } from '../../kernel/random.ts';
import type { Backoff } from './backoff.ts';
import { createCatchUps, type StoreBehind } from './catch-up.ts';
import { ConsumerLoop, type DeliveryObservation } from './consumer-loop.ts';
import { offsetsOf, toCursor } from './cursor.ts';
import { type Delivery, deliverDurably, deliverInMemory } from './delivery.ts';
import type { DurableConsumer } from './event.ts';
import type { ConsumerStatus, EventFeed, Subscription } from './feed.ts';
import type { FeedLane, ParkedEvents, ParkedFailure, ProgressStore, SavedProgress } from './ports.ts';
import { TailReader } from './tail-reader.ts';

export type EventFeedOptions = {
  readonly clock: Clock;
  readonly random: Random;
  /** Default 200: the delay at most of what other processes save; own events are notified. */
  readonly pollMs?: number;
  /** Default 10. */
  readonly readIntervalMs?: number;
  /** Default 20,000 events, some 20 MB when they are large; 0: none, where one consumer reads in its own time. */
  readonly recentMax?: number;
  /** Events a consumer is given at once, or the rest of those of the last offset more. Default 500. */
  readonly batchMax?: number;
  /** Default: 100 ms, doubling to 30 s. */
  readonly backoff?: Backoff;
  /** Default 1,000. */
  readonly standbyMs?: number;
  /** Default 5,000. */
  readonly saveIntervalMs?: number;
  /** Hears of everything that fails and is tried again; `consumer` is undefined for the feed itself. */
  readonly onError: (error: unknown, consumer: string | undefined) => void;
  readonly observe?: (observation: DeliveryObservation) => void;
  /** Hears of events that a consumer could not take, and that were parked. */
  readonly onParked?: (consumer: string, parked: readonly ParkedFailure[]) => void;
};

const BATCH_MAX = 500;
const DEFAULT_BACKOFF: Backoff = { baseMs: 100, maxMs: 30_000 };

/** What a feed is made of: the lanes that are read, and where consumers' progress is kept. */
export type FeedStorage = {
  readonly lanes: readonly FeedLane[];
  readonly progress: ProgressStore;
  readonly parked: ParkedEvents;
  /** Where all events are; undefined where that is the one lane, whose offsets are positions. */
  readonly store?: StoreBehind;
};

/** A feed on any storage that can be read in pages and keeps consumers' progress. */
export function createEventFeed(storage: FeedStorage, options: EventFeedOptions): EventFeed {
  const { lanes, progress, parked, store } = storage;
  const tails = lanes.map((lane) => createTail(lane, options));
  const groups = new Set<Group>();
  let open = false;

  const add = (kind: Group['kind'], deliveries: readonly Delivery[], batchMax?: number): Subscription => {
    // A follower has no marks to catch up from.
    const catchUps = kind === 'durable' && store ? createCatchUps(store, lanes.length) : [];
    const about = loopOptions(options, batchMax);
    const loops = deliveries.map((delivery, index) => {
      const own = { tail: tails[index]!, lane: lanes[index]!, catchUp: catchUps[index] };
      return new ConsumerLoop(delivery, { ...about, ...own });
    });
    const group: Group = { name: deliveries[0]!.name, kind, loops };
    groups.add(group);
    if (open) for (const loop of loops) loop.begin();
    return {
      name: group.name,
      async reached(cursor) {
        const offsets = offsetsOf(cursor, lanes.length);
        await Promise.all(loops.map((loop, index) => loop.reached(offsets[index]!)));
      },
      async stop() {
        await stopAll(loops);
        groups.delete(group);
      },
    };
  };

  const lifecycle = createLifecycle('event feed', {
    async start() {
      await Promise.all(tails.map((tail) => tail.start()));
      open = true;
      for (const { loops } of groups) for (const loop of loops) loop.begin();
    },
    async stop() {
      open = false;
      await stopAll([...groups].flatMap(({ loops }) => loops));
      groups.clear();
      await stopAll(tails);
    },
  });

  return {
    ...lifecycle,
    subscribe(consumer) {
      const begin = onceAtATime(() => beginGroup(consumer, storage, tails));
      return add(
        'durable',
        lanes.map((_, lane) => deliverDurably({ consumer, lane, store: progress, parked, begin })),
        consumer.batchMax,
      );
    },
    follow: (follower, after) =>
      add(
        'follower',
        offsetsOf(after, lanes.length).map((offset) => deliverInMemory(follower, offset)),
      ),
    now: async () => toCursor(await Promise.all(tails.map((tail) => tail.refresh()))),
    notify: () => tails.forEach((tail) => tail.notify()),
    stats: () => ({
      position: sum(tails.map((tail) => tail.horizon)),
      events: sum(tails.map((tail) => tail.eventsRead)),
      consumers: [...groups].map((group) => statusOf(group, tails, [])),
    }),
    consumers: async () => mergeStatus([...groups], await progress.list(), tails),
  };
}

/** Saves where a group begins that has no place in this feed. Its marks, where it has any, say what it has had. */
async function beginGroup(
  { name, from = 'start' }: DurableConsumer,
  { lanes, progress, store }: FeedStorage,
  tails: readonly TailReader[],
): Promise<void> {
  const marks = await progress.loadMarks(name);
  if (marks.length === 0 && from === 'now') {
    const offsets = await Promise.all(tails.map((tail) => tail.refresh()));
    // Asked afterwards: all that lies before these offsets is below the mark, also where a relay repeats it.
    const mark = store ? await store.end() : offsets[0]!;
    return progress.begin({ name, offsets, mark });
  }
  const lowest = marks.length > 0 ? Math.min(...marks) : 0;
  const offsets = await Promise.all(lanes.map((lane) => lane.offsetBefore(lowest)));
  return progress.begin({ name, offsets, mark: 0 });
}

/** A consumer with its loop in each lane. */
type Group = {
  readonly name: string;
  readonly kind: ConsumerStatus['kind'];
  readonly loops: readonly ConsumerLoop[];
};

async function stopAll(parts: readonly { stop(): Promise<void> }[]): Promise<void> {
  await Promise.all(parts.map((part) => part.stop()));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

function createTail(lane: FeedLane, options: EventFeedOptions): TailReader {
  return new TailReader({
    lane,
    clock: options.clock,
    random: options.random,
    pollMs: options.pollMs ?? 200,
    readIntervalMs: options.readIntervalMs ?? 10,
    recentMax: options.recentMax ?? 20_000,
    backoff: options.backoff ?? DEFAULT_BACKOFF,
    onError: (error) => options.onError(error, undefined),
  });
}

function loopOptions(options: EventFeedOptions, batchMax = options.batchMax ?? BATCH_MAX) {
  return {
    clock: options.clock,
    random: options.random,
    batchMax,
    backoff: options.backoff ?? DEFAULT_BACKOFF,
    standbyMs: options.standbyMs ?? 1_000,
    saveIntervalMs: options.saveIntervalMs ?? 5_000,
    onError: options.onError,
    observe: options.observe ?? (() => undefined),
    onParked: options.onParked ?? (() => undefined),
  };
}

/**
 * Where every consumer stands. What this process knows of a lane is fresher than what is saved, unless another process
 * is ahead.
 */
function mergeStatus(
  groups: readonly Group[],
  saved: readonly SavedProgress[],
  tails: readonly TailReader[],
): ConsumerStatus[] {
  const ofName = Map.groupBy(saved, ({ name }) => name);
  const own = groups.map((group) => statusOf(group, tails, ofName.get(group.name) ?? []));
  const known = new Set(groups.map(({ name }) => name));
  const others = [...ofName]
    .filter(([name]) => !known.has(name))
    .map(([name, lanes]) => statusOf({ name, kind: 'durable', loops: [] }, tails, lanes));
  return [...own, ...others].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function statusOf(
  { name, kind, loops }: Group,
  tails: readonly TailReader[],
  saved: readonly SavedProgress[],
): ConsumerStatus {
  const lanes = tails.map((tail, lane) => {
    const loop = loops[lane];
    const there = saved.find((row) => row.lane === lane);
    const knowsMore = there !== undefined && (!loop || isAhead(there, loop));
    const { offset, failure } = knowsMore ? there : (loop ?? { offset: 0, failure: undefined });
    return { offset, failure, lag: tail.lagOf(offset) };
  });
  return {
    name,
    kind,
    position: sum(lanes.map(({ offset }) => offset)),
    lag: sum(lanes.map(({ lag }) => lag)),
    failure: lanes.find(({ failure }) => failure)?.failure,
  };
}

function isAhead(saved: SavedProgress, own: Pick<ConsumerLoop, 'offset' | 'failure'>): boolean {
  if (saved.offset > own.offset) return true;
  return saved.offset === own.offset && saved.failure !== undefined && own.failure === undefined;
}
