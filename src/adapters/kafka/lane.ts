import type { RecordsBatch } from '@platformatic/kafka';
import { Fault, UnavailableFault } from '../../kernel/faults.ts';
import { partitionOf } from '../../platform/events/partitions.ts';
import type { FeedEvent, FeedLane } from '../../platform/events/ports.ts';
import { decodeEvent, type ReadEvent } from './cloud-events.ts';
import type { Fetcher } from './fetcher.ts';

export type LaneOptions = {
  readonly partition: number;
  readonly fetcher: Fetcher;
  /** Where the data is of which a record has only a reference. */
  readonly store: Pick<FeedLane, 'readPage'>;
  /** Hears of records that others wrote, which are passed over. */
  readonly onError: (error: unknown) => void;
};

type Stretch = {
  readonly end: number;
  readonly highWatermark: number;
  readonly events: readonly FeedEvent[];
};

/**
 * A partition of the topic as a lane. An offset is Kafka's, plus one: 0 lies before the first record. The events of one
 * position share the offset of the last of them; the relay writes them in one batch, which comes whole.
 */
export function createKafkaLane(options: LaneOptions): FeedLane {
  const { partition, fetcher } = options;

  const read = async (after: number): Promise<Stretch> => {
    const { batches, highWatermark } = await fetcher.read(partition, after);
    const last = batches.at(-1);
    const end = last ? Number(last.firstOffset) + last.lastOffsetDelta + 1 : after;
    const found = batches.flatMap((batch) => eventsOf(batch, options)).filter((one) => one.offset > after);
    return { end: Math.max(after, end), highWatermark, events: await withData(found, options) };
  };

  return {
    open: () => fetcher.end(partition),
    async offsetBefore(position) {
      const beginning = await fetcher.beginning(partition);
      if (beginning === 0) return 0;
      const { events } = await read(beginning);
      if (events[0] && events[0].position <= position) return beginning;
      throw new Fault(
        'kafka_offset_lost',
        `partition ${partition} of the topic begins behind position ${position}: set its retention.ms to -1 and delete the topic, it is then filled again from the store`,
      );
    },
    async readTail(after, types) {
      const { end, highWatermark, events } = await read(after);
      const wanted = events.filter(({ type }) => types.has(type));
      return {
        after,
        end,
        events: wanted,
        size: events.length,
        againMs: end < highWatermark ? 0 : undefined,
      };
    },
    async readPage({ after, end, types, limit }) {
      const stretch = await read(after);
      if (stretch.end === after)
        throw new UnavailableFault('kafka', `partition ${partition} does not give out what it holds`);
      const wanted = stretch.events.filter((event) => event.offset <= end && types.has(event.type));
      const cut = wanted.findIndex(
        (event, index) => index >= limit && event.offset > wanted[index - 1]!.offset,
      );
      if (cut < 0) return { after, end: Math.min(end, stretch.end), events: wanted };
      return { after, end: wanted[cut - 1]!.offset, events: wanted.slice(0, cut) };
    },
  };
}

type Found = ReadEvent & { readonly offset: number };

function eventsOf(batch: RecordsBatch, { partition, onError }: LaneOptions): readonly Found[] {
  const events: Found[] = [];
  // From the last one on: events of one position take over its offset.
  for (const { value, offsetDelta } of batch.records.toReversed()) {
    try {
      const event = decodeEvent(value);
      if (partitionOf(event.partitionKey) !== partition)
        throw new Fault(
          'kafka_foreign_record',
          `a record stands in partition ${partition}, which is not its own`,
        );
      const next = events.at(-1);
      const offset =
        next?.position === event.position ? next.offset : Number(batch.firstOffset) + offsetDelta + 1;
      events.push({ ...event, offset });
    } catch (error) {
      onError(error);
    }
  }
  return events.toReversed();
}

async function withData(found: readonly Found[], { store }: LaneOptions): Promise<readonly FeedEvent[]> {
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
      throw new Fault(
        'kafka_reference_lost',
        `the store does not hold event ${id}, to which a record refers`,
      );
    events.push({ ...event, data: kept.data });
  }
  return events;
}
