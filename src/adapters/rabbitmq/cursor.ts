import type { Channel, ConsumeMessage } from 'amqplib';
import type { RabbitmqConnections } from './connections.ts';

/** A message of a stream. */
export type StreamMessage = {
  /** Its offset in the stream. */
  readonly number: number;
  readonly id: string | undefined;
  /** The stream that it was published to, as its relay knew it; undefined in one that says nothing but its id. */
  readonly streamId: string | undefined;
  readonly content: Buffer;
};

/** Messages that RabbitMQ sends ahead of what is acknowledged. */
const PREFETCH = 16;
/** Above which no more are asked for; those under way come on top. */
const BUFFER_BYTES_MAX = 256 * 1024;

/**
 * A place in a stream from which RabbitMQ sends. What it sent is kept until somebody asks for what lies behind it, so
 * that the same can be read again; acknowledgements, which ask for more, are held back meanwhile.
 */
export class Cursor {
  /** Why it has ended. */
  #failure: Error | undefined;
  #channel: Channel | undefined;
  #buffer: StreamMessage[] = [];
  #bytes = 0;
  #newest: ConsumeMessage | undefined;
  #next: number | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;
  readonly #onNews: () => void;

  /** Begins where it is told: at a message, or one of the last ones. */
  static async open(
    connections: RabbitmqConnections,
    queue: string,
    from: number | 'first' | 'last',
    onNews: () => void = () => undefined,
  ): Promise<Cursor> {
    const cursor = new Cursor(onNews);
    cursor.#channel = await connections.readChannel((error) => cursor.#end(error));
    await connections.answer('reads', `a consumer of ${queue}`, () => cursor.#consume(queue, from));
    return cursor;
  }

  private constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  get hasEnded(): boolean {
    return this.#failure !== undefined;
  }

  /** Whether it can give what begins at this message. */
  covers(number: number): boolean {
    const first = this.#buffer[0]?.number ?? this.#next;
    return !this.hasEnded && first !== undefined && number >= first && number <= this.#next!;
  }

  /** What has come, from this message on; nothing before it is kept. */
  take(number: number): readonly StreamMessage[] {
    const kept = this.#buffer.findIndex((message) => message.number >= number);
    const passed = this.#buffer.splice(0, kept < 0 ? this.#buffer.length : kept);
    for (const { content } of passed) this.#bytes -= content.length;
    this.#askForMore();
    return this.#buffer.slice();
  }

  /** Settles when something has come that has not been taken. */
  arrival(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#buffer.length > 0) return Promise.resolve();
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  get isAwaited(): boolean {
    return this.#waiting !== undefined;
  }

  close(): void {
    this.#end(new Error('the cursor was closed'));
    this.#channel?.close().catch(() => undefined);
  }

  async #consume(queue: string, from: number | 'first' | 'last'): Promise<void> {
    const channel = this.#channel!;
    await channel.prefetch(PREFETCH);
    await channel.consume(queue, (message) => this.#take(message), {
      arguments: { 'x-stream-offset': from },
    });
  }

  #take(message: ConsumeMessage | null): void {
    if (this.#failure) return;
    if (message === null) return this.#end(new Error('the stream was deleted, or has no leader'));
    const messageId: unknown = message.properties.messageId;
    const headers: Record<string, unknown> = message.properties.headers ?? {};
    const number: unknown = headers['x-stream-offset'];
    if (typeof number !== 'number')
      return this.#end(Object.assign(new Error('a queue that is no stream'), { code: 406 }));
    this.#buffer.push({
      number,
      id: text(messageId),
      streamId: text(headers[STREAM_HEADER]),
      content: message.content,
    });
    this.#bytes += message.content.length;
    this.#next = number + 1;
    this.#newest = message;
    this.#askForMore();
    this.#waiting?.resolve();
    this.#waiting = undefined;
    this.#onNews();
  }

  #askForMore(): void {
    if (this.#newest === undefined || this.#bytes > BUFFER_BYTES_MAX || this.#failure) return;
    this.#channel?.ack(this.#newest, true);
    this.#newest = undefined;
  }

  #end(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#buffer = [];
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.#onNews();
  }
}

/** The header that names the stream to which a message was published. */
export const STREAM_HEADER = 'firstcome-stream';

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
