import type { LineRules, RoomStores } from '../ports.ts';
import type { LineClock, PresenceClock } from './line-clock.ts';
import { loadRoom } from './load-room.ts';
import type { RoomLine } from './room-line.ts';

export type RoomShelfOptions = {
  readonly stores: Pick<RoomStores, 'admissions' | 'looks'>;
  readonly rules: LineRules;
  readonly clock: LineClock;
  readonly presence: PresenceClock;
};

/** The rooms that are in memory, and those that are known to be in the store only. */
export class RoomShelf {
  readonly #options: RoomShelfOptions;
  #rooms = new Map<string, RoomLine>();
  #retired = new Set<string>();
  /** Read again after they were retired; the store does not know yet that they are at work. */
  readonly #woken = new Set<string>();
  /** Other processes keep these. */
  #elsewhere = new Set<string>();

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

  isElsewhere(performanceId: string): boolean {
    return this.#elsewhere.size > 0 && this.#elsewhere.has(performanceId);
  }

  get hasElsewhere(): boolean {
    return this.#elsewhere.size > 0;
  }

  /** Makes these rooms ours as far as nobody keeps them, and reads those that there are. To be called in a step. */
  async take(performanceIds: readonly string[]): Promise<void> {
    const { taken, elsewhere } = await this.#options.stores.admissions.take(performanceIds);
    for (const id of performanceIds) this.#elsewhere.delete(id);
    for (const id of elsewhere) this.#elsewhere.add(id);
    // A retired room may be ours already.
    const mine = performanceIds.filter((id) => this.isRetired(id) && !this.#elsewhere.has(id));
    for (const id of new Set([...taken, ...mine])) await this.#takeIn(id);
  }

  /** Takes over what other processes have left. To be called in a step. */
  async lookAround(): Promise<void> {
    const { taken, elsewhere } = await this.#options.stores.admissions.takeFree();
    this.#elsewhere = new Set(elsewhere);
    for (const id of taken) await this.#takeIn(id);
  }

  async #takeIn(performanceId: string): Promise<void> {
    const line = await this.#load(performanceId);
    if (this.#retired.delete(performanceId)) this.#woken.add(performanceId);
    if (line) this.#rooms.set(performanceId, line);
  }

  /** Reads everything again; the rooms as they were can be looked at until it is done. */
  async loadAll(): Promise<{ readonly rooms: number; readonly people: number }> {
    const { admissions, looks } = this.#options.stores;
    const { elsewhere } = await admissions.takeFree();
    const { atWork, retired } = await looks.list();
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
    this.#elsewhere = new Set(elsewhere);
    return { rooms: rooms.size, people };
  }

  async #load(performanceId: string): Promise<RoomLine | undefined> {
    const { stores, clock, presence } = this.#options;
    const loaded = await loadRoom(performanceId, { ...this.#options, looks: stores.looks });
    if (!loaded) return undefined;
    presence.skip(clock.continueFrom(loaded.lastAt));
    return loaded.line;
  }
}
