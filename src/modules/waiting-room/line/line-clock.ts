import type { ProcessClock } from '../../../kernel/clock.ts';

/** So little is waited for. */
const WAIT_MS_MAX = 1_000;

/**
 * The time that is recorded in lines. It never goes back, not even over a restart after which the machine's clock is
 * behind what was recorded: the clock of the process then goes on from there, so that windows that were full keep
 * their admissions and empty as time passes.
 */
export class LineClock {
  readonly #clock: ProcessClock;
  #floor = 0;

  constructor(clock: ProcessClock) {
    this.#clock = clock;
  }

  now(): number {
    const nowMs = this.#clock.now();
    if (nowMs > this.#floor) this.#floor = nowMs;
    return this.#floor;
  }

  /** From now on no time before `ms`, which lies at most some milliseconds ahead. */
  notBefore(ms: number): void {
    if (ms > this.#floor) this.#floor = ms;
  }

  /** What was recorded ends at `ms`. @returns by how much time leapt */
  continueFrom(ms: number): number {
    const missingMs = ms - this.now();
    if (missingMs > WAIT_MS_MAX) this.#clock.continueFrom(ms);
    else this.notBefore(ms);
    return missingMs > WAIT_MS_MAX ? missingMs : 0;
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

  /** Time leapt by so much, which is nobody's silence. */
  skip(ms: number): void {
    this.#stalledMs += ms;
  }

  step(nowMs: number): void {
    const pauseMs = nowMs - this.#lastStepAt;
    if (this.#lastStepAt > 0 && pauseMs > this.#stallMs) this.#stalledMs += pauseMs;
    this.#lastStepAt = nowMs;
  }
}
