import { OffsetLostFault } from '../../platform/events/ports.ts';
import { queueOf, type RabbitmqConnections } from './connections.ts';
import { Cursor, type StreamMessage } from './cursor.ts';

/** Places at which consumers read that are behind; with more of them each begins anew for every page. */
const HISTORY_CURSORS_MAX = 8;

/**
 * A stream, read from any message on. RabbitMQ takes the number of a message that it no longer holds for that of the
 * next one, and says nothing: so reading begins one message before, which is known to have been there.
 */
export class Stream {
  readonly #connections: RabbitmqConnections;
  readonly #queue: string;
  readonly #onNews: () => void;
  #id: string | undefined;
  #tail: Cursor | undefined;
  readonly #history = new Set<Cursor>();

  constructor(connections: RabbitmqConnections, partition: number, onNews: () => void) {
    this.#connections = connections;
    this.#queue = queueOf(connections.settings.name, partition);
    this.#onNews = onNews;
  }

  /** Of the stream as it was when `identify` was called; another is given to one that was deleted and made again. */
  get id(): string {
    if (this.#id === undefined) throw new Error('the stream is not known yet');
    return this.#id;
  }

  /**
   * Finds out its identity: the id of its first message, which those that hold events repeat. `greeting` is the id of
   * one that was published before.
   */
  async identify(greeting: string): Promise<string> {
    const cursor = await this.#open('first');
    try {
      let first: StreamMessage | undefined;
      for (let number = 0; ; ) {
        await this.#arrival(cursor);
        const messages = cursor.take(number);
        first ??= messages[0]!;
        const isWhole = first.number === 0;
        const named = isWhole ? undefined : messages.find(({ streamId }) => streamId !== undefined);
        if (named || isWhole || messages.some(({ id }) => id === greeting)) {
          this.#id = named?.streamId ?? first.id ?? 'unnamed';
          return this.#id;
        }
        number = messages.at(-1)!.number + 1;
        cursor.take(number);
      }
    } finally {
      cursor.close();
    }
  }

  /** A message near the end. */
  async nearEnd(): Promise<number> {
    this.#tail?.close();
    this.#tail = await this.#open('last');
    await this.#arrival(this.#tail);
    return this.#tail.take(0)[0]!.number;
  }

  /** What has come from this message on; for one reader that goes forward. */
  async readTail(number: number): Promise<readonly StreamMessage[]> {
    if (!this.#tail?.covers(number)) {
      this.#tail?.close();
      this.#tail = await this.#openAt(number);
    }
    return this.#tail.take(number);
  }

  /** Some of what there is from this message on, for anybody; `isLast` says when the reader needs no more after it. */
  async readHistory(
    number: number,
    isLast: (messages: readonly StreamMessage[]) => boolean,
  ): Promise<readonly StreamMessage[]> {
    const cursor = [...this.#history].find((one) => one.covers(number)) ?? (await this.#openAt(number));
    // The one that was used last stands last.
    this.#history.delete(cursor);
    this.#history.add(cursor);
    this.#closeSurplus();
    let messages = cursor.take(number);
    if (messages.length === 0) {
      await this.#arrival(cursor);
      messages = cursor.take(number);
    }
    if (isLast(messages)) this.#close(cursor);
    return messages;
  }

  close(): void {
    this.#tail?.close();
    this.#tail = undefined;
    for (const cursor of this.#history) this.#close(cursor);
  }

  async #open(from: number | 'first' | 'last'): Promise<Cursor> {
    return Cursor.open(this.#connections, this.#queue, from, this.#onNews);
  }

  async #openAt(number: number): Promise<Cursor> {
    const cursor = await this.#open(number - 1);
    try {
      await this.#arrival(cursor);
      const before = cursor.take(number - 1)[0];
      const isThere =
        before?.number === number - 1 && (before.streamId === undefined || before.streamId === this.id);
      if (isThere) return cursor;
      throw new OffsetLostFault(`the stream ${this.#queue} holds no longer what is to be read`);
    } catch (error) {
      cursor.close();
      throw error;
    }
  }

  #arrival(cursor: Cursor): Promise<void> {
    return this.#connections.arrival(`a message of ${this.#queue}`, cursor.arrival());
  }

  #close(cursor: Cursor): void {
    this.#history.delete(cursor);
    cursor.close();
  }

  #closeSurplus(): void {
    for (const cursor of this.#history) {
      if (cursor.hasEnded) this.#history.delete(cursor);
      else if (this.#history.size > HISTORY_CURSORS_MAX && !cursor.isAwaited) this.#close(cursor);
    }
  }
}
