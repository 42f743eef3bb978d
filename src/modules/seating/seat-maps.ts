import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import { eventGuard, type StoredEvent } from '../../platform/events/event.ts';
import type { Hub } from '../../platform/live/hub.ts';
import type { Ending, Topic } from '../../platform/live/topic.ts';
import { type Availability, catalogueEvents } from '../catalogue/index.ts';
import type { SeatHoldReader, SeatPlans } from './ports.ts';
import { readSeatEvent, type SeatEvent } from './seat-events.ts';
import { SeatMap } from './seat-map.ts';

export type SeatMapsOptions = Pick<SeatPlans, 'planOf' | 'isOver'> & {
  readonly clock: Clock;
  readonly hub: Hub;
  readonly holds: SeatHoldReader;
  /** Maps kept at most; default 500. 20,000 seats take 120 kB. */
  readonly maxMaps?: number;
  /** A map that nobody asked for so long is forgotten; default 10 minutes. */
  readonly idleMs?: number;
};

type Loading = {
  /** What was heard since the loading began: it may or may not be in what is being read. */
  readonly heard: SeatEvent[];
  readonly map: Promise<SeatMap | undefined>;
};

type Kept = { readonly map: SeatMap; usedAt: number };

const isPerformanceChange = eventGuard([catalogueEvents['performance.changed']]);

const MAPS_MAX = 500;
const IDLE_MS = 600_000;
const SWEEP_MS = 1_000;
const RETRY_AFTER_MS = 5_000;
/** About a minute of a busy sale: how much a reader may have missed and still go on. */
const KEEPS = { messages: 600, bytes: 256 * 1_024 } as const;
const SALE_OVER: Ending = { reason: 'sale-over', reconnect: false };
const FORGOTTEN: Ending = { reason: 'map-forgotten', reconnect: true };

/**
 * The live seat maps of this process. A map is read from the database when it is first asked for, and kept
 * by the events of the log from then on. Bounded: at the bound the map that was not asked for the longest
 * makes room, unless somebody looks on; when all are looked on, one more is refused.
 */
export class SeatMaps {
  readonly #options: SeatMapsOptions;
  readonly #loading = new Map<string, Loading>();
  readonly #kept = new Map<string, Kept>();
  #position = 0;
  #cancelSweep: Cancel = () => undefined;

  constructor(options: SeatMapsOptions) {
    this.#options = options;
  }

  /** Call before anything is asked for: events after `position` will be told by `hear`. */
  start(position: number): void {
    this.#position = position;
    const sweep = () => this.#sweep();
    this.#cancelSweep = every(this.#options.clock, SWEEP_MS, sweep, () => undefined, { unref: true });
  }

  stop(): void {
    this.#cancelSweep();
    for (const performanceId of this.#kept.keys()) this.#forget(performanceId);
  }

  get size(): number {
    return this.#kept.size;
  }

  /** How the seats of every map stand that is kept: of the sales that somebody looks at. */
  *all(): Iterable<readonly [performanceId: string, Availability]> {
    for (const [performanceId, { map }] of this.#kept) yield [performanceId, map.availability];
  }

  /** The map of a performance where there is one; a look at it does not keep it. */
  kept(performanceId: string): SeatMap | undefined {
    return this.#kept.get(performanceId)?.map;
  }

  /** The map of a performance, at once where it is kept; undefined where there is no such performance. */
  get(performanceId: string): SeatMap | undefined | Promise<SeatMap | undefined> {
    const kept = this.#kept.get(performanceId);
    if (!kept) return this.#loading.get(performanceId)?.map ?? this.#load(performanceId);
    kept.usedAt = this.#options.clock.now();
    return kept.map;
  }

  /** Takes events of the log, in its order. */
  hear(events: readonly StoredEvent[]): void {
    for (const logged of events) {
      this.#position = Math.max(this.#position, logged.position);
      if (isPerformanceChange(logged)) void this.recheck(logged.data.performanceId);
      const event = readSeatEvent(logged);
      if (!event) continue;
      this.#kept.get(event.performanceId)?.map.apply(event);
      this.#loading.get(event.performanceId)?.heard.push(event);
    }
  }

  /**
   * Looks at a performance that was changed. Anyone who may no longer see it is ended; where its plan is another one now,
   * anyone who looks on is told to read the map again. A plan changes before the sale only, so that no hold is lost.
   */
  async recheck(performanceId: string): Promise<void> {
    const loading = this.#loading.get(performanceId)?.map;
    // Who asked for it hears of the failure.
    await loading?.catch(() => undefined);
    const map = this.#kept.get(performanceId)?.map;
    if (!map) return;
    const { hub, planOf } = this.#options;
    void hub.recheck(map.topic);
    const isSame = await planOf(performanceId).then(
      (found) => found?.planHash === map.planHash,
      // What cannot be checked now is better read again when somebody asks.
      () => false,
    );
    if (isSame || this.#kept.get(performanceId)?.map !== map) return;
    this.#kept.delete(performanceId);
    const replacement = await this.#load(performanceId, map.topic).catch(() => undefined);
    if (replacement) map.topic.publish({ ...replacement.begin(), version: replacement.version });
    else hub.close(map.topic, FORGOTTEN);
  }

  /** @param topic of the map that this one replaces */
  #load(performanceId: string, topic?: Topic): Promise<SeatMap | undefined> {
    const heard: SeatEvent[] = [];
    // Everything up to here is committed, so that the holds, which are read after it, hold it.
    const version = this.#position;
    const { clock, hub, holds, planOf } = this.#options;
    const read = async () => {
      try {
        const found = await planOf(performanceId);
        if (!found) return undefined;
        const taken = await holds.holds(performanceId);
        this.#makeRoom();
        topic?.forget();
        const map = new SeatMap({
          performanceId,
          ...found,
          holds: taken,
          version,
          topic: topic ?? hub.open(`performances/${performanceId}/seats`, { keeps: KEEPS, version }),
          clock,
        });
        for (const event of heard) map.apply(event);
        this.#kept.set(performanceId, { map, usedAt: clock.now() });
        return map;
      } finally {
        this.#loading.delete(performanceId);
      }
    };
    const loading = { heard, map: Promise.resolve().then(read) };
    this.#loading.set(performanceId, loading);
    return loading.map;
  }

  #makeRoom(): void {
    if (this.#kept.size < (this.#options.maxMaps ?? MAPS_MAX)) return;
    const unwatched = [...this.#kept].filter(([, { map }]) => map.watchers === 0);
    // What can still be bought stays where something else can go.
    const over = unwatched.filter(([performanceId]) => this.#options.isOver(performanceId) === true);
    const [first, ...others] = over.length > 0 ? over : unwatched;
    if (!first) {
      throw new OverloadedFault('every seat map is being watched', { retryAfterMs: RETRY_AFTER_MS });
    }
    const [longest] = others.reduce((a, b) => (b[1].usedAt < a[1].usedAt ? b : a), first);
    this.#forget(longest);
  }

  #forget(performanceId: string): void {
    const { map } = this.#kept.get(performanceId) ?? {};
    this.#kept.delete(performanceId);
    if (map) this.#options.hub.close(map.topic, FORGOTTEN);
  }

  #sweep(): void {
    const idleBefore = this.#options.clock.now() - (this.#options.idleMs ?? IDLE_MS);
    for (const [performanceId, { map, usedAt }] of this.#kept) {
      if (map.watchers === 0) {
        if (usedAt < idleBefore) this.#forget(performanceId);
      } else if (this.#options.isOver(performanceId) === true) {
        for (const subscriber of map.topic.subscribers)
          this.#options.hub.end(map.topic, subscriber, SALE_OVER);
      }
    }
  }
}
