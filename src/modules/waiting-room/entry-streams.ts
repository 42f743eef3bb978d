import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { MaybePromise } from '../../kernel/result.ts';
import type { EntryView, StreamClosed } from './contract.ts';
import type { Visitor } from './gate.ts';
import type { Standing } from './model.ts';
import type { Admission, WaitingLine } from './ports.ts';
import type { Rooms } from './rooms.ts';
import { closedId, type Listener, StreamWatcher } from './stream-watcher.ts';

export type EntryStreamsOptions = {
  readonly line: Pick<WaitingLine, 'look' | 'isElsewhere'>;
  readonly rooms: Pick<Rooms, 'phase'>;
  readonly clock: Clock;
  /** The body for a standing; renews and signs the pass of somebody admitted. */
  readonly view: (who: Visitor, standing: Standing) => MaybePromise<EntryView | undefined>;
  /** Whether `view` has something new to say of a pass that was told already. */
  readonly isRenewable: (standing: Standing, nowMs: number) => boolean;
  /** Streams open at once; one more is refused. */
  readonly maxStreams: number;
  readonly onError: (error: unknown) => void;
};

/** Everybody is looked at once a second, a tenth of them every tenth of it. */
const SLOTS = 10;
const SLOT_MS = 100;
/** Admitted ones who are told at a time: each costs a signature. */
const TOLD_AT_ONCE = 256;
/** Streams of one person in one room, for several tabs; the oldest gives way. */
const PER_PERSON_MAX = 4;
const RETRY_AFTER_MS = 5_000;

/**
 * Tells those who listen where they stand: at most once a second and only what changed, admission at once. An
 * open stream is presence. One timer for all; nothing is kept but who listens and what they were told last.
 */
export class EntryStreams {
  readonly lifecycle: Lifecycle;
  readonly #options: EntryStreamsOptions;
  readonly #slots: readonly Set<StreamWatcher>[] = Array.from({ length: SLOTS }, () => new Set());
  /** By room and number, to be found on admission; in the order of their coming. */
  readonly #rooms = new Map<string, Map<number, Set<StreamWatcher>>>();
  #nextSlot = 0;
  #turn = 0;
  #count = 0;

  constructor(options: EntryStreamsOptions) {
    this.#options = options;
    let cancel: Cancel = () => {};
    this.lifecycle = createLifecycle('entry streams', {
      start: () => {
        cancel = every(options.clock, SLOT_MS, () => this.#lookAtNext(), options.onError);
      },
      stop: () => cancel(),
    });
  }

  /** How many listen. */
  get count(): number {
    return this.#count;
  }

  /** @throws OverloadedFault when as many listen as may */
  assertRoomForOne(): void {
    if (this.#count < this.#options.maxStreams) return;
    throw new OverloadedFault('too many event streams are open', { retryAfterMs: RETRY_AFTER_MS });
  }

  /** Begins to tell, from what the listener was told last (`lastId`). */
  add(who: Visitor, standing: Standing, listener: Listener, lastId?: string): void {
    const slot = this.#nextSlot++ % SLOTS;
    const nowMs = this.#options.clock.now();
    const watcher = new StreamWatcher({ who, listener, number: standing.number, lastId, nowMs });
    this.#count++;
    this.#slots[slot]!.add(watcher);
    const sameNumber = this.#enter(watcher);
    listener.onClose(() => {
      this.#count--;
      this.#slots[slot]!.delete(watcher);
      this.#leave(watcher);
    });
    const [oldest] = sameNumber;
    if (sameNumber.size > PER_PERSON_MAX && oldest) close(oldest, 'too-many-streams');
    void this.#tell(watcher, standing);
  }

  /** Those admitted are told without waiting for their turn. */
  async admitted({ figures, admitted }: Admission): Promise<void> {
    const room = this.#rooms.get(figures.performanceId);
    if (!room) return;
    const tellings = admitted.flatMap((standing) =>
      Array.from(room.get(standing.number) ?? [], (watcher) => ({ watcher, standing })),
    );
    for (let from = 0; from < tellings.length; from += TOLD_AT_ONCE) {
      const some = tellings.slice(from, from + TOLD_AT_ONCE);
      await Promise.all(some.map(({ watcher, standing }) => this.#tell(watcher, standing)));
    }
  }

  #lookAtNext(): Promise<void> {
    this.#turn = (this.#turn + 1) % SLOTS;
    return this.#look([...this.#slots[this.#turn]!]);
  }

  async #look(watchers: readonly StreamWatcher[]): Promise<void> {
    if (watchers.length === 0) return;
    const people = watchers.map((watcher) => watcher.who);
    const standings = await this.#options.line.look(people, 'seen');
    await Promise.all(watchers.map((watcher, index) => this.#tell(watcher, standings[index])));
  }

  async #tell(watcher: StreamWatcher, standing: Standing | undefined): Promise<void> {
    if (watcher.isBusy) return;
    const { who, number } = watcher;
    const nowMs = this.#options.clock.now();
    const { closedBy, isSoldOut } = this.#options.rooms.phase(who.performanceId, nowMs);
    // Who comes again is told where to ask.
    if (!standing && this.#options.line.isElsewhere(who.performanceId)) return watcher.listener.close();
    if (!standing || standing.number !== number) return close(watcher, 'entry-ended');
    if (closedBy !== undefined && standing.status === 'waiting') return close(watcher, closedBy);
    const isDue = watcher.isDue(standing, { isSoldOut, nowMs }) || this.#options.isRenewable(standing, nowMs);
    if (!isDue) return;
    watcher.isBusy = true;
    try {
      const view = await this.#options.view(who, standing);
      if (view) watcher.tell(view, { isSoldOut, nowMs, crowd: this.#count });
    } catch (error) {
      this.#options.onError(error);
    } finally {
      watcher.isBusy = false;
    }
  }

  #enter(watcher: StreamWatcher): Set<StreamWatcher> {
    const { who, number } = watcher;
    const room = this.#rooms.get(who.performanceId) ?? new Map<number, Set<StreamWatcher>>();
    const sameNumber = room.get(number) ?? new Set<StreamWatcher>();
    this.#rooms.set(who.performanceId, room);
    room.set(number, sameNumber);
    return sameNumber.add(watcher);
  }

  #leave(watcher: StreamWatcher): void {
    const { who, number } = watcher;
    const room = this.#rooms.get(who.performanceId);
    const sameNumber = room?.get(number);
    if (!room || !sameNumber?.delete(watcher)) return;
    if (sameNumber.size === 0) room.delete(number);
    if (room.size === 0) this.#rooms.delete(who.performanceId);
  }
}

function close({ listener, number }: StreamWatcher, reason: StreamClosed['reason']): void {
  const data: StreamClosed = { reason, reconnect: false };
  listener.close({ event: 'closed', data, id: closedId(number) });
}
