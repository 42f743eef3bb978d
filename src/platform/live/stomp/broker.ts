import type { Ids } from '../../../kernel/ids.ts';
import { StompError } from './frame.ts';
import { Message } from './message.ts';
import { Queue } from './queue.ts';
import type { Subscription } from './subscription.ts';
import { type Place, Topic } from './topic.ts';

/** Topics without subscribers that are remembered, for those who come back; the ones used longest ago go first. */
const QUIET_TOPICS_MAX = 1_000;
const QUEUES_MAX = 10_000;
/** Of all queues together. */
const QUEUED_BYTES_MAX = 256 * 1_048_576;

export type Sent = {
  readonly destination: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
};

/** The broker in this process: topics and queues come to be by being used. Nothing is kept over a restart. */
export class MemoryBroker {
  readonly #ids: Ids;
  readonly #epoch: string;
  readonly #room = { bytesLeft: QUEUED_BYTES_MAX };
  readonly #topics = new Map<string, Topic>();
  readonly #queues = new Map<string, Queue>();
  #messages = 0;

  constructor(ids: Ids) {
    this.#ids = ids;
    this.#epoch = ids.next();
  }

  /** @throws StompError `queue_full` */
  send({ destination, headers, body }: Sent): void {
    this.#messages += 1;
    const id = `${this.#epoch}.${this.#messages}`;
    // The body may be a view of a buffer that a connection reads into, which a kept message must not hold on to.
    const options = { id, destination, headers, body: Buffer.from(body) };
    if (isQueue(destination)) {
      this.#queue(destination).put(new Message(options));
    } else {
      const topic = this.#topic(destination);
      topic.publish(new Message({ ...options, offset: topic.nextOffset() }));
    }
  }

  subscribe(subscription: Subscription, place: Place | undefined): void {
    const { destination } = subscription;
    if (isQueue(destination)) this.#queue(destination).add(subscription);
    else this.#topic(destination).add(subscription, place);
  }

  unsubscribe(subscription: Subscription): void {
    const { destination } = subscription;
    if (!isQueue(destination)) {
      this.#topics.get(destination)?.remove(subscription);
      return;
    }
    const queue = this.#queues.get(destination);
    queue?.remove(subscription);
    if (queue?.isIdle === true) this.#queues.delete(destination);
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

  #topic(destination: string): Topic {
    let topic = this.#topics.get(destination);
    // Moved to the end: the map is in order of use.
    if (topic !== undefined) this.#topics.delete(destination);
    else this.#forgetQuiet();
    // Offsets of a topic that was forgotten, or of another process, must not look like its own.
    topic ??= new Topic(this.#ids.next());
    this.#topics.set(destination, topic);
    return topic;
  }

  #forgetQuiet(): void {
    if (this.#topics.size < QUIET_TOPICS_MAX) return;
    for (const [destination, topic] of this.#topics) {
      if (topic.subscribers > 0) continue;
      this.#topics.delete(destination);
      return;
    }
  }
}

function isQueue(destination: string): boolean {
  return destination.startsWith('/queue/');
}
