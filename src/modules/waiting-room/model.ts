/** What a room does: see `RoomPatch` in contract.ts. */
export type RoomState = 'open' | 'paused' | 'draining' | 'closed';

/**
 * Why a room admits nobody any more: it was closed by hand and may open again, its sale is over, or the seats are now
 * sold without one.
 */
export type RoomEnd = 'room-closed' | 'sale-over' | 'room-off';

/**
 * How a place ended: its owner left, was not heard of for longer than the grace, let the pass run out, or booked
 * with it.
 */
export type EntryEnd = 'left' | 'dropped' | 'pass-expired' | 'pass-spent';

/** The settings of a room. */
export type RoomSettings = {
  readonly state: RoomState;
  /** Admissions in any window of one second, both ends included. */
  readonly ratePerSecond: number;
  /** Active passes at any moment. */
  readonly concurrency: number;
  /** How long somebody passed over keeps the place, in time in which people are admitted. */
  readonly graceMs: number;
  /** The rate that comes back, while another one is lent to a demonstration's crowd. */
  readonly rateBefore?: number | undefined;
};

/** Where a person stands. Times are epoch ms. */
export type Standing = {
  readonly number: number;
  readonly status: 'waiting' | 'admitted';
  /** People who wait, and are there, with a smaller number. */
  readonly ahead: number;
  readonly behind: number;
  readonly admittedAt?: number;
  /** The pass is good before this moment, not at it. */
  readonly passExpiresAt?: number;
};

/** A room in numbers. */
export type RoomStats = RoomSettings & {
  readonly performanceId: string;
  /** How often its settings were changed. */
  readonly version: number;
  /** People who wait and are there; the silent do not count. */
  readonly waiting: number;
  readonly silent: number;
  readonly active: number;
  readonly admittedTotal: number;
  /** Admissions per second over the last seconds. */
  readonly currentRate: number;
};

export function takesJoins(state: RoomState): boolean {
  return state === 'open' || state === 'paused';
}

export function admits(state: RoomState): boolean {
  return state === 'open' || state === 'draining';
}
