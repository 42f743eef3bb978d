import type { FanOutEvents } from '../../platform/live/fan-out.ts';
import { decodeMessage, placeOf } from './fan-out-message.ts';
import { READ, TOPIC_KEYS } from './fan-out-scripts.ts';
import type { Redis } from './redis.ts';

export type ReaderOptions = {
  readonly redis: Redis;
  readonly hub: FanOutEvents;
  /** The epoch to begin with where Redis knows none. */
  readonly newEpoch: () => string;
  readonly rememberedMs: number;
};

type Found = {
  readonly epoch: string;
  readonly last: number;
  readonly isWhole: boolean;
  readonly messages: readonly Buffer[];
};

/** Messages that wait while the log is read; what is beyond is read from it. */
const WAITING_MAX = 1_000;
/** So often in a row the log had what the channel should have brought: then the channel is asked for again. */
const DEAF_CHECKS = 2;

/**
 * What this instance hears of one topic: the channel brings messages, and the log of Redis what the channel lost. The
 * hub is told each message once, in order, and of every gap.
 */
export class TopicReader {
  readonly #topic: string;
  readonly #options: ReaderOptions;
  #epoch: string | undefined;
  #last = 0;
  #reading: Promise<void> | undefined;
  #waiting: Buffer[] = [];
  #isBehind = false;
  #heard = 0;
  #heardBefore = 0;
  #deafChecks = 0;
  #isClosed = false;
  /** Nobody wants it any more since a check. */
  isIdle = false;
  readonly take = (message: Buffer): void => {
    this.#heard += 1;
    if (this.#reading === undefined) this.#accept(message);
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(message);
    else this.#isBehind = true;
  };

  constructor(topic: string, options: ReaderOptions) {
    this.#topic = topic;
    this.#options = options;
  }

  /** Listens, and only then reads: between the two nothing is lost. */
  async open(): Promise<void> {
    await this.#options.redis.subscribe(this.#topic, 'live', this.take);
    await this.read();
  }

  /** Reads what the channel may have lost. Calls at the same time are one. @throws UnavailableFault */
  read(): Promise<void> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const message of waiting) this.#accept(message);
    });
    return this.#reading;
  }

  /** Compares with the log, and subscribes again where the channel brings nothing. */
  async check(): Promise<void> {
    const before = this.#last;
    await this.read();
    const isDeaf = this.#last !== before && this.#heard === this.#heardBefore;
    this.#heardBefore = this.#heard;
    this.#deafChecks = isDeaf ? this.#deafChecks + 1 : 0;
    if (this.#deafChecks < DEAF_CHECKS || this.#isClosed) return;
    this.#deafChecks = 0;
    const { redis } = this.#options;
    await redis.unsubscribe(this.#topic, 'live', this.take);
    await redis.subscribe(this.#topic, 'live', this.take);
    await this.read();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#options.redis.unsubscribe(this.#topic, 'live', this.take);
  }

  async #readAll(): Promise<void> {
    do {
      this.#isBehind = false;
      const found = await this.#find();
      if (this.#isClosed) return;
      if (!found.isWhole) this.#begin(found);
      this.#epoch = found.epoch;
      for (const message of found.messages) this.#accept(message);
    } while (this.#isBehind);
  }

  async #find(): Promise<Found> {
    const { redis, newEpoch, rememberedMs } = this.#options;
    const args = [newEpoch(), String(rememberedMs), this.#epoch ?? '', String(this.#last)];
    const keys = { tag: this.#topic, names: TOPIC_KEYS };
    const [epoch, last, isWhole, messages] = (await redis.run(READ, keys, args)) as [
      Buffer,
      number,
      number,
      readonly Buffer[],
    ];
    return { epoch: epoch.toString(), last, isWhole: isWhole === 1, messages };
  }

  /** Of a reader that knew nothing yet, nothing is lost. */
  #begin({ epoch, last, messages }: Found): void {
    const isGap = this.#epoch !== undefined;
    this.#last = last - messages.length;
    this.#options.hub.begin(this.#topic, `${epoch}.${this.#last}`, isGap);
  }

  #accept(message: Buffer): void {
    if (this.#isClosed) return;
    const { epoch, offset, end } = placeOf(message);
    if (epoch === this.#epoch && offset <= this.#last) return;
    if (epoch !== this.#epoch || offset !== this.#last + 1) {
      this.#isBehind = true;
      // A failure shows in the next check.
      if (this.#reading === undefined) this.read().catch(() => undefined);
      return;
    }
    this.#last = offset;
    const content = decodeMessage(message.subarray(end + 1));
    this.#options.hub.message({ ...content, id: `${epoch}.${offset}`, topic: this.#topic });
  }
}
