import { jsonContent, LiveMessage } from '../message.ts';
import type { Outbox, OutboxItem } from '../outbox.ts';
import type { Ending, LiveSubscriber } from '../topic.ts';
import type { StompVersion } from './frame.ts';
import { MESSAGE_REST, messageHead, sharedMessageHead } from './message.ts';

export type AckMode = 'auto' | 'client' | 'client-individual';

/** What becomes of a message of a queue that was handed out. */
export type Settle = {
  /** It has arrived, as far as its subscriber's mode asks. */
  readonly done: () => void;
  /** It goes to somebody else, or to the same subscriber again. */
  readonly back: () => void;
};

type SubscriptionOptions = {
  readonly id: string;
  readonly destination: string;
  readonly mode: AckMode;
  /** Messages of a queue that may be unacknowledged at once. */
  readonly prefetch: number;
  readonly version: StompVersion;
  readonly outbox: Outbox;
  /** The connection does not take what may not be dropped: the session ends. */
  readonly onOverflow: () => void;
};

/** What a subscriber of a topic may leave unacknowledged, since each is remembered. */
const UNACKNOWLEDGED_MAX = 10_000;

/** A topic asks for acknowledgement only because its subscriber does: nothing hangs on it. */
const NOTHING: Settle = { done: () => undefined, back: () => undefined };

/** What one session wants of one destination, with what it has not acknowledged. */
export class Subscription implements LiveSubscriber {
  readonly id: string;
  readonly destination: string;
  readonly #options: SubscriptionOptions;
  readonly #head: Buffer;
  /** By the id that ACK names, in order of delivery. */
  readonly #unacknowledged = new Map<string, Settle>();
  #deliveries = 0;
  #isEnded = false;
  /** Set by a resumption, told with the first message after it. */
  recovered: boolean | undefined;
  /** Runs when there is room for more of a queue. */
  onRoom: () => void = () => undefined;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.id = options.id;
    this.destination = options.destination;
    this.#head = sharedMessageHead(options.id, options.destination, options.version);
  }

  get prefetch(): number {
    return this.#options.prefetch;
  }

  /** Whether a queue may hand out another message to it. */
  get hasRoom(): boolean {
    if (this.#isEnded || !this.#options.outbox.hasRoom) return false;
    return this.#options.mode === 'auto' || this.#unacknowledged.size < this.#options.prefetch;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  deliver(message: LiveMessage, key?: string): void {
    if (this.#isEnded) return;
    const { mode, version, outbox, onOverflow } = this.#options;
    if (this.#unacknowledged.size >= UNACKNOWLEDGED_MAX) return onOverflow();
    const rest = message.as(MESSAGE_REST[version]);
    let item: OutboxItem = { head: this.#head, rest };
    // What says that something is missing is not replaced by what comes after it.
    if (mode !== 'auto' || this.recovered !== undefined)
      item = { head: this.#headOf(message, NOTHING, false), rest };
    else if (key !== undefined) item = { ...item, key: `${this.id} ${key}` };
    if (!outbox.push(item)) onOverflow();
  }

  /** Hands out a message of a queue. */
  handOut(message: LiveMessage, settle: Settle, isAgain: boolean): void {
    if (this.#isEnded) return settle.back();
    const { mode, version, outbox } = this.#options;
    const rest = message.as(MESSAGE_REST[version]);
    const head = mode === 'auto' && !isAgain ? this.#head : this.#headOf(message, settle, isAgain);
    const onDone = (wasSent: boolean): void => (wasSent ? settle.done() : settle.back());
    if (outbox.push(mode === 'auto' ? { head, rest, onDone } : { head, rest })) return;
    if (mode === 'auto') settle.back();
    this.#options.onOverflow();
  }

  /** Tells the subscriber that nothing more comes. UNSUBSCRIBE is left to the client. */
  end(ending: Ending): void {
    if (this.#isEnded) return;
    this.deliver(new LiveMessage(`${this.id}.closed`, jsonContent('closed', ending)));
    this.leave();
  }

  #headOf(message: LiveMessage, settle: Settle, isAgain: boolean): Buffer {
    const { mode, version } = this.#options;
    const headers: Record<string, string> = { subscription: this.id, destination: this.destination };
    if (mode !== 'auto') {
      // Only 1.2 names a delivery; before it a message is acknowledged by its own id.
      this.#deliveries += 1;
      const ack = version === '1.2' ? `${this.id}.${this.#deliveries}` : message.id;
      if (version === '1.2') headers['ack'] = ack;
      this.#unacknowledged.set(ack, settle);
    }
    if (isAgain) headers['redelivered'] = 'true';
    if (this.recovered !== undefined) headers['recovered'] = String(this.recovered);
    this.recovered = undefined;
    return messageHead(headers, version);
  }

  /**
   * ACK or NACK of the delivery `ack`; in mode `client` all before it as well.
   * @returns false where there is none
   */
  settle(ack: string, outcome: 'done' | 'back'): boolean {
    if (!this.#unacknowledged.has(ack)) return false;
    const settled: Settle[] = [];
    for (const [id, delivery] of this.#unacknowledged) {
      if (this.#options.mode === 'client-individual' && id !== ack) continue;
      this.#unacknowledged.delete(id);
      settled.push(delivery);
      if (id === ack) break;
    }
    for (const delivery of settled) delivery[outcome]();
    this.onRoom();
    return true;
  }

  /** Nothing more is delivered, and what was not acknowledged goes to others. */
  leave(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const left = [...this.#unacknowledged.values()];
    this.#unacknowledged.clear();
    for (const delivery of left) delivery.back();
  }
}
