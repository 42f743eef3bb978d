import { Fault, UnavailableFault } from '../../../kernel/faults.ts';
import { partitionOf } from '../partitions.ts';
import type { FeedEvent, FeedLane } from '../ports.ts';
import { decodeEvent, type ReadEvent } from './cloud-events.ts';

export type BrokerLaneOptions = {
  readonly partition: number;
  readonly broker: PartitionReader;
  /** Where the data is of which a broker has only a reference. */
  readonly store: Pick<FeedLane, 'readPage'>;
};

/** How a partition is read at a broker. Offsets are those of the lane. */
export type PartitionReader = Pick<FeedLane, 'open' | 'offsetBefore' | 'countBetween'> & {
  /** Of the broker, for errors. */
  readonly name: string;
  /** Some of what follows `after`, or nothing yet; `end` is given where something up to there is known to be. */
  read(after: number, end?: number): Promise<Stretch>;
};

/** What a broker gives out at once: all events of each position, or none of them. */
export type Stretch = {
  readonly end: number;
  readonly events: readonly PublishedEvent[];
  /** Whether more is known to follow. */
  readonly goesOn: boolean;
};

/** An event with its place in the lane; events of one position share that of the last of them. */
export type PublishedEvent = ReadEvent & { readonly offset: number };

/** A partition at a broker as a lane. */
export function createBrokerLane({ partition, broker, store }: BrokerLaneOptions): FeedLane {
  return {
    open: () => broker.open(),
    offsetBefore: (position) => broker.offsetBefore(position),
    ...(broker.countBetween ? { countBetween: broker.countBetween } : {}),
    async readTail(after, types) {
      const { end, goesOn, events } = await broker.read(after);
      const wanted = events.filter(({ type }) => types.has(type));
      return {
        after,
        end,
        events: await withData(wanted, store),
        size: events.length,
        againMs: goesOn ? 0 : undefined,
      };
    },
    async readPage({ after, end, types, limit }) {
      const stretch = await broker.read(after, end);
      if (stretch.end === after)
        throw new UnavailableFault(broker.name, `partition ${partition} does not give out what it holds`);
      const wanted = stretch.events.filter((event) => event.offset <= end && types.has(event.type));
      const cut = wanted.findIndex(
        (event, index) => index >= limit && event.offset > wanted[index - 1]!.offset,
      );
      if (cut < 0) return { after, end: Math.min(end, stretch.end), events: await withData(wanted, store) };
      return {
        after,
        end: wanted[cut - 1]!.offset,
        events: await withData(wanted.slice(0, cut), store),
      };
    },
  };
}

/** A record of a broker: the JSON in it, undefined where it is none. */
export type PublishedRecord = { readonly json: unknown; readonly offset: number };

/** The events of records that follow one another; what others wrote is passed over and told to `onError`. */
export function eventsOf(
  records: readonly PublishedRecord[],
  partition: number,
  onError: (error: unknown) => void,
): readonly PublishedEvent[] {
  const events: PublishedEvent[] = [];
  // From the last one on: events of one position take over its offset.
  for (const { json, offset } of records.toReversed()) {
    try {
      const event = decodeEvent(json);
      if (partitionOf(event.partitionKey) !== partition)
        throw new Fault('foreign_record', `a record stands in partition ${partition}, which is not its own`);
      const next = events.at(-1);
      events.push({ ...event, offset: next?.position === event.position ? next.offset : offset });
    } catch (error) {
      onError(error);
    }
  }
  return events.toReversed();
}

async function withData(
  found: readonly PublishedEvent[],
  store: BrokerLaneOptions['store'],
): Promise<readonly FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (const event of found) {
    const { data, id, type, position } = event;
    if (data !== undefined) {
      events.push({ ...event, data });
      continue;
    }
    const page = await store.readPage({
      after: position - 1,
      end: position,
      types: new Set([type]),
      limit: 1,
    });
    const kept = page.events.find((one) => one.id === id);
    if (!kept)
      throw new Fault('reference_lost', `the store does not hold event ${id}, to which a record refers`);
    events.push({ ...event, data: kept.data });
  }
  return events;
}
