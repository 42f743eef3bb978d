import { Arrivals } from './arrivals.ts';
import { nowMs } from './clock.ts';
import { NoAnswer } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { ClosedLoad, LoadOrder, OpenLoad } from './load-order.ts';
import { judgeNoAnswer, type Verdict } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import type { HttpAnswer } from './response-parser.ts';
import type { Ticker } from './ticker.ts';
import type { Share, Traffic, Visitor } from './traffic.ts';

export type Generation = {
  readonly traffic: Traffic;
  readonly pool: ConnectionPool;
  readonly order: LoadOrder;
  readonly share: Share;
  /** Attempts with smaller numbers were made before. */
  readonly firstIndex: number;
  /** On the clock that all processes share. */
  readonly startAtMs: number;
  /** How long the last answers may take after the last arrival. */
  readonly drainMs: number;
  readonly recorder: Recorder;
  readonly ticker: Ticker;
  readonly signal: AbortSignal;
};

/** The loop is woken so long before the next arrival, about as long as that takes, and turns until it is due. */
const WAKE_EARLY_MS = 0.2;
/** An abort is seen after so long at most. */
const NAP_MS_MAX = 100;
/** Above this rate the arrivals of a ms leave together, when a timer goes off. */
const PUNCTUAL_PER_SECOND_MAX = 4_000;
/** Arrivals that are sent before answers are read again. */
const SENT_IN_A_ROW_MAX = 256;
/** Attempts that may wait for a connection; people beyond it are counted as errors, not kept. */
const WAITING_MAX = 500_000;
/** Of how many attempts one has its moment kept, should it win. */
const MARKED_EVERY = 50;

/**
 * Offers a load and takes down what comes of it.
 * @returns the number of the first attempt that was not made
 */
export async function generate(generation: Generation): Promise<number> {
  const load = new Load(generation);
  return load.run();
}

class Load {
  readonly #generation: Generation;
  readonly #over = Promise.withResolvers<void>();
  #inFlight = 0;
  #offering = true;
  #abandoned = false;
  #nextIndex: number;

  constructor(generation: Generation) {
    this.#generation = generation;
    this.#nextIndex = generation.firstIndex;
  }

  async run(): Promise<number> {
    const { order, signal, recorder } = this.#generation;
    await sleepUntil(this.#generation.startAtMs, signal);
    if (order.loop === 'open') await this.#offerOpen(order);
    else await this.#offerClosed(order);
    this.#offering = false;
    recorder.offeringEnded(this.#now());
    await this.#drain();
    return this.#nextIndex;
  }

  #now(): number {
    return nowMs() - this.#generation.startAtMs;
  }

  /** Every arrival leaves at its moment or, where this process is late, with its lateness counted. */
  #offerOpen({ arrivals: plan }: OpenLoad): Promise<void> {
    const { share, firstIndex, traffic, signal, startAtMs, ticker } = this.#generation;
    const arrivals = new Arrivals(plan);
    const perSecond = Math.max(
      ...plan.segments.map((segment) => Math.max(segment.fromPerSecond, segment.toPerSecond)),
    );
    const isPunctual = perSecond / share.of <= PUNCTUAL_PER_SECOND_MAX;
    let arrivalNo = -1;
    const nextArrival = (): number => {
      let time: number;
      do {
        time = arrivals.next();
        arrivalNo++;
      } while (arrivalNo % share.of !== share.no && time !== Number.POSITIVE_INFINITY);
      return time;
    };
    return new Promise((resolve) => {
      let due = nextArrival();
      const turn = (): void => {
        let now = this.#now();
        for (let sent = 0; due <= now && sent < SENT_IN_A_ROW_MAX; sent++) {
          const index = firstIndex + arrivalNo;
          if (signal.aborted || index >= traffic.count) return resolve();
          this.#begin(index, due);
          due = nextArrival();
        }
        if (due === Number.POSITIVE_INFINITY || signal.aborted) return resolve();
        now = this.#now();
        const napMs = Math.min(NAP_MS_MAX, due - now - WAKE_EARLY_MS);
        if (!isPunctual && due > now) setTimeout(turn, Math.max(1, napMs));
        else if (napMs <= 0) setImmediate(turn);
        else ticker.wakeAt(startAtMs + now + napMs, turn);
      };
      turn();
    });
  }

  /** A number of people, each of whom tries again as soon as the last attempt is answered. */
  async #offerClosed({ concurrency, durationMs }: ClosedLoad): Promise<void> {
    const { share, firstIndex, traffic, signal } = this.#generation;
    const people = Math.floor(concurrency / share.of) + (share.no < concurrency % share.of ? 1 : 0);
    let made = 0;
    const chains = Array.from({ length: people }, async () => {
      for (;;) {
        const index = firstIndex + share.no + made++ * share.of;
        const now = this.#now();
        if (now >= durationMs || signal.aborted || index >= traffic.count || this.#abandoned) return;
        await new Promise<void>((resolve) => this.#begin(index, now, resolve));
      }
    });
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.resolve(), durationMs);
    const stop = () => late.resolve();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([Promise.all(chains), late.promise]);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }

  #begin(index: number, intendedMs: number, onEnd?: () => void): void {
    const { traffic, recorder, pool } = this.#generation;
    recorder.offered(intendedMs, this.#now());
    if (index >= this.#nextIndex) this.#nextIndex = index + 1;
    this.#inFlight++;
    const end = (verdict: Verdict): void => {
      if (this.#abandoned) return;
      recorder.ended(verdict, intendedMs, this.#now());
      if (verdict.outcome === 'won' && index % MARKED_EVERY === 0) recorder.mark(index, nowMs());
      this.#inFlight--;
      if (this.#inFlight === 0 && !this.#offering) this.#over.resolve();
      onEnd?.();
    };
    if (traffic.kind === 'journeys') {
      traffic.walk(this.#visitor(), index).then(end, (error: unknown) => end(judgeThrown(error)));
    } else if (pool.waiting >= WAITING_MAX) {
      end({ outcome: 'error', kind: 'generator full' });
    } else {
      const left = pool.submit({
        request: () => traffic.request(index),
        onAnswer: (answer) => end(traffic.judge(answer, index)),
        onFailure: (failure) => end(judgeNoAnswer(failure)),
      });
      if (!left) recorder.waitedForConnection();
    }
  }

  #visitor(): Visitor {
    const { pool, recorder, signal } = this.#generation;
    return {
      send: (step, request) =>
        new Promise<HttpAnswer>((resolve, reject) => {
          const sentMs = this.#now();
          const taken =
            <T>(settle: (value: T) => void) =>
            (value: T) => {
              recorder.step(step, this.#now() - sentMs);
              settle(value);
            };
          pool.submit({ request: () => request, onAnswer: taken(resolve), onFailure: taken(reject) });
        }),
      wait: (ms) => sleepUntil(nowMs() + ms, signal),
      get stopped() {
        return signal.aborted;
      },
    };
  }

  /** Waits for the last answers; those that do not come in time are errors. */
  async #drain(): Promise<void> {
    if (this.#inFlight > 0) {
      const timer = setTimeout(() => this.#over.resolve(), this.#generation.drainMs);
      await this.#over.promise;
      clearTimeout(timer);
    }
    this.#abandoned = true;
    const now = this.#now();
    for (; this.#inFlight > 0; this.#inFlight--) {
      this.#generation.recorder.ended({ outcome: 'error', kind: 'no answer by the end' }, now, now);
    }
  }
}

function judgeThrown(error: unknown): Verdict {
  if (error instanceof NoAnswer) return judgeNoAnswer(error);
  return { outcome: 'error', kind: error instanceof Error ? error.message.slice(0, 80) : 'unknown' };
}

/** Ends early when the signal comes. */
function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  const ms = atMs - nowMs();
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
