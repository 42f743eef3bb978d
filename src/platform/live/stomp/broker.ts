import type { Ids } from '../../../kernel/ids.ts';
import type { MaybePromise } from '../../../kernel/result.ts';
import type { Hub } from '../hub.ts';
import { LiveMessage } from '../message.ts';
import type { Topic } from '../topic.ts';
import { StompError } from './frame.ts';
import { Queue } from './queue.ts';
import type { Subscription } from './subscription.ts';

const QUEUES_MAX = 10_000;
/** Of all queues together. */
const QUEUED_BYTES_MAX = 256 * 1_048_576;

export type Sent = {
  readonly destination: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
};

/** What a session is told of its broker, on `/user/queue/replies`. */
export type BrokerNews = 'broker_away' | 'broker_back';

/** Port: carries what clients send to one another. Sessions subscribe, and hear of the broker: both are subscriptions. */
export type StompBroker = {
  /** For one session. */
  link(onNews: (news: BrokerNews) => void): BrokerLink;
};

/** What takes time is a promise; a refusal is a StompError `queue_full` or `broker_unavailable`, thrown or by the promise. */
export type BrokerLink = {
  /** Whether the session waits for each SEND, whose order would be lost otherwise. */
  readonly awaitsSends: boolean;
  /** With a `receipt` header it is done once the broker has the message for good. */
  send(sent: Sent): Promise<void> | undefined;
  /** @param after the id of the last message of a topic that the subscriber had. @returns stops it */
  subscribe(subscription: Subscription, after: string | undefined): MaybePromise<() => void>;
  /** What is sent and acknowledged from here to {@link commit} happens as a whole, or not at all. */
  begin(): void;
  commit(): Promise<void> | undefined;
  /** Settles once all that was sent has arrived; idempotent. */
  close(): Promise<void> | undefined;
};

/**
 * What clients send to one another: topics are the hub's, queues are here. They come to be by being used, and nothing is
 * kept over a restart.
 */
export class MemoryBroker implements StompBroker, BrokerLink {
  readonly #hub: Hub;
  readonly #epoch: string;
  readonly #room = { bytesLeft: QUEUED_BYTES_MAX };
  readonly #queues = new Map<string, Queue>();
  #messages = 0;

  constructor(hub: Hub, ids: Ids) {
    this.#hub = hub;
    this.#epoch = ids.next();
  }

  /** Nothing is kept for a session: it is the same for all. */
  link(): BrokerLink {
    return this;
  }

  readonly awaitsSends = false;

  begin(): void {}

  commit(): undefined {
    return undefined;
  }

  close(): undefined {
    return undefined;
  }

  /**
   * A promise settles once the message is on its way to other instances, and rejects where it did not leave in time.
   * @throws StompError `queue_full`, OverloadedFault
   */
  send({ destination, headers, body: view }: Sent): Promise<void> | undefined {
    // The body may be a view of a buffer that a connection reads into, which a kept message must not hold on to.
    const body = Buffer.from(view);
    if (!isQueue(destination)) return this.#hub.publish({ topic: destination, headers, body });
    this.#messages += 1;
    this.#queue(destination).put(new LiveMessage(`${this.#epoch}.${this.#messages}`, { headers, body }));
    return undefined;
  }

  /**
   * @param after the id of the last message of a topic that the subscriber had
   * @returns stops it. @throws UnavailableFault
   */
  subscribe(subscription: Subscription, after: string | undefined): MaybePromise<() => void> {
    const { destination } = subscription;
    if (!isQueue(destination)) {
      const begin = (topic: Topic) => this.#hub.subscribe(topic, subscription, { after });
      const topic = this.#hub.follow(destination);
      return topic instanceof Promise ? topic.then(begin) : begin(topic);
    }
    this.#queue(destination).add(subscription);
    return () => {
      const queue = this.#queues.get(destination);
      queue?.remove(subscription);
      if (queue?.isIdle === true) this.#queues.delete(destination);
    };
  }

  #queue(destination: string): Queue {
    const known = this.#queues.get(destination);
    if (known !== undefined) return known;
    if (this.#queues.size >= QUEUES_MAX) this.#forgetIdle();
    const queue = new Queue(this.#room);
    this.#queues.set(destination, queue);
    return queue;
  }

  #forgetIdle(): void {
    for (const [destination, queue] of this.#queues) if (queue.isIdle) this.#queues.delete(destination);
    if (this.#queues.size >= QUEUES_MAX) throw new StompError('queue_full', 'There are too many queues.');
  }
}

export function isQueue(destination: string): boolean {
  return destination.startsWith('/queue/');
}
