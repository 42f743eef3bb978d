import type { LiveMessage } from '../message.ts';
import { StompError } from './frame.ts';
import type { Subscription } from './subscription.ts';

const MESSAGES_MAX = 100_000;
const BYTES_MAX = 64 * 1_048_576;

/** `place` counts the messages of the queue: whatever comes back, and when, goes out in that order. */
type Waiting = { readonly message: LiveMessage; readonly place: number; readonly isAgain: boolean };

/**
 * A queue with competing consumers: a message goes to one of them, in turn, and to another one where it comes back. It
 * keeps what nobody has read, in order, up to a bound.
 */
export class Queue {
  /** Shared with all other queues. */
  readonly #room: { bytesLeft: number };
  readonly #consumers: Subscription[] = [];
  /** In order, from `#first` on. */
  #waiting: Waiting[] = [];
  #first = 0;
  #places = 0;
  /** What came back goes out before it; the next one stands last. */
  readonly #returned: Waiting[] = [];
  #count = 0;
  #bytes = 0;
  #turn = 0;
  #isHandingOut = false;

  constructor(room: { bytesLeft: number }) {
    this.#room = room;
  }

  /** Nobody listens and nothing is kept. */
  get isIdle(): boolean {
    return this.#consumers.length === 0 && this.#count === 0;
  }

  add(consumer: Subscription): void {
    this.#consumers.push(consumer);
    consumer.onRoom = () => this.handOut();
    this.handOut();
  }

  remove(consumer: Subscription): void {
    const at = this.#consumers.indexOf(consumer);
    if (at >= 0) this.#consumers.splice(at, 1);
    consumer.leave();
    this.handOut();
  }

  /** @throws StompError `queue_full` at 100,000 messages or 64 MiB that nobody has read */
  put(message: LiveMessage): void {
    const isFull = this.#count >= MESSAGES_MAX || this.#bytes + message.bytes > BYTES_MAX;
    if (isFull || message.bytes > this.#room.bytesLeft)
      throw new StompError('queue_full', 'The queue keeps as many messages as it can.');
    this.#count += 1;
    this.#take(message.bytes);
    this.#places += 1;
    this.#waiting.push({ message, place: this.#places, isAgain: false });
    this.handOut();
  }

  /** Gives out what waits to those who have room. Not reentrant: a delivery may make room, which is seen by the loop. */
  handOut(): void {
    if (this.#isHandingOut) return;
    this.#isHandingOut = true;
    try {
      while (this.#returned.length > 0 || this.#first < this.#waiting.length) {
        const consumer = this.#nextWithRoom();
        if (consumer === undefined) break;
        this.#giveTo(consumer, this.#next());
      }
    } finally {
      this.#isHandingOut = false;
    }
  }

  #take(bytes: number): void {
    this.#bytes += bytes;
    this.#room.bytesLeft -= bytes;
  }

  #nextWithRoom(): Subscription | undefined {
    const { length } = this.#consumers;
    for (let step = 0; step < length; step += 1) {
      const at = (this.#turn + step) % length;
      const consumer = this.#consumers[at];
      if (consumer?.hasRoom !== true) continue;
      this.#turn = at + 1;
      return consumer;
    }
    return undefined;
  }

  #next(): Waiting {
    const back = this.#returned.pop();
    if (back !== undefined) return back;
    const next = this.#waiting[this.#first] as Waiting;
    this.#first += 1;
    // Half of it is behind us: then moving the rest costs no more than what was taken.
    if (this.#first > 1_024 && this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return next;
  }

  #giveTo(consumer: Subscription, { message, place, isAgain }: Waiting): void {
    let isSettled = false;
    const once = (run: () => void) => () => {
      if (isSettled) return;
      isSettled = true;
      run();
    };
    const done = once(() => {
      this.#count -= 1;
      this.#take(-message.bytes);
    });
    const back = once(() => {
      const after = this.#returned.findLastIndex((other) => other.place > place);
      this.#returned.splice(after + 1, 0, { message, place, isAgain: true });
      // In the next turn: several may come back one after the other.
      queueMicrotask(() => this.handOut());
    });
    consumer.handOut(message, { done, back }, isAgain);
  }
}
