import type { Cancel, Clock } from '../../kernel/clock.ts';

/** A wait that can be cut short. A wake that comes while nobody waits ends the next wait at once. */
export class Pause {
  readonly #clock: Clock;
  #woken = false;
  #end: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits until woken, or for `ms`; without it only until woken. One waiter at a time. */
  sleep(ms?: number): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      let cancel: Cancel | undefined;
      this.#end = () => {
        cancel?.();
        this.#end = undefined;
        resolve();
      };
      if (ms !== undefined) cancel = this.#clock.after(ms, this.#end);
    });
  }

  wake(): void {
    if (this.#end) this.#end();
    else this.#woken = true;
  }
}
