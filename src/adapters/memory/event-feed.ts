import type { StoreBehind } from '../../platform/events/catch-up.ts';
import type { DomainEvent } from '../../platform/events/event.ts';
import { PARTITIONS, partitionOf } from '../../platform/events/partitions.ts';
import {
  type EventStore,
  type FeedEvent,
  type FeedLane,
  OffsetLostFault,
  type ParkedEvent,
  type ParkedEvents,
  type ProgressStore,
  type SavedProgress,
  type Step,
} from '../../platform/events/ports.ts';

/** The transaction of a durable consumer in memory: what it defers happens with the commit, or never. */
export type MemoryTransaction = { defer(effect: () => void): void };

/** What outlives a process: the events, their lanes and the consumers' progress. Several feeds may share one. */
export type MemoryEventStore = EventStore & {
  readonly lanes: readonly FeedLane[];
  readonly progress: ProgressStore;
  readonly store: StoreBehind;
  readonly parked: ParkedEvents;
  /** What a consumer has parked, in order; how an operator would see it. */
  parkedOf(consumer: string): readonly ParkedEvent[];
  /** Takes the parked events of a key away, as a redrive that has applied them all. */
  unpark(consumer: string, key: string): void;
  /** Saves events; feeds find them when notified, or when they poll. */
  append(events: readonly DomainEvent[]): void;
  /** Publishes the last `count` events again, as a relay does that died before it saved its place. */
  repeat(count: number): void;
  /** Keeps in the lanes no longer what was published until now, as a broker does after a time. */
  forget(): void;
};

/**
 * An event store for tests and simulations, with as many lanes as a broker would have: nothing of it is durable. An
 * offset counts the events of a lane, so that it has nothing to do with a position.
 */
export function createMemoryEventStore({ lanes: count }: { readonly lanes: number }): MemoryEventStore {
  const saved: FeedEvent[] = [];
  const lanes = Array.from({ length: count }, (): FeedEvent[] => []);
  const kept = lanes.map(() => ({ from: 0 }));
  const publish = (event: FeedEvent) => {
    const lane = lanes[partitionOf(event.partitionKey) % count]!;
    lane.push({ ...event, offset: lane.length + 1 });
  };
  return {
    append(added) {
      for (const event of added) {
        // A copy, as a storage would give it: nobody shares objects through the feed.
        const position = saved.length + 1;
        const stored = { ...structuredClone(event), position, id: String(position), offset: position };
        saved.push(stored);
        publish(stored);
      }
    },
    repeat: (last) => saved.slice(-last).forEach(publish),
    forget() {
      for (const [lane, own] of kept.entries()) own.from = lanes[lane]!.length;
    },
    history: (subject) =>
      Promise.resolve(saved.filter((event) => event.subject === subject).map((event) => ({ ...event }))),
    lanes: lanes.map((events, lane) => createLane(events, kept[lane]!)),
    progress: createProgress(),
    store: { ...createLane(saved, { from: 0 }), end: () => Promise.resolve(saved.length) },
    ...createParked(),
  };
}

const TAIL_MAX = 1_000;

/** `kept.from`: how many of the events are there no longer. */
function createLane(events: readonly FeedEvent[], kept: { readonly from: number }): FeedLane {
  // Offsets are 1, 2, 3 …: the event at an offset stands at the index before it.
  const between = (after: number, end: number, types: ReadonlySet<string>) => {
    if (after < kept.from) throw new OffsetLostFault(`the lane begins behind ${kept.from}`);
    return events.slice(after, end).filter((event) => types.has(event.type));
  };
  return {
    open: () => Promise.resolve(events.length),
    offsetBefore(position) {
      const first = events.findIndex((event) => event.position > position);
      return Promise.resolve(first < 0 ? events.length : first);
    },
    async readTail(after, types) {
      const end = Math.min(events.length, after + TAIL_MAX);
      const againMs = end < events.length ? 0 : undefined;
      return { after, end, events: between(after, end, types), size: end - after, againMs };
    },
    async readPage({ after, end, types, limit }) {
      const found = between(after, end, types).slice(0, limit);
      return { after, end: found.length === limit ? found.at(-1)!.offset : end, events: found };
    },
  };
}

type Progress = Omit<SavedProgress, 'name' | 'lane'>;

function createProgress(): ProgressStore {
  const saved = new Map<string, Map<number, Progress>>();
  const marks = new Map<string, number[]>();
  const busy = new Set<string>();
  const marksOf = (name: string): number[] => marks.get(name) ?? [];

  const commit = async ({ name, lane, end, marks: steps, effect }: Step): Promise<void> => {
    const effects: (() => void)[] = [];
    const transaction: MemoryTransaction = { defer: (deferred) => void effects.push(deferred) };
    await effect?.(transaction);
    for (const deferred of effects) deferred();
    for (const { partition, last } of steps) marksOf(name)[partition] = last;
    saved.get(name)?.set(lane, { offset: end, failure: undefined });
  };

  return {
    load(name, lane) {
      const progress = saved.get(name)?.get(lane);
      return Promise.resolve(progress && { name, lane, ...progress });
    },
    begin({ name, offsets, mark }) {
      const places = offsets.map((offset, lane) => [lane, { offset, failure: undefined }] as const);
      const first = Array.from({ length: PARTITIONS }, () => mark);
      if (!saved.has(name)) saved.set(name, new Map<number, Progress>(places));
      if (!marks.has(name)) marks.set(name, first);
      return Promise.resolve();
    },
    loadMarks: (name) => Promise.resolve([...marksOf(name)]),
    async advance(step) {
      const key = `${step.name} ${step.lane}`;
      if (busy.has(key)) return 'busy';
      if (saved.get(step.name)?.get(step.lane)?.offset !== step.savedOffset) return 'moved';
      if (step.marks.some(({ partition, first }) => marksOf(step.name)[partition]! >= first)) return 'moved';
      busy.add(key);
      try {
        await commit(step);
      } finally {
        busy.delete(key);
      }
      return 'done';
    },
    recordFailure(name, lane, failure) {
      // One that has not begun has nowhere to keep it, as in PostgreSQL.
      const progress = saved.get(name)?.get(lane);
      if (progress) saved.get(name)?.set(lane, { ...progress, failure });
      return Promise.resolve();
    },
    list: () =>
      Promise.resolve(
        [...saved].flatMap(([name, lanes]) =>
          [...lanes].map(([lane, progress]) => ({ name, lane, ...progress })),
        ),
      ),
  };
}

function createParked(): Pick<MemoryEventStore, 'parked' | 'parkedOf' | 'unpark'> {
  const letters = new Map<string, ParkedEvent[]>();
  const parkedOf = (consumer: string) => letters.get(consumer) ?? [];
  const keysOf = (consumer: string) => [
    ...new Set(parkedOf(consumer).map(({ event }) => event.partitionKey)),
  ];
  return {
    parkedOf,
    unpark(consumer, key) {
      letters.set(
        consumer,
        parkedOf(consumer).filter(({ event }) => event.partitionKey !== key),
      );
    },
    parked: {
      keys: async (consumer) => keysOf(consumer),
      lockKeys: async ({ consumer, keys }) => new Set(keysOf(consumer).filter((key) => keys.includes(key))),
      async park({ consumer, events }, transaction) {
        const add = () => void letters.set(consumer, [...parkedOf(consumer), ...events]);
        (transaction as MemoryTransaction).defer(add);
      },
      async attempt(transaction, work) {
        const effects: (() => void)[] = [];
        await work({ defer: (effect: () => void) => void effects.push(effect) });
        for (const effect of effects) (transaction as MemoryTransaction).defer(effect);
      },
    },
  };
}
