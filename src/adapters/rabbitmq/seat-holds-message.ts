import type { Channel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Clock } from '../../kernel/clock.ts';
import { DeadlineFault, UnavailableFault } from '../../kernel/faults.ts';
import {
  createQueuedHolds,
  decodeHoldOutcome,
  decodeHoldRequest,
  encodeHoldFault,
  encodeHoldOutcome,
  encodeHoldRequest,
  type HoldOutcome,
  type HoldRequest,
  type QueuedHoldsOptions,
  type SeatHolds,
} from '../../modules/reservations/index.ts';
import { RabbitmqConnections, type RabbitmqSettings } from './connections.ts';

export type MessageSeatHoldsOptions = QueuedHoldsOptions & {
  /** Its name is that of the queue, which all processes of a system share, and no other. */
  readonly rabbitmq: RabbitmqSettings;
  /** Decides in the database; `isRepeated`: somebody may have decided it before. */
  readonly decide: (request: HoldRequest, isRepeated: boolean) => Promise<HoldOutcome>;
  readonly onError: (error: unknown) => void;
  readonly onAnswer?: () => void;
};

type Waiting = { answer(text: string): void; fail(error: Error): void };
type Session = { readonly asking: ConfirmChannel };

/** RabbitMQ's own queue for answers on the channel that asked, which costs it no declaration. */
const REPLY_TO = 'amq.rabbitmq.reply-to';
/** Requests under way of a process, and those that it decides at a time. */
const ASKED_MAX = 256;
const DECIDED_MAX = 16;
/** A message that nobody took by then is dropped; who asked gives up later, so that none is decided for nobody. */
const TAKEN_MS = 5_000;
const ANSWER_MS = 14_000;
const RECONNECT_MS = 500;

/**
 * Message: every request is a message of its own to one queue; whichever process takes it decides it in the database
 * and answers to the queue of who asked.
 *
 * Cost: two messages, an acknowledgement and their trips through the broker, beside what the database takes for each
 * request alone. What it buys is a queue that all processes share, in the order in which the broker got it.
 *
 * Fails when: RabbitMQ is away. Holds are then refused with 503 `dependency_unavailable`, at once, until it is back, without a
 * restart. Those that were under way get the same, though they may have been made: an Idempotency-Key shows it. A
 * process that dies while it decides leaves its messages to the others, who find what it had committed.
 */
export function createMessageSeatHolds(options: MessageSeatHoldsOptions): SeatHolds {
  const messages = new HoldMessages(options);
  // No more than may wait, so that the bound is felt.
  const maxInFlight = Math.min(options.maxInFlight ?? ASKED_MAX, options.maxQueued ?? ASKED_MAX);
  const queue = createQueuedHolds('message', (request) => messages.ask(request), { ...options, maxInFlight });
  return {
    strategy: queue.strategy,
    get undecided() {
      return queue.undecided;
    },
    get isFull() {
      return queue.isFull;
    },
    hold: queue.hold,
    start: () => messages.start(),
    ping: () => messages.ping(),
    async drain() {
      await queue.drain();
      await messages.stop();
    },
  };
}

class HoldMessages {
  readonly #options: MessageSeatHoldsOptions;
  readonly #clock: Clock;
  readonly #queue: string;
  readonly #connections: RabbitmqConnections;
  readonly #waiting = new Map<string, Waiting>();
  readonly #deciding = new Set<Promise<void>>();
  #session: Promise<Session> | undefined;
  #failure: Error | undefined;
  #isStopped = false;

  constructor(options: MessageSeatHoldsOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#queue = options.rabbitmq.name;
    this.#connections = new RabbitmqConnections(
      options.rabbitmq,
      options.clock,
      options.onAnswer ?? (() => undefined),
    );
  }

  start(): void {
    this.#session ??= this.#connect();
    // Who asks hears of it.
    this.#session.catch(() => undefined);
  }

  async ping(): Promise<void> {
    await this.#open();
  }

  /** @throws UnavailableFault while RabbitMQ is away, DeadlineFault where no answer came, or the fault of who decided */
  async ask(request: HoldRequest): Promise<HoldOutcome> {
    const { asking } = await this.#open();
    const id = request.reservationId;
    const text = await new Promise<string>((resolve, reject) => {
      const cancel = this.#clock.after(ANSWER_MS, () => {
        this.#waiting.delete(id);
        reject(new DeadlineFault(`no answer to a hold within ${ANSWER_MS} ms`));
      });
      const settle = () => {
        this.#waiting.delete(id);
        cancel();
      };
      const waiting: Waiting = {
        answer(answer) {
          settle();
          resolve(answer);
        },
        fail(error) {
          settle();
          reject(error);
        },
      };
      this.#waiting.set(id, waiting);
      try {
        asking.publish('', this.#queue, Buffer.from(encodeHoldRequest(request)), {
          correlationId: id,
          replyTo: REPLY_TO,
          expiration: TAKEN_MS,
          contentType: 'application/json',
        });
      } catch (error) {
        waiting.fail(this.#connections.toFault(error));
      }
    });
    return decodeHoldOutcome(text);
  }

  /** What was taken is answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#session?.catch(() => undefined);
    await Promise.all(this.#deciding);
    this.#connections.close();
  }

  async #open(): Promise<Session> {
    if (!this.#session && this.#failure) throw this.#failure;
    this.#session ??= this.#connect();
    return this.#session;
  }

  async #connect(): Promise<Session> {
    try {
      return await this.#openChannels();
    } catch (error) {
      this.#lose(error as Error);
      throw error;
    }
  }

  /** Nobody knows whether what is under way was decided. */
  #lose(error: Error): void {
    const fault = this.#connections.toFault(error);
    this.#failure =
      fault instanceof UnavailableFault
        ? fault
        : new UnavailableFault('rabbitmq', fault.message, { cause: fault });
    for (const waiting of this.#waiting.values()) waiting.fail(this.#failure);
    this.#session = undefined;
    if (this.#isStopped) return;
    this.#options.onError(this.#failure);
    this.#clock.after(RECONNECT_MS, () => {
      if (this.#isStopped || this.#session) return;
      this.start();
    });
  }

  async #openChannels(): Promise<Session> {
    let isOver = false;
    const channels: Channel[] = [];
    const onEnd = (error: Error) => {
      if (isOver) return;
      isOver = true;
      for (const channel of channels) discard(channel);
      this.#lose(error);
    };
    const asking = await this.#connections.writeChannel(onEnd);
    const serving = await this.#connections.readChannel(onEnd);
    channels.push(asking, serving);
    await this.#connections.answer('writes', 'making the queue of holds', async () => {
      await asking.assertQueue(this.#queue, { durable: true });
      await asking.consume(REPLY_TO, (message) => this.#take(message), { noAck: true });
      await serving.prefetch(DECIDED_MAX);
      await serving.consume(this.#queue, (message) => this.#serve(serving, message));
    });
    this.#failure = undefined;
    return { asking };
  }

  #take(message: ConsumeMessage | null): void {
    if (message === null) return;
    this.#waiting.get(String(message.properties.correlationId))?.answer(message.content.toString());
    this.#options.onAnswer?.();
  }

  #serve(channel: Channel, message: ConsumeMessage | null): void {
    if (message === null) {
      // Somebody has deleted the queue: it is made again with the next session.
      discard(channel);
      return;
    }
    const { correlationId, replyTo } = message.properties as { correlationId: string; replyTo: string };
    const work = (async () => {
      const answer = await this.#decide(message);
      try {
        channel.publish('', replyTo, Buffer.from(answer), { correlationId });
        channel.ack(message);
      } catch {
        // The channel has ended, which is told where it did; the message goes to another process.
      }
    })();
    this.#deciding.add(work);
    void work.finally(() => this.#deciding.delete(work));
  }

  async #decide({ content, fields }: ConsumeMessage): Promise<string> {
    try {
      const request = decodeHoldRequest(content.toString());
      return encodeHoldOutcome(await this.#options.decide(request, fields.redelivered));
    } catch (error) {
      return encodeHoldFault(error);
    }
  }
}

/** Not awaited: its connection may be gone. */
function discard(channel: Channel): void {
  channel.close().catch(() => undefined);
}
