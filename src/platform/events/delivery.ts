import type { DurableConsumer, EventType, Follower } from './event.ts';
import type { ConsumerFailure } from './feed.ts';
import { partitionOf } from './partitions.ts';
import type { FeedEvent, FeedPage, MarkStep, ProgressStore, StepOutcome } from './ports.ts';

/** Where a consumer stands in a lane. */
export type Standing = {
  readonly offset: number;
  /** By partition, the highest position that has taken effect; none of a follower. */
  readonly marks: readonly number[];
  readonly failure: ConsumerFailure | undefined;
};

/** How a loop hands stretches of a lane to its consumer: the part in which durable and follower differ. */
export type Delivery = {
  readonly name: string;
  readonly types: ReadonlySet<string>;
  load(): Promise<Standing>;
  /** Delivers a stretch that holds events. Throws what the consumer throws. */
  deliver(page: FeedPage): Promise<StepOutcome>;
  /** Saves that everything up to `offset` is done; called now and then when nothing was to be done. */
  save(offset: number): Promise<StepOutcome>;
  recordFailure(failure: ConsumerFailure): Promise<void>;
};

export type DurableDelivery = {
  readonly consumer: DurableConsumer;
  readonly lane: number;
  readonly store: ProgressStore;
  /** Gives the consumer its first place in this feed. */
  readonly begin: () => Promise<void>;
};

/** Effect, marks and offset in one transaction of the store. */
export function deliverDurably({ consumer, lane, store, begin }: DurableDelivery): Delivery {
  const { name } = consumer;
  let marks: readonly number[] = [];
  let savedOffset = 0;

  const advance = async (end: number, events: readonly FeedEvent[]): Promise<StepOutcome> => {
    const steps = markSteps(events);
    const effect = events.length === 0 ? undefined : (tx: unknown) => consumer.apply(events, tx);
    const outcome = await store.advance({ name, lane, savedOffset, end, marks: steps, effect });
    if (outcome !== 'done') return outcome;
    savedOffset = end;
    marks = marks.map((mark, partition) => steps.find((one) => one.partition === partition)?.last ?? mark);
    return outcome;
  };

  return {
    name,
    types: namesOf(consumer.types),
    async load() {
      const saved = (await store.load(name, lane)) ?? (await begin().then(() => store.load(name, lane)));
      if (!saved) throw new Error(`the consumer ${name} has no place in lane ${lane}`);
      marks = await store.loadMarks(name);
      savedOffset = saved.offset;
      return { ...saved, marks };
    },
    deliver: (page) => advance(page.end, withoutRepeated(page.events, marks)),
    save: (offset) => (offset === savedOffset ? Promise.resolve('done') : advance(offset, [])),
    recordFailure: (failure) => store.recordFailure(name, lane, failure),
  };
}

/** Straight to the consumer; nothing is saved. */
export function deliverInMemory(follower: Follower, offset: number): Delivery {
  return {
    name: follower.name,
    types: namesOf(follower.types),
    load: () => Promise.resolve({ offset, marks: [], failure: undefined }),
    async deliver(page) {
      await follower.apply(page.events);
      return 'done';
    },
    save: () => Promise.resolve('done'),
    recordFailure: () => Promise.resolve(),
  };
}

/** Without what has taken effect, and what the stretch holds twice: a relay that died repeats what it published. */
function withoutRepeated(events: readonly FeedEvent[], marks: readonly number[]): readonly FeedEvent[] {
  const seen = new Set<string>();
  return events.filter(({ id, position, partitionKey }) => {
    const isNew = position > (marks[partitionOf(partitionKey)] ?? 0) && !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

function markSteps(events: readonly FeedEvent[]): readonly MarkStep[] {
  const steps = new Map<number, MarkStep>();
  for (const { position, partitionKey } of events) {
    const partition = partitionOf(partitionKey);
    steps.set(partition, { partition, first: steps.get(partition)?.first ?? position, last: position });
  }
  return [...steps.values()];
}

function namesOf(types: readonly EventType[]): ReadonlySet<string> {
  return new Set(types.map(({ type }) => type));
}
