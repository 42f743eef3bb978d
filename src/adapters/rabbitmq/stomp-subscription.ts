import { LiveMessage } from '../../platform/live/message.ts';
import { isQueue } from '../../platform/live/stomp/broker.ts';
import type { Frame, ServerCommand } from '../../platform/live/stomp/frame.ts';
import type { Settle, Subscription } from '../../platform/live/stomp/subscription.ts';
import type { StompConnection } from './stomp-connection.ts';

type RelaySubscriptionOptions = {
  readonly destination: string;
  /** The header of the transaction that is open, if one is. */
  readonly transaction: () => Readonly<Record<string, string>> | undefined;
  /** More or less waits than before. */
  readonly onWaiting: () => void;
};

type Waiting = { readonly message: LiveMessage; readonly settle: Settle; readonly isAgain: boolean };

/** Holds the headers of a client's SEND, as JSON: pairs of name and value. */
export const HEADERS = 'firstcome-headers';

/** What waits for one client, beyond what its outbox holds. */
const WAITING_BYTES_MAX = 1_048_576;

/** One subscription of a client, at RabbitMQ: messages of queues are acknowledged one by one, whatever the client's mode. */
export class RelaySubscription {
  readonly id: string;
  readonly #subscription: Subscription;
  readonly #options: RelaySubscriptionOptions;
  readonly #isQueue: boolean;
  #connection: StompConnection | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** By what RabbitMQ calls the delivery. */
  readonly #unsettled = new Set<string>();
  #isAgain = false;

  constructor(id: string, subscription: Subscription, options: RelaySubscriptionOptions) {
    this.id = id;
    this.#subscription = subscription;
    this.#options = options;
    this.#isQueue = isQueue(subscription.destination);
    if (this.#isQueue) subscription.onRoom = () => this.#handOut();
  }

  get isFull(): boolean {
    return this.#waitingBytes > WAITING_BYTES_MAX;
  }

  /** Also again, on another connection. @throws UnavailableFault */
  async begin(connection: StompConnection): Promise<void> {
    this.#connection = connection;
    // What was told meanwhile is not known: the next message says so.
    if (this.#isAgain && !this.#isQueue) this.#subscription.recovered = false;
    this.#isAgain = true;
    const { destination } = this.#options;
    const mode = this.#isQueue
      ? { ack: 'client-individual', 'prefetch-count': String(this.#subscription.prefetch) }
      : { ack: 'auto' };
    await connection.request('SUBSCRIBE', { id: this.id, destination, ...mode });
  }

  take({ headers, body }: Frame<ServerCommand>): void {
    const message = new LiveMessage(headers.get('message-id') ?? this.id, {
      headers: headersOf(headers),
      // The parser may go on to use the buffer that this is a part of.
      body: Buffer.from(body),
    });
    if (!this.#isQueue) return this.#subscription.deliver(message);
    const delivery = headers.get('ack') ?? '';
    this.#unsettled.add(delivery);
    const settle = { done: () => this.#settle('ACK', delivery), back: () => this.#settle('NACK', delivery) };
    this.#waiting.push({ message, settle, isAgain: headers.get('redelivered') === 'true' });
    this.#waitingBytes += message.bytes;
    return this.#handOut();
  }

  #handOut(): void {
    while (this.#waiting.length > 0 && this.#subscription.hasRoom) {
      const { message, settle, isAgain } = this.#waiting.shift() as Waiting;
      this.#waitingBytes -= message.bytes;
      this.#subscription.handOut(message, settle, isAgain);
    }
    this.#options.onWaiting();
  }

  #settle(command: 'ACK' | 'NACK', delivery: string): void {
    if (!this.#unsettled.delete(delivery)) return;
    this.#connection?.send(command, { id: delivery, ...this.#options.transaction() });
  }

  /**
   * The connection is gone: what was not acknowledged comes again, also what the client has at the moment. Its
   * acknowledgement of that is taken, and means nothing.
   */
  lost(): void {
    this.#connection = undefined;
    this.#unsettled.clear();
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Whether it has messages that nobody has acknowledged. */
  get hasUnsettled(): boolean {
    return this.#unsettled.size > 0;
  }

  stop(): void {
    this.#connection?.send('UNSUBSCRIBE', { id: this.id });
    this.#connection = undefined;
  }
}

/** Others may write to the same queues: what is not of this relay has its type at most. */
function headersOf(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const type = headers.get('content-type');
  const foreign = new Map(type === undefined ? [] : [['content-type', type]]);
  try {
    const pairs = JSON.parse(headers.get(HEADERS) ?? '') as readonly (readonly [unknown, unknown])[];
    return new Map(pairs.map(([name, value]) => [String(name), String(value)]));
  } catch {
    return foreign;
  }
}
