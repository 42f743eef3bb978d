import type { Clock } from '../../../kernel/clock.ts';

/** So little is waited for. */
const WAIT_MS_MAX = 1_000;

/**
 * The time that is recorded in lines. It never goes back, not even over a restart after which the machine's
 * clock is behind what was recorded: it then goes on from there, ahead of the machine by the difference, so
 * that windows that were full keep their admissions and empty as time passes.
 */
export class LineClock {
  readonly #clock: Clock;
  #aheadMs = 0;
  #floor = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    const nowMs = this.#clock.now() + this.#aheadMs;
    if (nowMs > this.#floor) this.#floor = nowMs;
    return this.#floor;
  }

  /** From now on no time before `ms`, which lies at most some milliseconds ahead. */
  notBefore(ms: number): void {
    if (ms > this.#floor) this.#floor = ms;
  }

  /** What was recorded ends at `ms`. @returns how far the clock had to be put ahead of the machine's by this */
  continueFrom(ms: number): number {
    const missingMs = ms - this.now();
    if (missingMs <= WAIT_MS_MAX) {
      this.notBefore(ms);
      return 0;
    }
    this.#aheadMs += missingMs;
    return missingMs;
  }
}

/**
 * The time in which silence is measured: it stands still while nobody could have been seen, because the process
 * was suspended or its store away.
 */
export class PresenceClock {
  readonly #stallMs: number;
  #lastStepAt = 0;
  #stalledMs = 0;

  /** A pause between steps that is longer than `stallMs` does not count. */
  constructor(stallMs: number) {
    this.#stallMs = stallMs;
  }

  /** How far the time of presence lies behind. */
  get stalledMs(): number {
    return this.#stalledMs;
  }

  /** The time of presence at a moment of the line's. */
  at(nowMs: number): number {
    return nowMs - this.#stalledMs;
  }

  /** The line's clock was put ahead by so much, which is nobody's silence. */
  skip(ms: number): void {
    this.#stalledMs += ms;
  }

  step(nowMs: number): void {
    const pauseMs = nowMs - this.#lastStepAt;
    if (this.#lastStepAt > 0 && pauseMs > this.#stallMs) this.#stalledMs += pauseMs;
    this.#lastStepAt = nowMs;
  }
}
