import { isAway } from '../../kernel/faults.ts';
import { causeOf, describeError } from './describe-error.ts';
import type { DurableConsumer, EffectTransaction, EventType, Follower } from './event.ts';
import type { ConsumerFailure } from './feed.ts';
import { partitionOf } from './partitions.ts';
import type {
  FeedEvent,
  FeedPage,
  MarkStep,
  ParkedEvent,
  ParkedEvents,
  ParkedFailure,
  ProgressStore,
  StepOutcome,
} from './ports.ts';
import type { RetryPolicy } from './retry.ts';

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
  readonly retry: RetryPolicy | undefined;
  load(): Promise<Standing>;
  /** Delivers a stretch that holds events. Throws what the consumer throws. */
  deliver(page: FeedPage): Promise<StepOutcome>;
  /**
   * Delivers a stretch a last time, event by event, and parks those that fail again.
   * @returns how many failed, by cause; what waits behind them is not among them
   */
  deliverOrPark(page: FeedPage, tried: Tried): Promise<Parking>;
  /** Saves that everything up to `offset` is done; called now and then when nothing was to be done. */
  save(offset: number): Promise<StepOutcome>;
  recordFailure(failure: ConsumerFailure): Promise<void>;
};

/** How often the events of a stretch have failed, and since when; epoch ms. */
export type Tried = { readonly attempts: number; readonly since: number; readonly now: number };

export type Parking = { readonly outcome: StepOutcome; readonly parked: readonly ParkedFailure[] };

export type DurableDelivery = {
  readonly consumer: DurableConsumer;
  readonly lane: number;
  readonly store: ProgressStore;
  readonly parked: ParkedEvents;
  /** Gives the consumer its first place in this feed. */
  readonly begin: () => Promise<void>;
};

/**
 * Effect, marks and offset in one transaction of the store. An event whose key has parked ones is parked behind them in
 * the same transaction: only this lane adds keys, and a redrive that empties one is waited for (`lockKeys`).
 */
export function deliverDurably(options: DurableDelivery): Delivery {
  const lane = new LaneOfConsumer(options);
  return {
    name: options.consumer.name,
    types: lane.types,
    retry: options.consumer.retry,
    load: () => lane.load(),
    deliver: (page) => lane.deliver(page),
    deliverOrPark: (page, tried) => lane.deliverOrPark(page, tried),
    save: (offset) => lane.save(offset),
    recordFailure: (failure) => options.store.recordFailure(options.consumer.name, options.lane, failure),
  };
}

type Work = (events: readonly FeedEvent[], split: KeySplit) => Promise<void>;

class LaneOfConsumer {
  readonly types: ReadonlySet<string>;
  readonly #options: DurableDelivery;
  #marks: readonly number[] = [];
  #savedOffset = 0;
  /** Keys that had parked events when this process saw them last. */
  #keys = new Set<string>();

  constructor(options: DurableDelivery) {
    this.#options = options;
    this.types = namesOf(options.consumer.types);
  }

  async load(): Promise<Standing> {
    const { consumer, store, lane, parked, begin } = this.#options;
    const { name } = consumer;
    const saved = (await store.load(name, lane)) ?? (await begin().then(() => store.load(name, lane)));
    if (!saved) throw new Error(`the consumer ${name} has no place in lane ${lane}`);
    this.#marks = await store.loadMarks(name);
    // After offset and marks: who parks another one moves those, which `advance` notices.
    this.#keys = new Set(await parked.keys(name));
    this.#savedOffset = saved.offset;
    return { ...saved, marks: this.#marks };
  }

  deliver(page: FeedPage): Promise<StepOutcome> {
    return this.#advance(page.end, withoutRepeated(page.events, this.#marks), (events, split) =>
      this.#applyOrWait(events, split),
    );
  }

  async deliverOrPark(page: FeedPage, tried: Tried): Promise<Parking> {
    const letters: ParkedEvent[] = [];
    const fresh = withoutRepeated(page.events, this.#marks);
    const outcome = await this.#advance(page.end, fresh, async (events, split) => {
      for (const event of events) {
        const failure = await this.#try(event, split, tried);
        if (failure) split.keys.add(event.partitionKey);
        if (split.keys.has(event.partitionKey)) letters.push({ event, failure });
      }
      if (letters.length > 0) await this.#park(letters, split);
    });
    return { outcome, parked: letters.flatMap(({ failure }) => failure ?? []) };
  }

  save(offset: number): Promise<StepOutcome> {
    return offset === this.#savedOffset ? Promise.resolve('done') : this.#advance(offset, []);
  }

  async #advance(end: number, events: readonly FeedEvent[], work?: Work): Promise<StepOutcome> {
    const { consumer, store, lane } = this.#options;
    const steps = markSteps(events);
    let split: KeySplit | undefined;
    const effect = async (transaction: EffectTransaction) => {
      split = await this.#split(events, transaction);
      await work?.(events, split);
    };
    const outcome = await store.advance({
      name: consumer.name,
      lane,
      savedOffset: this.#savedOffset,
      end,
      marks: steps,
      effect: events.length === 0 ? undefined : effect,
    });
    if (outcome !== 'done') return outcome;
    this.#savedOffset = end;
    // In this order: of a key that was freed the next event may have been parked.
    for (const key of split?.freed ?? []) this.#keys.delete(key);
    for (const key of split?.keys ?? []) this.#keys.add(key);
    this.#marks = this.#marks.map(
      (mark, partition) => steps.find((one) => one.partition === partition)?.last ?? mark,
    );
    return outcome;
  }

  /** Which keys of these events have parked ones still, and which have none any more. */
  async #split(events: readonly FeedEvent[], transaction: EffectTransaction): Promise<KeySplit> {
    const asked = new Set(
      events.map(({ partitionKey }) => partitionKey).filter((key) => this.#keys.has(key)),
    );
    const { consumer, parked } = this.#options;
    const held = { consumer: consumer.name, keys: [...asked].toSorted() };
    const there = asked.size === 0 ? asked : await parked.lockKeys(held, transaction);
    const freed = [...asked].filter((key) => !there.has(key));
    return { transaction, keys: new Set(there), freed };
  }

  async #applyOrWait(events: readonly FeedEvent[], split: KeySplit): Promise<void> {
    const { transaction, keys } = split;
    const behind = events.filter(({ partitionKey }) => keys.has(partitionKey));
    const free = events.filter(({ partitionKey }) => !keys.has(partitionKey));
    if (behind.length > 0)
      await this.#park(
        behind.map((event) => ({ event, failure: undefined })),
        split,
      );
    if (free.length > 0) await this.#options.consumer.apply(free, transaction);
  }

  /** @returns undefined where the event takes effect, or only waits */
  async #try(event: FeedEvent, split: KeySplit, tried: Tried): Promise<ParkedFailure | undefined> {
    const { consumer, parked } = this.#options;
    if (split.keys.has(event.partitionKey)) return undefined;
    try {
      await parked.attempt(split.transaction, (part) => consumer.apply([event], part));
      return undefined;
    } catch (error) {
      if (isAway(error)) throw error;
      return {
        cause: causeOf(error),
        error: describeError(error),
        attempts: tried.attempts + 1,
        firstFailedAt: tried.since,
        lastFailedAt: tried.now,
      };
    }
  }

  #park(events: readonly ParkedEvent[], { transaction }: KeySplit): Promise<void> {
    const { consumer, parked } = this.#options;
    return parked.park({ consumer: consumer.name, types: [...this.types], events }, transaction);
  }
}

/** Keys whose events are parked, in an open transaction; those that are parked in it are added. */
type KeySplit = {
  readonly transaction: EffectTransaction;
  readonly keys: Set<string>;
  /** Keys that had parked events before, and have none when the transaction begins. */
  readonly freed: readonly string[];
};

/** Straight to the consumer; nothing is saved. */
export function deliverInMemory(follower: Follower, offset: number): Delivery {
  return {
    name: follower.name,
    types: namesOf(follower.types),
    // What it keeps would be wrong for ever without the event.
    retry: { onPoison: 'wait', because: 'what is kept in memory holds every event' },
    load: () => Promise.resolve({ offset, marks: [], failure: undefined }),
    async deliver(page) {
      await follower.apply(page.events);
      return 'done';
    },
    deliverOrPark: () => Promise.reject(new Error('a follower parks nothing')),
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
