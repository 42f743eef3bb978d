import { Fault } from '../../kernel/faults.ts';
import { parseRecord } from '../../platform/events/broker/cloud-events.ts';
import { eventsOf, type PartitionReader, type PublishedEvent } from '../../platform/events/broker/lane.ts';
import type { StreamMessage } from './cursor.ts';
import { MessageSizes } from './message-sizes.ts';
import type { Stream } from './stream.ts';

export type PartitionReaderOptions = {
  readonly partition: number;
  readonly stream: Stream;
  /** Hears of messages that others wrote. */
  readonly onError: (error: unknown) => void;
  /** Hears of each message that the reader of the end has passed. */
  readonly onPassed: (id: string) => void;
};

/** Offsets of the lane within a message: above what the relay puts into one (`ROUND_BYTES_MAX`). */
const STRIDE = 1_024;

/**
 * A stream as a partition. A message holds events of several positions, so that an offset of the lane counts messages
 * in steps of STRIDE, and events within one; 0 lies behind the first message, which names the stream and holds nothing.
 */
export function createPartitionReader(options: PartitionReaderOptions): PartitionReader {
  const { partition, stream, onError, onPassed } = options;
  const sizes = new MessageSizes();

  const eventsIn = (message: StreamMessage): readonly PublishedEvent[] => {
    const json = parseRecord(message.content);
    if (!Array.isArray(json) || (json.length > 0 && message.streamId !== stream.id)) {
      onError(new Fault('foreign_record', 'a message is not of the relay of this stream'));
      return [];
    }
    const records = json.map((one: unknown, index) => ({
      json: one,
      offset: offsetBehind(message.number - 1) + Math.min(index + 1, STRIDE - 1),
    }));
    return eventsOf(records, partition, onError);
  };

  return {
    name: 'rabbitmq',
    async open() {
      const number = await stream.nearEnd();
      sizes.begin(number + 1);
      return offsetBehind(number);
    },
    // Who reads on from there finds out what is lost.
    offsetBefore: () => Promise.resolve(0),
    async read(after, end) {
      const number = Math.floor(after / STRIDE) + 1;
      const endOf = (messages: readonly StreamMessage[]) => offsetBehind(messages.at(-1)!.number);
      const messages =
        end === undefined
          ? await stream.readTail(number)
          : await stream.readHistory(number, (found) => endOf(found) >= end);
      if (messages.length === 0) return { end: after, events: [], goesOn: false };
      const events: PublishedEvent[] = [];
      for (const message of messages) {
        const found = eventsIn(message);
        events.push(...found);
        if (end !== undefined) continue;
        sizes.note(message.number, found.length);
        if (message.id !== undefined) onPassed(message.id);
      }
      return { end: endOf(messages), events: events.filter(({ offset }) => offset > after), goesOn: false };
    },
    countBetween(after, end) {
      const first = Math.floor(after / STRIDE) + 1;
      return Math.max(0, sizes.sum(first, Math.floor(end / STRIDE)) - (after % STRIDE));
    },
  };
}

/** The offset that all events of a message and before it lie at or below. */
function offsetBehind(number: number): number {
  return number * STRIDE;
}
