import type { Message } from './message.ts';
import type { Subscription } from './subscription.ts';

const KEPT_MESSAGES_MAX = 1_024;
const KEPT_BYTES_MAX = 1_048_576;

/** Where a subscriber wants to go on: `epoch.offset` as a message told it. */
export type Place = { readonly epoch: string; readonly offset: number };

/** Reads what a client sends back. @returns undefined where it is no place */
export function readPlace(text: string): Place | undefined {
  const match = /^([\w-]{1,64})\.(\d{1,15})$/.exec(text);
  return match === null ? undefined : { epoch: match[1] as string, offset: Number(match[2]) };
}

/**
 * A topic: every message goes to every subscriber, in order. The last ones are kept, so that who was away for a moment
 * gets what it missed; who was away for longer is told so.
 */
export class Topic {
  readonly #epoch: string;
  readonly #subscribers = new Set<Subscription>();
  /** The last messages; `#offset` is that of the newest. */
  #kept: Message[] = [];
  #keptBytes = 0;
  #offset = 0;

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** The `offset` header of the next message. */
  nextOffset(): string {
    return `${this.#epoch}.${this.#offset + 1}`;
  }

  /** With `place`, what came after it first, or the word that it is not to be had. */
  add(subscriber: Subscription, place: Place | undefined): void {
    this.#subscribers.add(subscriber);
    if (place === undefined) return;
    const missed = place.epoch === this.#epoch ? this.#offset - place.offset : -1;
    const isKnown = missed >= 0 && missed <= this.#kept.length;
    subscriber.recovered = isKnown;
    if (isKnown && missed > 0) for (const message of this.#kept.slice(-missed)) subscriber.deliver(message);
  }

  remove(subscriber: Subscription): void {
    this.#subscribers.delete(subscriber);
    subscriber.end();
  }

  /** `message` has the offset that {@link nextOffset} gave. */
  publish(message: Message): void {
    this.#offset += 1;
    this.#keep(message);
    for (const subscriber of this.#subscribers) subscriber.deliver(message);
  }

  #keep(message: Message): void {
    this.#kept.push(message);
    this.#keptBytes += message.bytes;
    if (this.#kept.length < KEPT_MESSAGES_MAX * 2 && this.#keptBytes <= KEPT_BYTES_MAX * 2) return;
    let { length } = this.#kept;
    let bytes = 0;
    while (length > 0 && this.#kept.length - length < KEPT_MESSAGES_MAX) {
      bytes += (this.#kept[length - 1] as Message).bytes;
      if (bytes > KEPT_BYTES_MAX) break;
      length -= 1;
    }
    this.#kept = this.#kept.slice(length);
    this.#keptBytes = this.#kept.reduce((sum, kept) => sum + kept.bytes, 0);
  }
}
