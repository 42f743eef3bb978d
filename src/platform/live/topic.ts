import { type LiveContent, LiveMessage } from './message.ts';

/** Why nothing more comes, and whether it helps to subscribe again. */
export type Ending = { readonly reason: string; readonly reconnect: boolean };

/** What a transport makes of one person's interest in a topic. */
export type LiveSubscriber = {
  /**
   * Puts a message into the queue of its connection, which is bounded: where it is full the connection ends with a
   * reason. While it waits there, a later one of the same `key` takes its place.
   */
  deliver(message: LiveMessage, key?: string): void;
  /** Nothing more is delivered. */
  end(ending: Ending): void;
  /** Set where somebody came back, or something was lost: whether all that was missed follows. */
  recovered?: boolean | undefined;
};

/** Where a subscriber begins. */
export type Begin = {
  /** The id of the last message that it had. */
  readonly after?: string | undefined;
  /** Or the version of the owner's state that it has. */
  readonly version?: number | undefined;
  /** What to tell anyone who has none of what is kept. Of a state, by default, all of it; else nothing. */
  readonly whole?: ((after: string | undefined) => readonly LiveContent[]) | undefined;
};

export type TopicOptions = {
  readonly name: string;
  /** Part of the ids of its messages. Another process, or a later topic of this name, has another one. */
  readonly epoch: string;
  /** How much is kept for those who come back. */
  readonly keeps: { readonly messages: number; readonly bytes: number };
  /** What all topics together may keep; where that is used up, nothing more is kept. */
  readonly room: { bytesLeft: number };
  /** The version of the owner's state to begin with. */
  readonly version?: number | undefined;
};

/**
 * Tells every subscriber the same, in order. Invariant: a subscriber is told every message after the one it names, or
 * else is told so (`recovered: false`) and begins with the whole.
 *
 * A topic of changes numbers its messages and keeps the last ones (`publish`). A topic of a state has only that
 * (`show`): its owner names each state, by the same name in every process, and a slow subscriber gets the latest alone.
 */
export class Topic {
  readonly name: string;
  readonly #options: TopicOptions;
  readonly #subscribers = new Set<LiveSubscriber>();
  #offset = 0;
  #kept: LiveMessage[] = [];
  #keptBytes = 0;
  /** The id and the version just before what is kept. */
  #floor: { readonly id: string; readonly version: number | undefined };
  #isState = false;
  #closed: Ending | undefined;
  /** Hears how many follow, when somebody has come or gone. */
  onSize: (size: number) => void = () => undefined;

  constructor(options: TopicOptions) {
    this.name = options.name;
    this.#options = options;
    this.#floor = { id: this.#idAt(0), version: options.version };
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** In the order of their coming. */
  get subscribers(): Iterable<LiveSubscriber> {
    return this.#subscribers;
  }

  /** The id of the last message. */
  get lastId(): string {
    return this.#kept.at(-1)?.id ?? this.#floor.id;
  }

  get version(): number | undefined {
    return this.#kept.at(-1)?.version ?? this.#floor.version;
  }

  subscribe(subscriber: LiveSubscriber, { after, version, whole }: Begin = {}): void {
    this.#subscribers.add(subscriber);
    const missed = after === undefined ? this.#sinceVersion(version) : this.#since(after);
    if (after !== undefined || version !== undefined) subscriber.recovered = missed !== undefined;
    for (const message of missed ?? this.#whole(whole, after)) this.#deliver(subscriber, message);
    this.onSize(this.#subscribers.size);
    if (this.#closed) this.endOne(subscriber, this.#closed);
  }

  /** Somebody for whom this topic was opened does not come after all. */
  abandon(): void {
    this.onSize(this.#subscribers.size);
  }

  /** The subscriber is told nothing more, and no reason. */
  remove(subscriber: LiveSubscriber): void {
    if (this.#subscribers.delete(subscriber)) this.onSize(this.#subscribers.size);
  }

  endOne(subscriber: LiveSubscriber, ending: Ending): void {
    if (!this.#subscribers.has(subscriber)) return;
    this.remove(subscriber);
    subscriber.end(ending);
  }

  /** Nothing more will be told: who follows is ended, and so is who comes later, after having been told what there is. */
  close(ending: Ending): void {
    this.#closed = ending;
    for (const subscriber of this.#subscribers) this.endOne(subscriber, ending);
  }

  /** A change, which every subscriber is told. */
  publish(content: LiveContent): void {
    this.#offset += 1;
    const message = new LiveMessage(content.id ?? this.#idAt(this.#offset), content, true);
    this.#kept.push(message);
    this.#take(message.bytes);
    this.#trim();
    for (const subscriber of this.#subscribers) subscriber.deliver(message);
  }

  /** A state, told by one message or several in order, each of which names what has been told by its id. */
  show(changes: readonly (LiveContent & { readonly id: string })[]): void {
    this.#isState = true;
    this.forget();
    for (const content of changes) {
      const message = new LiveMessage(content.id, content, true);
      this.#kept.push(message);
      this.#take(message.bytes);
      for (const subscriber of this.#subscribers) this.#deliver(subscriber, message);
    }
  }

  /** What comes next follows the message of this id. After a gap, who follows hears of it with the next message. */
  begin(id: string, isGap: boolean): void {
    this.forget();
    this.#floor = { id, version: undefined };
    if (isGap) for (const subscriber of this.#subscribers) subscriber.recovered = false;
  }

  /** Keeps nothing of what was: anyone who comes back with it begins again. */
  forget(): void {
    this.#drop(this.#kept.length);
  }

  #deliver(subscriber: LiveSubscriber, message: LiveMessage): void {
    if (this.#isState) subscriber.deliver(message, `${this.name} ${message.event}`);
    else subscriber.deliver(message);
  }

  #idAt(offset: number): string {
    return `${this.#options.epoch}.${offset}`;
  }

  #whole(whole: Begin['whole'], after: string | undefined): readonly LiveMessage[] {
    if (whole === undefined) return this.#isState ? this.#kept : [];
    return whole(after).map((content) => new LiveMessage(content.id ?? this.lastId, content, true));
  }

  /** What came after a message; undefined where that is not known, or not any more. */
  #since(id: string): readonly LiveMessage[] | undefined {
    if (id === this.#floor.id) return this.#kept;
    const at = this.#kept.findLastIndex((message) => message.id === id);
    return at < 0 ? undefined : this.#kept.slice(at + 1);
  }

  /** The same for a version: a message brings any version between the one before it and its own to its own. */
  #sinceVersion(version: number | undefined): readonly LiveMessage[] | undefined {
    const [floor, last] = [this.#floor.version, this.version];
    if (version === undefined || floor === undefined || last === undefined) return undefined;
    if (version < floor || version > last) return undefined;
    return this.#kept.filter((message) => message.version !== undefined && message.version > version);
  }

  #take(bytes: number): void {
    this.#keptBytes += bytes;
    this.#options.room.bytesLeft -= bytes;
  }

  #trim(): void {
    const { keeps, room } = this.#options;
    if (room.bytesLeft < 0) return this.forget();
    const isOver = this.#kept.length > keeps.messages * 2 || this.#keptBytes > keeps.bytes * 2;
    if (!isOver) return;
    let [first, bytes] = [this.#kept.length, 0];
    while (first > 0 && this.#kept.length - first < keeps.messages) {
      bytes += (this.#kept[first - 1] as LiveMessage).bytes;
      if (bytes > keeps.bytes) break;
      first -= 1;
    }
    this.#drop(first);
  }

  /** In lumps: dropping one by one would move all of them each time. */
  #drop(count: number): void {
    const last = this.#kept[count - 1];
    if (last === undefined) return;
    this.#floor = { id: last.id, version: last.version ?? this.#floor.version };
    for (const message of this.#kept.slice(0, count)) this.#take(-message.bytes);
    this.#kept = this.#kept.slice(count);
  }
}
