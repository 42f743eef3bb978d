import type { Clock } from '../../kernel/clock.ts';

/** Lets one request at a time pass for each key of this process; the others wait in line, for a while. */
export class KeySlots {
  readonly #clock: Clock;
  readonly #waitMsMax: number;
  /** Who waits for a slot that is taken, first come first. */
  readonly #waiting = new Map<string, ((mine: boolean) => void)[]>();

  constructor(clock: Clock, waitMsMax: number) {
    this.#clock = clock;
    this.#waitMsMax = waitMsMax;
  }

  /** How many keys are taken. */
  get size(): number {
    return this.#waiting.size;
  }

  /** @returns what gives the slot free again, any number of times; undefined when it took too long */
  async take(slot: string): Promise<(() => void) | undefined> {
    const line = this.#waiting.get(slot);
    if (!line) this.#waiting.set(slot, []);
    else if (!(await this.#waitIn(line))) return undefined;
    let held = true;
    return () => {
      if (held) this.#passOn(slot);
      held = false;
    };
  }

  #waitIn(line: ((mine: boolean) => void)[]): Promise<boolean> {
    return new Promise((resolve) => {
      const mine = (granted: boolean) => {
        cancel();
        resolve(granted);
      };
      const cancel = this.#clock.after(this.#waitMsMax, () => {
        line.splice(line.indexOf(mine), 1);
        resolve(false);
      });
      line.push(mine);
    });
  }

  #passOn(slot: string): void {
    const next = this.#waiting.get(slot)?.shift();
    if (next) next(true);
    else this.#waiting.delete(slot);
  }
}
