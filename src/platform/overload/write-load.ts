import { type Clock, every } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { type AdaptiveLimit, firstAdaptiveLimit, nextAdaptiveLimit } from './adaptive-limit.ts';

export type WriteLoadOptions = {
  readonly clock: Clock;
  /** `fixed`: the threshold stays as it is; `adaptive`: it is where the limit begins. */
  readonly kind: 'fixed' | 'adaptive';
  readonly threshold: number;
  /** What an adaptive limit stays within. Default: 16 to 20,000. */
  readonly limitMin?: number;
  readonly limitMax?: number;
  readonly onError: (error: unknown) => void;
};

/** How long two halves of a pair of the adaptive limit last. */
const WINDOW_MS = 1_000;
/** Below this share of the limit the process is calm. */
const CALM_SHARE = 0.8;
/** So long it must be calm before writes go direct again. */
const CALM_MS = 2_000;

/**
 * How many writes are under way in this process, against a limit that is fixed or adapts. Replays of the request queue
 * count like writes that came just now.
 */
export class WriteLoad {
  readonly lifecycle: Lifecycle;
  readonly #options: WriteLoadOptions;
  #underWay = 0;
  #adaptive: AdaptiveLimit;
  /** Requests under way, times the milliseconds that they were. */
  #area = 0;
  #areaAtMs: number;
  #answered = 0;
  #wasFull = false;
  #calmSinceMs: number;

  constructor(options: WriteLoadOptions) {
    this.#options = options;
    this.#adaptive = firstAdaptiveLimit(options.threshold);
    this.#areaAtMs = options.clock.now();
    this.#calmSinceMs = this.#areaAtMs;
    const { clock, kind, onError } = options;
    let cancel = () => {};
    this.lifecycle = createLifecycle('write load', {
      start: () => {
        if (kind === 'adaptive')
          cancel = every(clock, WINDOW_MS, async () => this.endWindow(), onError, { unref: true });
      },
      stop: () => cancel(),
    });
  }

  get underWay(): number {
    return this.#underWay;
  }

  get limit(): number {
    return this.#options.kind === 'fixed' ? this.#options.threshold : this.#adaptive.limit;
  }

  /** How many more may be under way; somebody who wants one and finds none says so by this question. */
  room(): number {
    const room = Math.max(0, this.limit - this.#underWay);
    if (room === 0) this.#wasFull = true;
    return room;
  }

  /** Whether it has been well below the limit for a while. */
  isCalm(): boolean {
    this.#look();
    return this.#options.clock.now() - this.#calmSinceMs >= CALM_MS;
  }

  enter(): void {
    this.#measure();
    this.#underWay++;
    this.#look();
  }

  leave(): void {
    this.#look();
    this.#measure();
    this.#underWay--;
    this.#answered++;
  }

  /** Ends a window of the adaptive limit; called once a second. */
  endWindow(): void {
    this.#measure();
    const { limitMin = 16, limitMax = 20_000 } = this.#options;
    const window = {
      underWay: this.#area / WINDOW_MS,
      answeredPerSecond: this.#answered / (WINDOW_MS / 1_000),
      wasFull: this.#wasFull,
    };
    this.#adaptive = nextAdaptiveLimit(this.#adaptive, window, { limitMin, limitMax });
    this.#area = 0;
    this.#answered = 0;
    this.#wasFull = false;
  }

  #measure(): void {
    const now = this.#options.clock.now();
    this.#area += this.#underWay * (now - this.#areaAtMs);
    this.#areaAtMs = now;
  }

  #look(): void {
    if (this.#underWay >= CALM_SHARE * this.limit) this.#calmSinceMs = this.#options.clock.now();
  }
}
