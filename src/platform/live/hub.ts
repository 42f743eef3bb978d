import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { FanOut, FanOutMessage } from './fan-out.ts';
import { type Begin, type Ending, type LiveSubscriber, Topic, type TopicOptions } from './topic.ts';

export type HubOptions = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly fanOut: FanOut;
  /** Hears of an access check that failed; it is made again. */
  readonly onError: (error: unknown) => void;
};

export type OpenOptions = Partial<Pick<TopicOptions, 'epoch' | 'keeps' | 'version'>>;

export type SubscribeOptions = Begin & {
  /** Asked again and again while somebody follows: once it says no, the subscriber is ended. */
  readonly isAllowed?: (() => boolean | Promise<boolean>) | undefined;
};

export type HubStats = {
  readonly topics: number;
  readonly subscribers: number;
  /** Subscribers that were ended by the server, by reason. */
  readonly ended: ReadonlyMap<string, number>;
};

const KEEPS = { messages: 1_024, bytes: 1_048_576 } as const;
/** What all topics keep for those who come back. */
const KEPT_BYTES_MAX = 256 * 1_048_576;
/** Topics that nobody follows and that nobody owns; the ones used longest ago go first. */
const QUIET_TOPICS_MAX = 1_000;
/** The access of every subscriber is checked again within so many seconds, a part of them each second. */
const CHECK_TURNS = 5;
const CHECK_MS = 1_000;
const WITHDRAWN: Ending = { reason: 'access-withdrawn', reconnect: false };

type Check = { readonly isAllowed: () => boolean | Promise<boolean>; readonly turn: number };

/**
 * The live topics of this process, whatever transport their subscribers came by. A topic is owned by a module, which
 * opens and closes it (`open`), or comes to be by being used (`topic`), and then is forgotten some time after.
 */
export class Hub {
  readonly lifecycle: Lifecycle;
  readonly #options: HubOptions;
  readonly #room = { bytesLeft: KEPT_BYTES_MAX };
  readonly #owned = new Map<string, Topic>();
  /** In order of use. */
  readonly #used = new Map<string, Topic>();
  readonly #checks = new Map<Topic, Map<LiveSubscriber, Check>>();
  readonly #ended = new Map<string, number>();
  #checked = 0;
  #turn = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    options.fanOut.receive({
      message: ({ topic, ...content }) => this.topic(topic).publish(content),
      begin: (name, id, isGap) => this.topic(name).begin(id, isGap),
    });
    let cancel: Cancel = () => undefined;
    this.lifecycle = createLifecycle('live hub', {
      start: () => {
        cancel = every(options.clock, CHECK_MS, () => this.#checkSome(), options.onError, { unref: true });
      },
      stop: () => cancel(),
    });
  }

  /** Opens a topic that its caller owns, and closes. @throws Error where it is open */
  open(name: string, options: OpenOptions = {}): Topic {
    if (this.#owned.has(name)) throw new Error(`the topic ${name} is open`);
    const topic = this.#make(name, options);
    this.#owned.set(name, topic);
    return topic;
  }

  /** Ends a topic that {@link open} gave, with its subscribers; what it keeps is told to who is on the way to it. */
  close(topic: Topic, ending: Ending): void {
    if (this.#owned.get(topic.name) === topic) this.#owned.delete(topic.name);
    for (const subscriber of topic.subscribers) this.end(topic, subscriber, ending);
    topic.close(ending);
  }

  /** The topic of a name, made where there is none. */
  topic(name: string): Topic {
    const known = this.#used.get(name);
    // Moved to the end: the map is in order of use.
    if (known === undefined) this.#forgetQuiet();
    else this.#used.delete(name);
    const topic = known ?? this.#make(name, {});
    this.#used.set(name, topic);
    return topic;
  }

  /** Tells a topic of this name in every instance; see the port for what comes back. */
  publish(message: FanOutMessage): Promise<void> | undefined {
    return this.#options.fanOut.publish(message);
  }

  /**
   * The topic of a name, which is told what any instance publishes. Subscribe at once: while nobody does, it may stop.
   * @throws UnavailableFault
   */
  follow(name: string): Topic | Promise<Topic> {
    const { fanOut } = this.#options;
    const take = (): Topic => {
      const topic = this.topic(name);
      topic.onSize = (size) => {
        if (size === 0) fanOut.unfollow(name);
      };
      return topic;
    };
    const following = fanOut.follow(name);
    return following === undefined ? take() : following.then(take);
  }

  /** @returns stops it, without a word to the subscriber */
  subscribe(topic: Topic, subscriber: LiveSubscriber, options: SubscribeOptions = {}): () => void {
    const { isAllowed } = options;
    if (isAllowed) {
      const checks = this.#checks.get(topic) ?? new Map<LiveSubscriber, Check>();
      this.#checks.set(topic, checks.set(subscriber, { isAllowed, turn: this.#checked++ % CHECK_TURNS }));
    }
    topic.subscribe(subscriber, options);
    return () => {
      this.#uncheck(topic, subscriber);
      topic.remove(subscriber);
    };
  }

  /** Ends one subscriber with a reason. */
  end(topic: Topic, subscriber: LiveSubscriber, ending: Ending): void {
    this.#uncheck(topic, subscriber);
    this.#ended.set(ending.reason, (this.#ended.get(ending.reason) ?? 0) + 1);
    topic.endOne(subscriber, ending);
  }

  /** Checks the access of everybody who follows a topic: something changed. */
  async recheck(topic: Topic): Promise<void> {
    try {
      for (const [subscriber, check] of this.#checks.get(topic) ?? [])
        await this.#check(topic, subscriber, check);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  stats(): HubStats {
    let subscribers = 0;
    for (const topics of [this.#owned, this.#used])
      for (const topic of topics.values()) subscribers += topic.size;
    return { topics: this.#owned.size + this.#used.size, subscribers, ended: this.#ended };
  }

  #make(name: string, { epoch = this.#options.ids.next(), keeps = KEEPS, version }: OpenOptions): Topic {
    return new Topic({ name, epoch, keeps, version, room: this.#room });
  }

  #forgetQuiet(): void {
    if (this.#used.size < QUIET_TOPICS_MAX) return;
    for (const [name, topic] of this.#used) {
      if (topic.size > 0) continue;
      this.#used.delete(name);
      topic.forget();
      return;
    }
  }

  /** Where one cannot be found out now, nor can the others: they are asked in their next turn. */
  async #checkSome(): Promise<void> {
    this.#turn = (this.#turn + 1) % CHECK_TURNS;
    for (const [topic, checks] of this.#checks) {
      for (const [subscriber, check] of checks)
        if (check.turn === this.#turn) await this.#check(topic, subscriber, check);
    }
  }

  async #check(topic: Topic, subscriber: LiveSubscriber, { isAllowed }: Check): Promise<void> {
    if (await isAllowed()) return;
    if (this.#checks.get(topic)?.has(subscriber) === true) this.end(topic, subscriber, WITHDRAWN);
  }

  #uncheck(topic: Topic, subscriber: LiveSubscriber): void {
    const checks = this.#checks.get(topic);
    if (checks?.delete(subscriber) === true && checks.size === 0) this.#checks.delete(topic);
  }
}
