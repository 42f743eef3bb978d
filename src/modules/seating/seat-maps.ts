import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import { eventGuard, type StoredEvent } from '../../platform/events/event.ts';
import { type Availability, catalogueEvents } from '../catalogue/index.ts';
import type { SeatClaimReader, SeatPlans } from './ports.ts';
import { readSeatEvent, type SeatEvent } from './seat-events.ts';
import { SeatMap } from './seat-map.ts';

export type SeatMapsOptions = Pick<SeatPlans, 'planOf' | 'isOver'> & {
  readonly clock: Clock;
  readonly claims: SeatClaimReader;
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
    this.#kept.clear();
  }

  get size(): number {
    return this.#kept.size;
  }

  get watchers(): number {
    let count = 0;
    for (const { map } of this.#kept.values()) count += map.watchers;
    return count;
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
   * Forgets the map of a performance whose plan is no longer the one that the map was made of; who looks on is
   * told to read it again. A plan changes before the sale only, so that nothing of a claim is lost.
   */
  async recheck(performanceId: string): Promise<void> {
    const loading = this.#loading.get(performanceId)?.map;
    // Who asked for it hears of the failure.
    await loading?.catch(() => undefined);
    const map = this.#kept.get(performanceId)?.map;
    if (!map) return;
    const isSame = await this.#options.planOf(performanceId).then(
      (found) => found?.planHash === map.planHash,
      // What cannot be checked now is better read anew when somebody asks.
      () => false,
    );
    if (isSame || this.#kept.get(performanceId)?.map !== map) return;
    this.#kept.delete(performanceId);
    map.replace();
  }

  #load(performanceId: string): Promise<SeatMap | undefined> {
    const heard: SeatEvent[] = [];
    // Everything up to here is committed, so that the claims, which are read after it, hold it.
    const version = this.#position;
    const read = async () => {
      try {
        const found = await this.#options.planOf(performanceId);
        if (!found) return undefined;
        const claims = await this.#options.claims.claims(performanceId);
        const map = new SeatMap({
          performanceId,
          ...found,
          claims,
          version,
          clock: this.#options.clock,
        });
        for (const event of heard) map.apply(event);
        this.#keep(performanceId, map);
        return map;
      } finally {
        this.#loading.delete(performanceId);
      }
    };
    const loading = { heard, map: Promise.resolve().then(read) };
    this.#loading.set(performanceId, loading);
    return loading.map;
  }

  #keep(performanceId: string, map: SeatMap): void {
    if (this.#kept.size >= (this.#options.maxMaps ?? MAPS_MAX)) this.#makeRoom();
    this.#kept.set(performanceId, { map, usedAt: this.#options.clock.now() });
  }

  #makeRoom(): void {
    const unwatched = [...this.#kept].filter(([, { map }]) => map.watchers === 0);
    // What can still be bought stays where something else can go.
    const over = unwatched.filter(([performanceId]) => this.#options.isOver(performanceId) === true);
    const [first, ...others] = over.length > 0 ? over : unwatched;
    if (!first) {
      throw new OverloadedFault('every seat map is being watched', { retryAfterMs: RETRY_AFTER_MS });
    }
    const [longest] = others.reduce((a, b) => (b[1].usedAt < a[1].usedAt ? b : a), first);
    this.#kept.delete(longest);
  }

  #sweep(): void {
    const idleBefore = this.#options.clock.now() - (this.#options.idleMs ?? IDLE_MS);
    for (const [performanceId, { map, usedAt }] of this.#kept) {
      if (map.watchers === 0) {
        if (usedAt < idleBefore) this.#kept.delete(performanceId);
      } else if (this.#options.isOver(performanceId) === true) {
        map.close();
      }
    }
  }
}
