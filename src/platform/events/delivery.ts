import type { DurableConsumer, EventType, Follower } from './event.ts';
import type { ConsumerFailure } from './log.ts';
import type { EventPage, ProgressStore, SavedProgress, StepOutcome } from './page.ts';

/** How a loop hands stretches of the log to its consumer: the part in which durable and follower differ. */
export type Delivery = {
  readonly name: string;
  readonly kind: 'durable' | 'follower';
  readonly types: ReadonlySet<string>;
  /** Where the consumer stands. */
  load(): Promise<SavedProgress>;
  /** Delivers a stretch that holds events. Throws what the consumer throws. */
  deliver(page: EventPage): Promise<StepOutcome>;
  /** Saves that everything up to `position` is done; called now and then when nothing was to be done. */
  save(position: number): Promise<StepOutcome>;
  recordFailure(failure: ConsumerFailure): Promise<void>;
};

const DONE: StepOutcome = { kind: 'done' };

/** Effect and position in one transaction of the store. */
export function deliverDurably(consumer: DurableConsumer, store: ProgressStore): Delivery {
  const { name } = consumer;
  let savedPosition = 0;
  const advance = async (end: number, effect: Parameters<ProgressStore['advance']>[0]['effect']) => {
    const outcome = await store.advance({ name, savedPosition, end, effect });
    if (outcome.kind === 'done') savedPosition = end;
    else if (outcome.kind === 'moved') savedPosition = outcome.position;
    return outcome;
  };
  return {
    name,
    kind: 'durable',
    types: namesOf(consumer.types),
    async load() {
      const progress = await store.load(name);
      savedPosition = progress.position;
      return progress;
    },
    deliver: (page) => advance(page.end, (transaction) => consumer.apply(page.events, transaction)),
    save: (position) => (position === savedPosition ? Promise.resolve(DONE) : advance(position, undefined)),
    recordFailure: (failure) => store.recordFailure(name, failure),
  };
}

/** Straight to the consumer; nothing is saved. */
export function deliverInMemory(follower: Follower, position: number): Delivery {
  return {
    name: follower.name,
    kind: 'follower',
    types: namesOf(follower.types),
    load: () => Promise.resolve({ name: follower.name, position, failure: undefined }),
    async deliver(page) {
      await follower.apply(page.events);
      return DONE;
    },
    save: () => Promise.resolve(DONE),
    recordFailure: () => Promise.resolve(),
  };
}

function namesOf(types: readonly EventType[]): ReadonlySet<string> {
  return new Set(types.map(({ type }) => type));
}
