import type { AnswerRecord, RoomSettings } from '../../../modules/waiting-room/index.ts';

/** The status of an entry as it is stored. */
export const STORED = { waiting: 0, admitted: 1, left: 2, dropped: 3, expired: 4, spent: 5 } as const;
export type StoredStatus = (typeof STORED)[keyof typeof STORED];

/** The state of an entry from now on; a time that is left out stays what it was. Epoch ms. */
export type EntryUpdate = {
  readonly number: number;
  status: StoredStatus;
  admittedAt?: number;
  passExpiresAt?: number;
  endedAt?: number;
};

/** What becomes of one room in one step. Lists that are empty are left out. */
export type RoomChange = {
  readonly performanceId: string;
  /** The room is made, or has new settings, from `at` on. */
  readonly settings?: {
    readonly at: number;
    readonly value: RoomSettings;
    readonly changedBy: string | null;
  };
  /** The room was retired and is at work again. */
  readonly revived?: true;
  /** New waiters, with consecutive numbers. */
  readonly joins?: { readonly firstNumber: number; readonly accountIds: readonly string[] };
  /** Entries that exist or join in this very step; each at most once. */
  readonly updates?: readonly EntryUpdate[];
  /** Silent waiters that somebody behind them was admitted before, and those of them who came back. */
  readonly passedOver?: readonly number[];
  readonly returned?: readonly number[];
  /** Bookings that were made with a direct pass. */
  readonly spent?: readonly { readonly accountId: string; readonly at: number }[];
};

export type LineChange = {
  /** The time of the step, epoch ms: of its joins and of who was passed over or came back. */
  readonly at: number;
  readonly rooms: readonly RoomChange[];
  readonly answers: readonly AnswerRecord[];
};

/** Some live entries of a room side by side; `accounts` has four words each, most significant first. */
export type EntryChunk = {
  readonly count: number;
  readonly numbers: Uint32Array;
  readonly accounts: Uint32Array;
  /** Of admitted ones only; else empty. */
  readonly admittedAt: readonly number[];
  readonly passExpiresAt: readonly number[];
};

/** What there is of a room besides its live entries. Times are epoch ms. */
export type StoredRoom = {
  readonly performanceId: string;
  readonly settings: RoomSettings;
  readonly changedAt: number;
  readonly lastNumber: number;
  readonly admittedTotal: number;
  /** Everybody admitted in the last second before the last admission, by time, ascending. */
  readonly lastAdmissions: readonly { readonly at: number; readonly count: number }[];
  /** The latest moment on record in the room's entries. */
  readonly lastAt: number;
  /** Waiters on record as passed over and not as back. */
  readonly passedOver: readonly number[];
  readonly spent: readonly { readonly accountId: string; readonly at: number }[];
};

/**
 * What keeps the lines that are in memory. One process at a time may write: whoever has acquired the store, until it
 * releases or loses it. An adapter sees to it that nothing written before the loss is still on its way afterwards.
 */
export type RoomStore = {
  /**
   * Takes the exclusive right to write. `onLost` is called once if it is lost.
   * @throws Fault `room_line_taken` while another process has it
   */
  acquire(onLost: (error: unknown) => void): Promise<void>;
  release(): Promise<void>;
  /** The rooms to be kept in memory, and those that were retired. */
  list(): Promise<{ readonly atWork: readonly string[]; readonly retired: readonly string[] }>;
  /** Hands the live entries over in ascending order, waiting and admitted ones apart. */
  load(
    performanceId: string,
    onEntries: (status: 'waiting' | 'admitted', chunk: EntryChunk) => void,
  ): Promise<StoredRoom | undefined>;
  /**
   * All or nothing, and durable. An UnavailableFault or DeadlineFault means that nobody knows which, and that the
   * right to write is lost; any other error that nothing happened.
   */
  commit(change: LineChange): Promise<void>;
  retire(performanceIds: readonly string[]): Promise<void>;
};
