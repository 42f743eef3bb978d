import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { StoredEvent } from '../../platform/events/event.ts';
import type { SeatHoldReader } from './ports.ts';
import { performancesOf } from './seat-events.ts';
import type { SeatMaps } from './seat-maps.ts';

/** A performance by what is needed to say how many of its seats are free. */
export type Seating = { readonly id: string; readonly capacity: number };

/** How many seats of each of these performances are free now. */
export type RemainingSeats = {
  of(performances: readonly Seating[]): Promise<ReadonlyMap<string, number>>;
  /** Takes events of the log: what they speak of is counted again when it is next asked for. */
  hear(events: readonly StoredEvent[]): void;
};

export type RemainingSeatsDeps = {
  readonly seatMaps: Pick<SeatMaps, 'kept'>;
  readonly holds: Pick<SeatHoldReader, 'counts'>;
  readonly clock: Clock;
};

type Count = { readonly taken: number; readonly countedAt: number; isStale: boolean };

const COUNTS_MAX = 5_000;
/** Bounds how wrong a count can be while events are held up. */
const TTL_MS = 30_000;
/** A performance that sells all the time is counted this often at most: 20,000 taken seats take 3 ms. */
const RECOUNT_MS = 500;

/**
 * The free seats of many performances at once, for lists, where a seat map for each would be too much. Where
 * there is a live map, it tells; all the others are counted in one statement, and remembered until an event
 * says that their seats changed.
 */
export function createRemainingSeats({ seatMaps, holds, clock }: RemainingSeatsDeps): RemainingSeats {
  const counts = new BoundedMap<string, Count>({ maxEntries: COUNTS_MAX, clock });
  /** For each count under way, what was heard to change meanwhile: it may or may not be in the count. */
  const underWay = new Set<Set<string>>();

  const known = (id: string): number | undefined => {
    const map = seatMaps.kept(id);
    if (map) return takenOf(map.availability);
    const count = counts.get(id);
    if (!count || (count.isStale && clock.now() >= count.countedAt + RECOUNT_MS)) return undefined;
    return count.taken;
  };

  const count = async (ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    const changed = new Set<string>();
    underWay.add(changed);
    try {
      const countedAt = clock.now();
      const found = await holds.counts(ids);
      const counted = new Map(ids.map((id) => [id, takenOf(found.get(id))]));
      for (const [id, taken] of counted)
        counts.set(id, { taken, countedAt, isStale: changed.has(id) }, countedAt + TTL_MS);
      return counted;
    } finally {
      underWay.delete(changed);
    }
  };

  return {
    async of(performances) {
      const taken = new Map(performances.map(({ id }) => [id, known(id)]));
      const unknown = [...taken].flatMap(([id, seats]) => (seats === undefined ? [id] : []));
      const counted = unknown.length === 0 ? undefined : await count(unknown);
      return new Map(
        performances.map(({ id, capacity }) => [id, capacity - (taken.get(id) ?? counted?.get(id) ?? 0)]),
      );
    },
    hear(events) {
      for (const id of performancesOf(events)) {
        const remembered = counts.get(id);
        if (remembered) remembered.isStale = true;
        for (const changed of underWay) changed.add(id);
      }
    },
  };
}

function takenOf(seats: { readonly held: number; readonly sold: number } | undefined): number {
  return seats ? seats.held + seats.sold : 0;
}
