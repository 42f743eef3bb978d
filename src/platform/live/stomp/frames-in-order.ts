import type { Frame } from './frame.ts';
import type { Connection } from './transports.ts';

/** Works through frames one at a time, in order. While one takes time, nothing more is read from the connection. */
export class FramesInOrder {
  readonly #transport: Pick<Connection, 'pause' | 'resume'>;
  readonly #work: (frame: Frame) => Promise<void> | undefined;
  /** What had been read already when it was paused. */
  #waiting: Frame[] = [];
  #isBusy = false;
  #isEnded = false;

  /** `work` answers with a promise, which does not reject, where it takes time. */
  constructor(
    transport: Pick<Connection, 'pause' | 'resume'>,
    work: (frame: Frame) => Promise<void> | undefined,
  ) {
    this.#transport = transport;
    this.#work = work;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  take(frame: Frame): void {
    if (this.#isEnded) return;
    if (this.#isBusy) {
      // What is kept must not be a view of a buffer that is read into.
      this.#waiting.push({ ...frame, body: Buffer.from(frame.body) });
      return;
    }
    const work = this.#work(frame);
    if (work === undefined) return;
    this.#isBusy = true;
    this.#transport.pause();
    void work.then(() => this.#goOn());
  }

  #goOn(): void {
    this.#isBusy = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const frame of waiting) this.take(frame);
    if (!this.#isBusy) this.#transport.resume();
  }

  /** Nothing more is worked on. */
  end(): void {
    this.#isEnded = true;
    this.#waiting = [];
  }
}
