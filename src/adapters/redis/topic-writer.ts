import { type Clock, sleep } from '../../kernel/clock.ts';
import { Fault, isRetryable } from '../../kernel/faults.ts';
import { PUBLISH, TOPIC_KEYS } from './fan-out-scripts.ts';
import type { Redis } from './redis.ts';

export type WriterOptions = {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Names this process; by it and a number, which only grows, a message that is sent again is known. */
  readonly publisher: string;
  /** Takes so many numbers. @returns the first */
  readonly takeNumbers: (count: number) => number;
  readonly newEpoch: () => string;
  /** Runs when nothing is left to be sent. */
  readonly onIdle: () => void;
  readonly rememberedMs: number;
  readonly giveUpMs: number;
  readonly keeps: { readonly ms: number; readonly messages: number; readonly bytes: number };
};

type Waiting = {
  readonly bytes: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

const BATCH_MAX = 256;
const BATCH_BYTES = 1_048_576;
const RETRY_MS = 100;

/**
 * Publishes on one topic, in order: while Redis is busy with some, others wait and leave together. What is sent again
 * after a failure is numbered, so that Redis takes none twice.
 */
export class TopicWriter {
  readonly #topic: string;
  readonly #options: WriterOptions;
  #waiting: Waiting[] = [];
  #isSending = false;

  constructor(topic: string, options: WriterOptions) {
    this.#topic = topic;
    this.#options = options;
  }

  put(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      if (!this.#isSending) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    // What is published in one turn leaves together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#send(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isSending = false;
    this.#options.onIdle();
  }

  #nextBatch(): readonly Waiting[] {
    let [count, bytes] = [0, 0];
    for (const { bytes: message } of this.#waiting) {
      bytes += message.length;
      if (count > 0 && (count >= BATCH_MAX || bytes > BATCH_BYTES)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const { redis, clock, publisher, takeNumbers, newEpoch, rememberedMs, keeps, giveUpMs } = this.#options;
    const kept = [keeps.ms, keeps.messages, keeps.bytes].map(String);
    const first = String(takeNumbers(batch.length));
    const args = [newEpoch(), String(rememberedMs), ...kept, `by:${publisher}`, first];
    const until = clock.now() + giveUpMs;
    for (;;) {
      try {
        await redis.run(PUBLISH, { tag: this.#topic, names: TOPIC_KEYS }, [
          ...args,
          ...batch.map(({ bytes }) => bytes),
        ]);
        return;
      } catch (error) {
        if (!(error instanceof Fault) || !isRetryable(error) || clock.now() >= until) throw error;
        await sleep(clock, RETRY_MS);
      }
    }
  }
}
