import type { DomainEvent, StoredEvent } from '../../platform/events/event.ts';
import { createEventLog, type EventLogOptions } from '../../platform/events/event-log.ts';
import type { EventLog } from '../../platform/events/log.ts';
import type { EventSource, ProgressStore, SavedProgress, Step } from '../../platform/events/page.ts';

/** The transaction of a durable consumer in memory: what it defers happens with the commit, or never. */
export type MemoryTransaction = { defer(effect: () => void): void };

/** What outlives a process: the events and the consumers' progress. Several logs may share one. */
export type MemoryEventStore = {
  /** Saves events; logs find them when poked, or when they poll. */
  append(events: readonly DomainEvent[]): void;
  readonly events: readonly StoredEvent[];
};

type Store = MemoryEventStore & {
  readonly source: EventSource;
  readonly progress: ProgressStore;
};

/** An event store for tests and simulations: nothing of it is durable. */
export function createMemoryEventStore(): MemoryEventStore {
  const events: StoredEvent[] = [];
  const store: Store = {
    events,
    append(added) {
      for (const event of added) {
        const position = events.length + 1;
        // A copy, as a storage would give it: nobody shares objects through the log.
        const { partitionKey: _, ...kept } = structuredClone(event);
        events.push({ ...kept, position, id: String(position) });
      }
    },
    source: createSource(events),
    progress: createProgress(),
  };
  return store;
}

/** A log as one process has it, with the behaviour of the PostgreSQL log (same contract suite). */
export function createMemoryEventLog(store: MemoryEventStore, options: EventLogOptions): EventLog {
  const { source, progress } = store as Store;
  return createEventLog({ source, progress }, options);
}

const TAIL_MAX = 1_000;

function createSource(events: readonly StoredEvent[]): EventSource {
  // Positions are 1, 2, 3 …: the event at a position stands at the index before it.
  const between = (after: number, end: number, types: ReadonlySet<string>) =>
    events.slice(after, end).filter((event) => types.has(event.type));
  return {
    open: () => Promise.resolve(events.length),
    readTail(after, types) {
      const end = Math.min(events.length, after + TAIL_MAX);
      const againMs = end < events.length ? 0 : undefined;
      return Promise.resolve({ after, end, events: between(after, end, types), size: end - after, againMs });
    },
    readPage({ after, end, types, limit }) {
      const found = between(after, end, types).slice(0, limit);
      const pageEnd = found.length === limit ? found.at(-1)!.position : end;
      return Promise.resolve({ after, end: pageEnd, events: found });
    },
  };
}

function createProgress(): ProgressStore {
  const saved = new Map<string, SavedProgress>();
  const locked = new Set<string>();
  const positionOf = (name: string) => saved.get(name)?.position ?? 0;

  const commit = async (step: Step): Promise<void> => {
    const effects: (() => void)[] = [];
    const transaction: MemoryTransaction = { defer: (effect) => void effects.push(effect) };
    await step.effect?.(transaction);
    for (const effect of effects) effect();
    saved.set(step.name, { name: step.name, position: step.end, failure: undefined });
  };

  return {
    load(name) {
      const progress = saved.get(name) ?? { name, position: 0, failure: undefined };
      saved.set(name, progress);
      return Promise.resolve(progress);
    },
    async advance(step) {
      if (locked.has(step.name)) return { kind: 'busy' };
      const position = positionOf(step.name);
      if (position !== step.savedPosition) return { kind: 'moved', position };
      locked.add(step.name);
      try {
        await commit(step);
      } finally {
        locked.delete(step.name);
      }
      return { kind: 'done' };
    },
    recordFailure(name, failure) {
      saved.set(name, { name, position: positionOf(name), failure });
      return Promise.resolve();
    },
    list: () => Promise.resolve([...saved.values()]),
  };
}
