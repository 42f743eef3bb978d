import type { Catalogue } from '../modules/catalogue/index.ts';
import type { Identity } from '../modules/identity/index.ts';
import type { Payments } from '../modules/payments/index.ts';
import type { Points } from '../modules/points/index.ts';
import type { Reservations } from '../modules/reservations/index.ts';
import type { RoomSettings } from '../modules/waiting-room/index.ts';

/**
 * The parts of a system that demonstration data is loaded through: the use cases themselves, with all of their
 * rules, on a clock that is put back to when things happened.
 */
export type DemoSystem = {
  readonly provision: Identity['accounts']['provision'];
  readonly selling: Pick<Catalogue['selling'], 'addVenue' | 'addConcert' | 'addPerformance'>;
  readonly terms: Catalogue['terms'];
  readonly reserve: Reservations['reserve'];
  readonly pay: Payments['payWithPoints'];
  readonly charge: Points['charge'];
  setRoom(performanceId: string, settings: RoomSettings): Promise<void>;
  readonly clock: StoryClock;
};

/** Time in the story that the data tells; it only moves forwards. */
export type StoryClock = { now(): number; set(ms: number): void };

export type Telling = {
  readonly system: DemoSystem;
  /** The moment of loading, epoch ms: everything is dated from it. */
  readonly now: number;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
};
