import { parseRecord } from '../../platform/events/broker/cloud-events.ts';
import { eventsOf, type PartitionReader } from '../../platform/events/broker/lane.ts';
import type { Fetcher } from './fetcher.ts';

export type PartitionReaderOptions = {
  readonly partition: number;
  readonly fetcher: Fetcher;
  /** Hears of records that others wrote. */
  readonly onError: (error: unknown) => void;
};

/**
 * A partition of the topic. An offset is Kafka's, plus one: 0 lies before the first record. The relay writes the events
 * of one position in one batch, which comes whole.
 */
export function createPartitionReader(options: PartitionReaderOptions): PartitionReader {
  const { partition, fetcher, onError } = options;

  const read: PartitionReader['read'] = async (after) => {
    const { batches, highWatermark } = await fetcher.read(partition, after);
    const last = batches.at(-1);
    const end = Math.max(after, last ? Number(last.firstOffset) + last.lastOffsetDelta + 1 : after);
    const events = batches.flatMap(({ firstOffset, records }) =>
      eventsOf(
        records.map(({ value, offsetDelta }) => ({
          json: parseRecord(value),
          offset: Number(firstOffset) + offsetDelta + 1,
        })),
        partition,
        onError,
      ),
    );
    return { end, goesOn: end < highWatermark, events: events.filter(({ offset }) => offset > after) };
  };

  return {
    name: 'kafka',
    open: () => fetcher.end(partition),
    async offsetBefore(position) {
      const beginning = await fetcher.beginning(partition);
      if (beginning === 0) return 0;
      const { events } = await read(beginning);
      // Before the first record there ever was: who reads on from there finds out what is lost.
      return events[0] && events[0].position <= position ? beginning : 0;
    },
    read,
  };
}
