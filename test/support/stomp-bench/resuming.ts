import { frameOf, masked, type Place, WireClient } from './wire.ts';

/** What many clients saw, by the sequence numbers of what they were sent. */
export type Sight = {
  readonly deliveries: number;
  /** Numbers that are missing without a word, and those that came twice or late. */
  readonly silentGaps: number;
  readonly repeated: number;
  /** Times that a client was told that something is missing. */
  readonly told: number;
};

const OPENING_MAX = 100;
const BACKOFF_MS_MAX = 1_000;
const RETRY_MS = 200;

/** The number of a message, counted for each topic, and when it was sent. */
function bodyOf(number: number): string {
  return `${number} ${Date.now()} ${'x'.repeat(60)}`;
}

function topicName(topic: number): string {
  return `/topic/demo.resume-${topic}`;
}

/** Sends a message to every topic each time that it is told to. */
export class Publisher {
  readonly #client: WireClient;
  readonly #topics: number;
  /** The number of the last message of every topic. */
  last = 0;

  private constructor(client: WireClient, topics: number) {
    this.#client = client;
    this.#topics = topics;
  }

  static async open(place: Place, topics: number): Promise<Publisher> {
    return new Publisher(await WireClient.open(place, 0), topics);
  }

  publish(): void {
    this.last += 1;
    const body = bodyOf(this.last);
    const frames = Array.from({ length: this.#topics }, (_none, topic) =>
      masked(frameOf('SEND', { destination: topicName(topic) }, body)),
    );
    this.#client.send(Buffer.concat(frames));
  }

  close(): void {
    this.#client.socket.resetAndDestroy();
  }
}

type Follower = {
  readonly topic: number;
  readonly index: number;
  client: WireClient | undefined;
  /** Where it goes on, and the number that comes next. */
  offset: string | undefined;
  expected: number | undefined;
  /** What was sent from then on is live: once it comes, all that was missed has come. */
  subscribedAt: number;
  isBehind: boolean;
};

/** Clients that follow a topic each, and that resume after a cut as docs/messaging.md says. */
export class ResumingClients {
  readonly #place: Place;
  readonly #followers: readonly Follower[];
  readonly #sight = { deliveries: 0, silentGaps: 0, repeated: 0, told: 0 };
  #cutAt = 0;
  #behind = 0;
  #caughtUpMs = 0;
  #onCaughtUp: () => void = () => undefined;

  /** `first` is the index of its first client among those of all processes. */
  constructor(
    place: Place,
    {
      count,
      topics,
      first = 0,
    }: { readonly count: number; readonly topics: number; readonly first?: number },
  ) {
    this.#place = place;
    this.#followers = Array.from({ length: count }, (_none, at) => ({
      topic: (first + at) % topics,
      index: first + at,
      client: undefined,
      offset: undefined,
      expected: undefined,
      subscribedAt: 0,
      isBehind: false,
    }));
  }

  get sight(): Sight {
    return this.#sight;
  }

  /** How many have had the message of this number. */
  having(number: number): number {
    return this.#followers.filter(({ expected = 0 }) => expected > number).length;
  }

  /** Once each has had a message. */
  async open(): Promise<void> {
    await this.#connectAll();
  }

  /**
   * Cuts all of them at once; each comes back by itself, a random while later.
   * @returns when the last one had all that it missed or was told that it cannot have it, in ms after the cut
   */
  async cut(): Promise<number> {
    this.#cutAt = Date.now();
    for (const { client } of this.#followers) client?.socket.resetAndDestroy();
    await this.#connectAll();
    return this.#caughtUpMs;
  }

  close(): void {
    for (const { client } of this.#followers) client?.socket.resetAndDestroy();
  }

  async #connectAll(): Promise<void> {
    this.#behind = this.#followers.length;
    for (const follower of this.#followers) follower.isBehind = true;
    const all = new Promise<void>((resolve) => {
      this.#onCaughtUp = resolve;
    });
    const waiting = this.#followers
      .map((follower) => ({ follower, atMs: Math.random() * BACKOFF_MS_MAX }))
      .toSorted((a, b) => a.atMs - b.atMs);
    const startedAt = Date.now();
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const early = startedAt + next.atMs - Date.now();
        if (early > 0) await new Promise((resolve) => void setTimeout(resolve, early));
        await this.#connect(next.follower);
      }
    };
    await Promise.all(Array.from({ length: OPENING_MAX }, work));
    await all;
  }

  /** The server may not have seen yet that a connection of before is gone, and refuse for that. */
  async #connect(follower: Follower): Promise<void> {
    for (;;) {
      try {
        const client = await WireClient.open(this.#place, follower.index);
        follower.client = client;
        follower.subscribedAt = Date.now();
        client.onFrame = (payload) => this.#take(follower, payload.toString('latin1'));
        const { offset } = follower;
        const headers = { id: 'sub-0', destination: topicName(follower.topic) };
        const resumed = offset === undefined ? headers : { ...headers, resume: offset };
        client.send(masked(frameOf('SUBSCRIBE', resumed)));
        return;
      } catch {
        await new Promise((resolve) => void setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #take(follower: Follower, frame: string): void {
    if (!frame.startsWith('MESSAGE')) throw new Error(`unexpected: ${frame}`);
    const [, offset] = /\noffset:(.*)/.exec(frame) ?? [];
    const [number = 0, sentAt = 0] = frame
      .slice(frame.indexOf('\n\n') + 2)
      .split(' ')
      .map(Number);
    this.#sight.deliveries += 1;
    follower.offset = offset;
    if (frame.includes('\nrecovered:false\n')) this.#sight.told += 1;
    else if (follower.expected !== undefined && number > follower.expected) this.#sight.silentGaps += 1;
    else if (follower.expected !== undefined && number < follower.expected) this.#sight.repeated += 1;
    follower.expected = number + 1;
    if (!follower.isBehind || sentAt < follower.subscribedAt) return;
    follower.isBehind = false;
    this.#behind -= 1;
    if (this.#behind > 0) return;
    this.#caughtUpMs = Date.now() - this.#cutAt;
    this.#onCaughtUp();
  }
}
