import type { ConfirmChannel } from 'amqplib';
import { queueOf, type RabbitmqConnections, unknownStream } from './connections.ts';
import { STREAM_HEADER } from './cursor.ts';

/** What a message holds: CloudEvents of one partition as a JSON array, or none. */
export type StreamRecord = {
  readonly partition: number;
  readonly id: string;
  /** The stream that the relay knows; undefined in a record that holds nothing. */
  readonly streamId?: string | undefined;
  readonly content: Buffer;
};

/** The batch format of the JSON of CloudEvents 1.0. */
const CONTENT_TYPE = 'application/cloudevents-batch+json; charset=UTF-8';

type Open = { readonly channel: ConfirmChannel; readonly failure: () => Error | undefined };

/** Publishes to the exchange from which the streams are filled; a record that no stream takes in is an error. */
export class Publisher {
  readonly #connections: RabbitmqConnections;
  readonly #returned = new Set<string>();
  #opening: Promise<Open> | undefined;

  constructor(connections: RabbitmqConnections) {
    this.#connections = connections;
  }

  /** Settles when RabbitMQ has it safe. @throws as `RabbitmqConnections.answer`; it may be in the stream all the same */
  async publish(record: StreamRecord): Promise<void> {
    const open = await this.#open();
    try {
      await this.#connections.answer('writes', 'a confirmation', () => this.#send(open.channel, record));
    } catch (error) {
      const failure = open.failure();
      throw failure ? this.#connections.toFault(failure) : error;
    }
    if (this.#returned.delete(record.id))
      throw unknownStream(this.#connections.settings.name, `partition ${record.partition} has none`);
  }

  /** Makes what lacks; what another process makes at the same time is as good. */
  async declare(partitions: number): Promise<void> {
    const { name } = this.#connections.settings;
    const { channel } = await this.#open();
    await this.#connections.answer('writes', 'making the streams', async () => {
      await channel.assertExchange(name, 'direct', { durable: true });
      for (let partition = 0; partition < partitions; partition += 1) {
        const queue = queueOf(name, partition);
        await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'stream' } });
        await channel.bindQueue(queue, name, String(partition));
      }
    });
  }

  #send(channel: ConfirmChannel, { partition, id, streamId, content }: StreamRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      channel.publish(
        this.#connections.settings.name,
        String(partition),
        content,
        {
          mandatory: true,
          persistent: true,
          contentType: CONTENT_TYPE,
          messageId: id,
          headers: streamId === undefined ? {} : { [STREAM_HEADER]: streamId },
        },
        (error: Error | null) => (error ? reject(error) : resolve()),
      );
    });
  }

  /** The channel of all records; another one once it has ended. */
  #open(): Promise<Open> {
    if (this.#opening) return this.#opening;
    const forget = () => {
      if (this.#opening === opening) this.#opening = undefined;
    };
    const opening = this.#openChannel(forget);
    opening.catch(forget);
    this.#opening = opening;
    return opening;
  }

  async #openChannel(onEnd: () => void): Promise<Open> {
    let failure: Error | undefined;
    const channel = await this.#connections.writeChannel((error) => {
      failure = error;
      onEnd();
    });
    // It comes before the confirmation.
    channel.on('return', ({ properties }) => void this.#returned.add(String(properties.messageId)));
    return { channel, failure: () => failure };
  }
}
