import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import { Pause } from './pause.ts';
import { type FeedLane, type FeedPage, OffsetLostFault, type TailPage } from './ports.ts';
import { RecentEvents } from './recent-events.ts';

export type TailReaderOptions = {
  readonly lane: FeedLane;
  readonly clock: Clock;
  readonly random: Random;
  /** How often the lane is asked when nobody notifies: the delay of other processes' events. */
  readonly pollMs: number;
  /** Reads are at least so far apart, so that under load they find batches. */
  readonly readIntervalMs: number;
  /** Events kept decoded for the consumers that keep up; 0: events are read for each consumer when it wants them. */
  readonly recentMax: number;
  readonly backoff: Backoff;
  readonly onError: (error: unknown) => void;
};

/** Reads the end of a lane once for all consumers of this process. */
export class TailReader {
  readonly #options: TailReaderOptions;
  readonly #recent: RecentEvents;
  readonly #types = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #news: Pause;
  readonly #rest: Pause;
  #horizon = 0;
  #eventsRead = 0;
  #stopped = true;
  #running: Promise<void> = Promise.resolve();
  /** Those who want a read that begins after their asking. */
  #asked: PromiseWithResolvers<void> | undefined;
  #lastReadMs = 0;

  constructor(options: TailReaderOptions) {
    this.#options = options;
    this.#recent = new RecentEvents(options.recentMax);
    this.#news = new Pause(options.clock);
    this.#rest = new Pause(options.clock);
  }

  /** Everything up to here is final and has been read. */
  get horizon(): number {
    return this.#horizon;
  }

  /** How far the lane has been read beyond an offset, in events. */
  lagOf(offset: number): number {
    if (offset >= this.#horizon) return 0;
    return this.#options.lane.countBetween?.(offset, this.#horizon) ?? this.#horizon - offset;
  }

  /** Events of whatever type that were found since the start. */
  get eventsRead(): number {
    return this.#eventsRead;
  }

  async start(): Promise<void> {
    this.#horizon = await this.#options.lane.open();
    this.#recent.clear();
    this.#stopped = false;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#news.wake();
    this.#rest.wake();
    await this.#running;
    this.#asked?.reject(new Error('the event feed has stopped'));
    this.#asked = undefined;
  }

  notify(): void {
    this.#news.wake();
  }

  /** Makes sure that events of these types are among those that are kept. */
  want(types: Iterable<string>): void {
    if (this.#options.recentMax === 0) return;
    const before = this.#types.size;
    for (const type of types) this.#types.add(type);
    if (this.#types.size > before) this.#recent.clear();
  }

  /** Calls back whenever the horizon has moved, until told to stop. */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The horizon after a read that began after this call. */
  async refresh(): Promise<number> {
    if (!this.#stopped) {
      this.#asked ??= Promise.withResolvers();
      this.#news.wake();
      await this.#asked.promise;
    }
    return this.#horizon;
  }

  read(after: number, types: ReadonlySet<string>, limit: number): FeedPage | undefined {
    return this.#recent.read(after, types, limit);
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      try {
        const againMs = await this.#readOnce();
        failures = 0;
        if (againMs !== 0) await this.#news.sleep(againMs ?? this.#options.pollMs);
        await this.#keepInterval();
      } catch (error) {
        this.#options.onError(error);
        await this.#rest.sleep(backoffMs(++failures, this.#options.backoff, this.#options.random));
      }
    }
  }

  async #readOnce(): Promise<number | undefined> {
    const asked = this.#asked;
    this.#asked = undefined;
    this.#lastReadMs = this.#options.clock.now();
    try {
      const typesBefore = this.#types.size;
      const page = await this.#options.lane
        .readTail(this.#horizon, this.#types)
        .catch((error: unknown) => this.#skipLost(error));
      // A type that was asked for meanwhile is missing in this page.
      if (page.end > this.#horizon && this.#types.size === typesBefore) this.#recent.push(page);
      else if (page.end > this.#horizon) this.#recent.clear();
      this.#eventsRead += page.size;
      this.#advanceTo(page.end);
      asked?.resolve();
      return page.againMs;
    } catch (error) {
      asked?.reject(error);
      throw error;
    }
  }

  /** Goes on behind what is lost; whose place that was finds out by itself. */
  async #skipLost(error: unknown): Promise<TailPage> {
    if (!(error instanceof OffsetLostFault)) throw error;
    this.#options.onError(error);
    const end = await this.#options.lane.open();
    if (end <= this.#horizon) throw error;
    this.#recent.clear();
    this.#advanceTo(end);
    return this.#options.lane.readTail(end, this.#types);
  }

  #advanceTo(end: number): void {
    if (end <= this.#horizon) return;
    this.#horizon = end;
    for (const listener of this.#listeners) listener();
  }

  async #keepInterval(): Promise<void> {
    const restMs = this.#lastReadMs + this.#options.readIntervalMs - this.#options.clock.now();
    if (restMs > 0 && !this.#stopped) await this.#rest.sleep(restMs);
  }
}
