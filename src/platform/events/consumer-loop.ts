import type { Clock } from '../../kernel/clock.ts';
import { isAway, isRetryable } from '../../kernel/faults.ts';
import type { Random } from '../../kernel/random.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import { BatchWindow } from './batch-window.ts';
import type { CatchUp } from './catch-up.ts';
import type { Delivery } from './delivery.ts';
import { causeOf, describeError } from './describe-error.ts';
import type { ConsumerFailure } from './feed.ts';
import { Milestones } from './milestones.ts';
import { Pause } from './pause.ts';
import {
  type FeedLane,
  type FeedPage,
  OffsetLostFault,
  type ParkedFailure,
  type StepOutcome,
} from './ports.ts';
import { attemptsOf } from './retry.ts';
import type { TailReader } from './tail-reader.ts';

/** What a consumer did with one stretch of a lane, for metrics and logs. */
export type DeliveryObservation = {
  readonly consumer: string;
  readonly events: number;
  readonly runMs: number;
  readonly outcome: 'ok' | 'failed';
  readonly error?: unknown;
};

export type ConsumerLoopOptions = {
  readonly tail: Pick<TailReader, 'horizon' | 'want' | 'onAdvance' | 'read'>;
  readonly lane: Pick<FeedLane, 'readPage'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly batchMax: number;
  readonly backoff: Backoff;
  /** How long a process that found another one at work leaves the consumer to it. */
  readonly standbyMs: number;
  /** How often an offset is saved that moved past events of others only. */
  readonly saveIntervalMs: number;
  readonly onError: (error: unknown, consumer: string) => void;
  readonly observe: (observation: DeliveryObservation) => void;
  /** What is done where the lane has lost what comes next; undefined where that is a failure. */
  readonly catchUp?: CatchUp | undefined;
  /** Hears of events that were parked, after the commit. */
  readonly onParked: (consumer: string, parked: readonly ParkedFailure[]) => void;
};

/** Runs one consumer in one lane: page after page, in order, one at a time, each until it has taken effect. */
export class ConsumerLoop {
  readonly #delivery: Delivery;
  readonly #options: ConsumerLoopOptions;
  readonly #window: BatchWindow;
  readonly #news: Pause;
  readonly #rest: Pause;
  readonly #milestones = new Milestones();
  #running: Promise<void> | undefined;
  #offset = -1;
  #lastSaveMs: number;
  #failure: ConsumerFailure | undefined;
  /** How often in a row the stretch at hand has failed by itself, without anything being away. */
  #tries = 0;
  #isParkingDue = false;
  /** What was parked lately for good: another event that fails with it needs no further tries. */
  readonly #knownCauses = new Set<string>();
  #stopped = false;
  /** Catches up by the store meanwhile. */
  #inner: ConsumerLoop | undefined;

  constructor(delivery: Delivery, options: ConsumerLoopOptions) {
    this.#delivery = delivery;
    this.#options = options;
    this.#window = new BatchWindow(options.batchMax);
    this.#news = new Pause(options.clock);
    this.#rest = new Pause(options.clock);
    this.#lastSaveMs = options.clock.now();
  }

  /** Begins to deliver; the tail must have been opened. */
  begin(): void {
    if (this.#running || this.#stopped) return;
    const { tail } = this.#options;
    tail.want(this.#delivery.types);
    const forget = tail.onAdvance(() => this.#news.wake());
    this.#running = this.#run().finally(forget);
  }

  get name(): string {
    return this.#delivery.name;
  }

  get offset(): number {
    return Math.max(0, this.#offset);
  }

  get failure(): ConsumerFailure | undefined {
    return this.#inner?.failure ?? this.#failure;
  }

  reached(offset: number): Promise<void> {
    return this.#milestones.wait(offset, this.#offset);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#news.wake();
    this.#rest.wake();
    await this.#inner?.stop();
    await this.#running;
    this.#milestones.abandon(new Error(`the consumer ${this.name} has stopped`));
  }

  async #run(): Promise<void> {
    let loaded = false;
    let lost: CatchUp | undefined;
    while (!this.#stopped) {
      try {
        if (!loaded) await this.#load();
        loaded = true;
        if (lost) await this.#catchUp(lost);
        lost = undefined;
        if (!(await this.#step())) await this.#news.sleep();
      } catch (error) {
        if (error instanceof OffsetLostFault && this.#options.catchUp) lost = this.#options.catchUp;
        // Not the consumer's: the feed or the store is away.
        else await this.#failed(error, undefined);
      }
    }
    await this.#saveOffset().catch((error: unknown) => this.#options.onError(error, this.name));
  }

  async #load(): Promise<void> {
    const standing = await this.#delivery.load();
    this.#moveTo(standing.offset);
    this.#failure = standing.failure;
  }

  /** What the lane has lost is taken from the store; afterwards it goes on where it was read before the store was. */
  async #catchUp(catchUp: CatchUp): Promise<void> {
    const lostAt = this.#offset;
    const resumeAt = this.#options.tail.horizon;
    const end = await catchUp.lane.end();
    if (this.#stopped) return;
    const tail = { horizon: end, want() {}, onAdvance: () => () => undefined, read: () => undefined };
    const options = { ...this.#options, tail, lane: catchUp.lane, catchUp: undefined };
    this.#inner = new ConsumerLoop(catchUp.delivery(this.#delivery), options);
    this.#inner.begin();
    try {
      await this.#inner.reached(end);
    } catch (error) {
      if (!this.#stopped) throw error;
      return;
    } finally {
      await this.#inner.stop();
      this.#inner = undefined;
    }
    await this.#load();
    // Else another process was faster.
    if (this.#offset === lostAt) await this.#settle(await this.#delivery.save(resumeAt), resumeAt);
  }

  /** @returns false when there is nothing to do before the lane grows */
  async #step(): Promise<boolean> {
    const page = await this.#nextPage();
    if (!page) return false;
    if (page.events.length > 0) {
      await this.#deliver(page);
      return true;
    }
    this.#moveTo(page.end);
    const sinceMs = this.#options.clock.now() - this.#lastSaveMs;
    if (this.#failure || sinceMs >= this.#options.saveIntervalMs) {
      await this.#settle(await this.#saveOffset(), page.end);
    }
    return true;
  }

  async #nextPage(): Promise<FeedPage | undefined> {
    const { tail, lane } = this.#options;
    const after = this.#offset;
    if (after >= tail.horizon) return undefined;
    const types = this.#delivery.types;
    const limit = this.#window.size;
    return (
      tail.read(after, types, limit) ?? (await lane.readPage({ after, end: tail.horizon, types, limit }))
    );
  }

  async #deliver(page: FeedPage): Promise<void> {
    const startedAt = this.#options.clock.now();
    const report = (outcome: 'ok' | 'failed', error?: unknown) =>
      this.#options.observe({
        consumer: this.name,
        events: page.events.length,
        runMs: this.#options.clock.now() - startedAt,
        outcome,
        error,
      });
    let outcome: StepOutcome;
    try {
      outcome = this.#isParkingDue ? await this.#park(page) : await this.#delivery.deliver(page);
    } catch (error) {
      report('failed', error);
      return this.#failed(error, page);
    }
    if (outcome === 'done') {
      report('ok');
      if (!this.#isParkingDue && this.#window.size === this.#options.batchMax) this.#knownCauses.clear();
      this.#window.passed(page.end);
      this.#lastSaveMs = this.#options.clock.now();
    }
    this.#tries = 0;
    this.#isParkingDue = false;
    await this.#settle(outcome, page.end);
  }

  async #park(page: FeedPage): Promise<StepOutcome> {
    const now = this.#options.clock.now();
    const since = this.#failure?.since ?? now;
    const { outcome, parked } = await this.#delivery.deliverOrPark(page, {
      attempts: this.#tries,
      since,
      now,
    });
    if (outcome === 'done' && parked.length > 0) {
      for (const { cause } of parked) this.#knownCauses.add(cause);
      this.#options.onParked(this.name, parked);
    }
    return outcome;
  }

  async #settle(outcome: StepOutcome, end: number): Promise<void> {
    if (outcome === 'done') {
      this.#failure = undefined;
      return this.#moveTo(end);
    }
    // Another process runs this lane of the consumer. It is left to it; should it die, this one takes over.
    if (!this.#stopped) await this.#rest.sleep(this.#options.standbyMs);
    await this.#load();
  }

  #saveOffset(): Promise<StepOutcome> {
    this.#lastSaveMs = this.#options.clock.now();
    return this.#offset < 0 ? Promise.resolve('done') : this.#delivery.save(this.#offset);
  }

  async #failed(error: unknown, page: FeedPage | undefined): Promise<void> {
    const { retry } = this.#delivery;
    const narrowed = page !== undefined && this.#narrow(error, page);
    this.#failure = {
      attempts: (this.#failure?.attempts ?? 0) + 1,
      error: describeError(error),
      since: this.#failure?.since ?? this.#options.clock.now(),
      position: page?.events[0]?.position ?? this.offset + 1,
    };
    this.#options.onError(error, this.name);
    await this.#recordFailure(this.#failure);
    if (narrowed || this.#stopped || (this.#isParkingDue && this.#knownCauses.has(causeOf(error)))) return;
    const { backoff, random } = this.#options;
    await this.#rest.sleep(backoffMs(this.#failure.attempts, retry?.backoff ?? backoff, random));
  }

  /**
   * Takes the stretch that failed apart; what cannot be is tried as often as the policy says, and then parked.
   * @returns whether to go on with a smaller one at once
   */
  #narrow(error: unknown, page: FeedPage): boolean {
    if (!isAway(error)) this.#tries += 1;
    const isKnown = !isAway(error) && this.#knownCauses.has(causeOf(error));
    const isTried = this.#tries >= (isKnown ? 1 : attemptsOf(this.#delivery.retry, error) - 1);
    if ((isTried || !isRetryable(error)) && this.#window.narrow(divisible(page), page.end)) {
      this.#tries = 0;
      return true;
    }
    this.#isParkingDue = isTried && this.#tries > 0 && divisible(page) === 1;
    return false;
  }

  async #recordFailure(failure: ConsumerFailure): Promise<void> {
    try {
      await this.#delivery.recordFailure(failure);
    } catch (error) {
      this.#options.onError(error, this.name);
    }
  }

  #moveTo(offset: number): void {
    this.#offset = offset;
    this.#milestones.reached(offset);
  }
}

/** How many events a page has that can be taken apart: those of one offset stay together. */
function divisible({ events }: FeedPage): number {
  return events.at(0)?.offset === events.at(-1)?.offset ? 1 : events.length;
}
