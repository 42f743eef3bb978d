import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { FanOut, FanOutEvents, FanOutMessage } from '../../platform/live/fan-out.ts';
import { encodeMessage } from './fan-out-message.ts';
import type { Redis } from './redis.ts';
import { TopicReader } from './topic-reader.ts';
import { TopicWriter } from './topic-writer.ts';

export type RedisFanOutOptions = {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Hears of checks that failed; they are made again. */
  readonly onError: (error: unknown) => void;
  /** What Redis keeps of a topic for those who come back. */
  readonly keeps?: { readonly ms: number; readonly messages: number; readonly bytes: number };
  readonly checkMs?: number;
  /** How long a message may wait for Redis. */
  readonly giveUpMs?: number;
};

const KEEPS = { ms: 10 * 60_000, messages: 1_024, bytes: 1_048_576 } as const;
/** So long after its last use a topic is forgotten, and begins another epoch. */
const REMEMBERED_MS = 24 * 60 * 60_000;
/** A message that a channel lost in silence comes so late at most. */
const CHECK_MS = 5_000;
/** Longer than a failover takes. */
const GIVE_UP_MS = 10_000;
const CHECKS_AT_ONCE = 100;
/** What waits for Redis, of all topics. */
const WAITING_MAX = 100_000;
const WAITING_BYTES_MAX = 64 * 1_048_576;
const RETRY_AFTER_MS = 1_000;

/**
 * Fan-out between instances by sharded channels of Redis. Redis numbers the messages of a topic and keeps the last ones
 * for a while, so that every instance knows what it missed, and one that begins to follow can resume what another told.
 */
export class RedisFanOut implements FanOut {
  readonly lifecycle: Lifecycle;
  readonly #options: RedisFanOutOptions;
  readonly #publisher: string;
  readonly #readers = new Map<string, { readonly reader: TopicReader; readonly opened: Promise<void> }>();
  readonly #closing = new Set<TopicReader>();
  readonly #writers = new Map<string, TopicWriter>();
  #hub: FanOutEvents | undefined;
  readonly #waiting = { messages: 0, bytes: 0 };
  #numbered = 0;

  constructor(options: RedisFanOutOptions) {
    const { redis, clock, ids, onError, checkMs = CHECK_MS } = options;
    this.#options = options;
    this.#publisher = ids.next();
    let stops: readonly Cancel[] = [];
    this.lifecycle = createLifecycle('fan-out', {
      start: () => {
        stops = [
          every(clock, checkMs, () => this.#round(), onError, { unref: true }),
          redis.whenReady(() => void this.#checkAll()),
        ];
      },
      stop: () => {
        for (const stop of stops) stop();
      },
    });
  }

  receive(events: FanOutEvents): void {
    if (this.#hub) throw new Error('a hub listens already');
    this.#hub = events;
  }

  publish({ topic, ...content }: FanOutMessage): Promise<void> {
    const bytes = encodeMessage(content);
    const waiting = this.#waiting;
    if (waiting.messages >= WAITING_MAX || waiting.bytes + bytes.length > WAITING_BYTES_MAX)
      throw new OverloadedFault('too much waits for Redis', { retryAfterMs: RETRY_AFTER_MS });
    waiting.messages += 1;
    waiting.bytes += bytes.length;
    return this.#writer(topic)
      .put(bytes)
      .finally(() => {
        waiting.messages -= 1;
        waiting.bytes -= bytes.length;
      });
  }

  follow(topic: string): Promise<void> | undefined {
    const known = this.#readers.get(topic);
    if (known) {
      known.reader.isIdle = false;
      return known.opened;
    }
    if (!this.#hub) throw new Error('no hub listens');
    const { redis } = this.#options;
    const newEpoch = () => this.#options.ids.next();
    const reader = new TopicReader(topic, { redis, hub: this.#hub, newEpoch, rememberedMs: REMEMBERED_MS });
    const opened = reader.open().catch((error: unknown) => {
      this.#drop(topic);
      throw error;
    });
    this.#readers.set(topic, { reader, opened });
    return opened;
  }

  unfollow(topic: string): void {
    const known = this.#readers.get(topic);
    if (known) known.reader.isIdle = true;
  }

  #writer(topic: string): TopicWriter {
    const known = this.#writers.get(topic);
    if (known) return known;
    const { redis, clock, ids, keeps = KEEPS, giveUpMs = GIVE_UP_MS } = this.#options;
    const writer = new TopicWriter(topic, {
      redis,
      clock,
      publisher: this.#publisher,
      takeNumbers: (count) => {
        this.#numbered += count;
        return this.#numbered - count + 1;
      },
      newEpoch: () => ids.next(),
      onIdle: () => void this.#writers.delete(topic),
      rememberedMs: REMEMBERED_MS,
      keeps,
      giveUpMs,
    });
    this.#writers.set(topic, writer);
    return writer;
  }

  /** Lets go of what nobody uses, and checks the rest. */
  async #round(): Promise<void> {
    for (const [topic, { reader }] of this.#readers) if (reader.isIdle) this.#drop(topic);
    await Promise.all([this.#closeAll(), this.#checkAll()]);
  }

  async #checkAll(): Promise<void> {
    const readers = [...this.#readers.values()];
    for (let at = 0; at < readers.length; at += CHECKS_AT_ONCE) {
      const checks = readers.slice(at, at + CHECKS_AT_ONCE).map(({ reader }) => reader.check());
      for (const outcome of await Promise.allSettled(checks))
        if (outcome.status === 'rejected') return this.#options.onError(outcome.reason);
    }
  }

  /** What cannot be left now is left in another round. */
  async #closeAll(): Promise<void> {
    for (const reader of this.#closing) {
      try {
        await reader.close();
        this.#closing.delete(reader);
      } catch {
        return;
      }
    }
  }

  #drop(topic: string): void {
    const known = this.#readers.get(topic);
    this.#readers.delete(topic);
    if (known) this.#closing.add(known.reader);
    void this.#closeAll();
  }
}
