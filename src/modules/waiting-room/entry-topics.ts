import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { MaybePromise } from '../../kernel/result.ts';
import type { Hub } from '../../platform/live/hub.ts';
import type { Ending } from '../../platform/live/topic.ts';
import type { Followed, ResumeFrom } from '../../platform/live/view.ts';
import type { EntryView } from './contract.ts';
import { EntryFeed } from './entry-feed.ts';
import type { Visitor } from './gate.ts';
import type { EntryEnd, RoomEnd, Standing } from './model.ts';
import type { Admission, WaitingLine } from './ports.ts';
import type { Rooms } from './rooms.ts';

export type EntryTopicsOptions = {
  readonly line: Pick<WaitingLine, 'look' | 'isElsewhere' | 'absence'>;
  readonly rooms: Pick<Rooms, 'phase'>;
  readonly hub: Hub;
  readonly clock: Clock;
  /** The body for a standing; renews and signs the pass of somebody admitted. */
  readonly view: (who: Visitor, standing: Standing) => MaybePromise<EntryView | undefined>;
  /** Whether `view` has something new to say of a pass that was told already. */
  readonly isRenewable: (standing: Standing, nowMs: number) => boolean;
  /** Followers at once, over all transports; one more is refused. */
  readonly maxStreams: number;
  readonly onError: (error: unknown) => void;
};

/** Everybody is looked at once a second, a tenth of them every tenth of it. */
const SLOTS = 10;
const SLOT_MS = 100;
/** Admitted ones who are told at a time: each costs a signature. */
const TOLD_AT_ONCE = 256;
/** Followers of one entry, for several tabs; the oldest gives way. */
const PER_PERSON_MAX = 4;
const RETRY_AFTER_MS = 5_000;

/** Why nothing more will come; `entry-ended` where it is not known any more how the place ended. */
type FeedEnd = RoomEnd | EntryEnd | 'entry-ended' | 'too-many-streams';

/**
 * A topic for each entry that somebody follows, with its position, admission and pass: told at most once a second and
 * only what changed, admission at once. To follow is to be there. One timer for all.
 */
export class EntryTopics {
  readonly lifecycle: Lifecycle;
  readonly #options: EntryTopicsOptions;
  readonly #slots: readonly Set<EntryFeed>[] = Array.from({ length: SLOTS }, () => new Set());
  /** By room and number, to be found on admission. */
  readonly #rooms = new Map<string, Map<number, EntryFeed>>();
  #turn = 0;
  #count = 0;

  constructor(options: EntryTopicsOptions) {
    this.#options = options;
    let cancel: Cancel = () => {};
    this.lifecycle = createLifecycle('entry topics', {
      start: () => {
        cancel = every(options.clock, SLOT_MS, () => this.#lookAtNext(), options.onError);
      },
      stop: () => cancel(),
    });
  }

  /** How many follow. */
  get count(): number {
    return this.#count;
  }

  /** @throws OverloadedFault when as many follow as may */
  async open(who: Visitor, standing: Standing, from: ResumeFrom): Promise<Followed> {
    if (this.#count >= this.#options.maxStreams)
      throw new OverloadedFault('too many event streams are open', { retryAfterMs: RETRY_AFTER_MS });
    const feed = this.#feed(who, standing.number);
    feed.opening += 1;
    try {
      await this.#tell(feed, standing);
      return { topic: feed.topic, ...from, whole: (after) => feed.whole(after) };
    } finally {
      feed.opening -= 1;
    }
  }

  /** Those admitted are told without waiting for their turn. */
  async admitted({ stats, admitted }: Admission): Promise<void> {
    const room = this.#rooms.get(stats.performanceId);
    if (!room) return;
    const tellings = admitted.flatMap((standing) => {
      const feed = room.get(standing.number);
      return feed ? [{ feed, standing }] : [];
    });
    for (let from = 0; from < tellings.length; from += TOLD_AT_ONCE) {
      const some = tellings.slice(from, from + TOLD_AT_ONCE);
      await Promise.all(some.map(({ feed, standing }) => this.#tell(feed, standing)));
    }
  }

  #lookAtNext(): Promise<void> {
    this.#turn = (this.#turn + 1) % SLOTS;
    const feeds = [...this.#slots[this.#turn]!];
    return this.#look(feeds.filter((feed) => !this.#dropUnfollowed(feed)));
  }

  async #look(feeds: readonly EntryFeed[]): Promise<void> {
    if (feeds.length === 0) return;
    const people = feeds.map((feed) => feed.who);
    const standings = await this.#options.line.look(people, 'seen');
    await Promise.all(feeds.map((feed, index) => this.#tell(feed, standings[index])));
  }

  async #tell(feed: EntryFeed, standing: Standing | undefined): Promise<void> {
    if (feed.isBusy) return;
    const { who, number } = feed;
    const nowMs = this.#options.clock.now();
    const { closedBy, isSoldOut, isSpokenFor } = this.#options.rooms.phase(who.performanceId, nowMs);
    const stock = { isSoldOut, isSpokenFor };
    // Who comes again is told where to ask.
    if (!standing && this.#options.line.isElsewhere(who.performanceId))
      return this.#close(feed, { reason: 'room_elsewhere', reconnect: true });
    if (standing?.number !== number)
      return this.#end(feed, (await this.#options.line.absence(who)) ?? 'entry-ended');
    if (closedBy !== undefined && standing.status === 'waiting') return this.#end(feed, closedBy);
    const isDue = feed.isDue(standing, { ...stock, nowMs }) || this.#options.isRenewable(standing, nowMs);
    if (!isDue) return;
    feed.isBusy = true;
    try {
      const view = await this.#options.view(who, standing);
      if (view) feed.tell(view, { ...stock, nowMs, crowd: this.#count });
    } catch (error) {
      this.#options.onError(error);
    } finally {
      feed.isBusy = false;
    }
  }

  #feed(who: Visitor, number: number): EntryFeed {
    const room = this.#rooms.get(who.performanceId) ?? new Map<number, EntryFeed>();
    this.#rooms.set(who.performanceId, room);
    const known = room.get(number);
    if (known) return known;
    const { hub, clock } = this.#options;
    const topic = hub.open(`rooms/${who.performanceId}/entries/${number}`);
    const feed = new EntryFeed(who, { number, topic, nowMs: clock.now() });
    topic.onSize = (size) => this.#sizeChanged(feed, size);
    room.set(number, feed);
    this.#slots[number % SLOTS]!.add(feed);
    return feed;
  }

  #sizeChanged(feed: EntryFeed, size: number): void {
    this.#count += size - feed.size;
    feed.size = size;
    const [oldest] = feed.topic.subscribers;
    if (size > PER_PERSON_MAX && oldest)
      this.#options.hub.end(feed.topic, oldest, { reason: 'too-many-streams', reconnect: false });
    this.#dropUnfollowed(feed);
  }

  /** An entry that nobody follows is not there either: it is looked at no more. */
  #dropUnfollowed(feed: EntryFeed): boolean {
    if (feed.topic.size + feed.opening > 0) return false;
    this.#close(feed, { reason: 'unfollowed', reconnect: true });
    return true;
  }

  #end(feed: EntryFeed, reason: FeedEnd): void {
    this.#close(feed, { reason, reconnect: false });
  }

  #close(feed: EntryFeed, ending: Ending): void {
    const { who, number, topic } = feed;
    const room = this.#rooms.get(who.performanceId);
    if (room?.get(number) !== feed) return;
    room.delete(number);
    if (room.size === 0) this.#rooms.delete(who.performanceId);
    this.#slots[number % SLOTS]!.delete(feed);
    this.#options.hub.close(topic, ending);
  }
}
