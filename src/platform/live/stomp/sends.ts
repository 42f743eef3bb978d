import type { Frame } from './frame.ts';

/** What one session may have under way to other instances before its next frame waits. */
const UNDER_WAY_MAX = 256;

/**
 * What one session has sent that is not on its way to other instances yet. A receipt waits for all of it; without one the
 * session goes on, until too much is under way.
 */
export class Sends {
  readonly #onFailure: (error: unknown, frame: Frame) => void;
  #underWay = 0;
  #last: Promise<void> | undefined;

  constructor(onFailure: (error: unknown, frame: Frame) => void) {
    this.#onFailure = onFailure;
  }

  /** @returns what the session waits for */
  add(frame: Frame, sent: Promise<void> | undefined): Promise<void> | undefined {
    if (sent === undefined) return undefined;
    this.#underWay += 1;
    const settled = this.#follow(frame, sent);
    this.#last = settled;
    return this.#underWay > UNDER_WAY_MAX ? settled : undefined;
  }

  /** Settles when nothing is under way; undefined where nothing is. */
  settled(): Promise<void> | undefined {
    return this.#underWay > 0 ? this.#last : undefined;
  }

  async #follow(frame: Frame, sent: Promise<void>, before = this.#last): Promise<void> {
    try {
      await sent;
    } catch (error) {
      this.#onFailure(error, frame);
    }
    await before;
    this.#underWay -= 1;
  }
}
