import type { LineRules, RoomStore } from '../ports.ts';
import type { LineClock, PresenceClock } from './line-clock.ts';
import { loadRoom } from './load-room.ts';
import type { RoomLine } from './room-line.ts';

export type RoomShelfOptions = {
  readonly store: RoomStore;
  readonly rules: LineRules;
  readonly clock: LineClock;
  readonly presence: PresenceClock;
  /** The machine's clock is behind what a room has on record, by so many milliseconds. */
  readonly onClockBehind: (ms: number) => void;
};

/** The rooms that are in memory, and those that are known to be in the store only. */
export class RoomShelf {
  readonly #options: RoomShelfOptions;
  #rooms = new Map<string, RoomLine>();
  #retired = new Set<string>();
  /** Read again after they were retired; the store does not know yet that they are at work. */
  readonly #woken = new Set<string>();

  constructor(options: RoomShelfOptions) {
    this.#options = options;
  }

  get(performanceId: string): RoomLine | undefined {
    return this.#rooms.get(performanceId);
  }

  ids(): readonly string[] {
    return [...this.#rooms.keys()];
  }

  lines(): Iterable<RoomLine> {
    return this.#rooms.values();
  }

  isRetired(performanceId: string): boolean {
    return this.#retired.size > 0 && this.#retired.has(performanceId);
  }

  isWoken(performanceId: string): boolean {
    return this.#woken.has(performanceId);
  }

  /** A step on the room is stored, so it is at work. */
  put(line: RoomLine): void {
    this.#rooms.set(line.performanceId, line);
    this.#woken.delete(line.performanceId);
  }

  retire(performanceIds: readonly string[]): void {
    for (const id of performanceIds) {
      this.#rooms.delete(id);
      this.#woken.delete(id);
      this.#retired.add(id);
    }
  }

  /** Reads a retired room. To be called in a step. */
  async wake(performanceId: string): Promise<void> {
    if (!this.isRetired(performanceId)) return;
    const line = await this.#load(performanceId);
    this.#retired.delete(performanceId);
    if (!line) return;
    this.#rooms.set(performanceId, line);
    this.#woken.add(performanceId);
  }

  /** Reads everything anew; the rooms as they were can be looked at until it is done. */
  async loadAll(): Promise<{ readonly rooms: number; readonly people: number }> {
    const { atWork, retired } = await this.#options.store.list();
    const rooms = new Map<string, RoomLine>();
    let people = 0;
    for (const id of atWork) {
      const line = await this.#load(id);
      if (!line) continue;
      rooms.set(id, line);
      people += line.present.size + line.active.size;
    }
    this.#rooms = rooms;
    this.#retired = new Set(retired);
    this.#woken.clear();
    return { rooms: rooms.size, people };
  }

  async #load(performanceId: string): Promise<RoomLine | undefined> {
    const { clock, presence } = this.#options;
    const loaded = await loadRoom(performanceId, this.#options);
    if (!loaded) return undefined;
    const behindMs = clock.continueFrom(loaded.lastAt);
    if (behindMs > 0) {
      presence.skip(behindMs);
      this.#options.onClockBehind(behindMs);
    }
    return loaded.line;
  }
}
