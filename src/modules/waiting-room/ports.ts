import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { MaybePromise } from '../../kernel/result.ts';
import type { SeenVersions } from '../../platform/http/conditional.ts';
import type { ResultRecord, ResultSlot } from '../../platform/idempotency/ports.ts';
import type { Visitor } from './gate.ts';
import type { EntryEnd, RoomSettings, RoomStats, Standing } from './model.ts';

/** The effect is the Standing of the one who joined. */
export type JoinOperation = Visitor & { readonly kind: 'join'; readonly saveTo?: ResultSlot | undefined };
export type LeaveOperation = Visitor & { readonly kind: 'leave'; readonly saveTo?: ResultSlot | undefined };
/** Extends an active pass to its full length from now, up to its greatest age. */
export type RenewOperation = Visitor & { readonly kind: 'renew' };
/**
 * Ends the pass of somebody admitted at `at` (epoch ms, default now) or before; where there is none, the direct
 * passes that were issued until then.
 */
export type SpendOperation = Visitor & { readonly kind: 'spend'; readonly at?: number | undefined };
export type ConfigureOperation = {
  readonly kind: 'configure';
  readonly performanceId: string;
  readonly change: Partial<RoomSettings>;
  readonly changedBy: string | null;
  /** Done only where the settings are of one of these versions; undefined: of any. */
  readonly seen?: SeenVersions;
  /** The effect is the RoomStats under the new settings. */
  readonly saveTo?: ResultSlot | undefined;
};

export type LineOperation =
  | JoinOperation
  | LeaveOperation
  | RenewOperation
  | SpendOperation
  | ConfigureOperation;

/**
 * `already`: was in line before; `draining`, `closed`: the room takes no joins; `absent`: there was nothing
 * to leave, renew or spend; `stale`: the settings were changed since. `standing` is there after joined, already and
 * renewed, `figures` after configured.
 */
export type LineAnswer = {
  readonly outcome:
    | 'joined'
    | 'already'
    | 'draining'
    | 'closed'
    | 'left'
    | 'renewed'
    | 'spent'
    | 'configured'
    | 'stale'
    | 'absent';
  readonly standing?: Standing;
  readonly stats?: RoomStats;
};

/** What one step of admission did in one room. */
export type Admission = {
  readonly stats: RoomStats;
  /** Where those admitted stand now, by number. */
  readonly admitted: readonly Standing[];
  /** When a rate that is used up allows more (epoch ms); else infinite. */
  readonly nextAt: number;
};

/** By room, how many may be inside at once. */
export type InsideMax = ReadonlyMap<string, number>;

/** What lets a person book: the live entry's number (0: none), and when a pass was last spent (0: never). */
export type Permit = { readonly number: number; readonly passExpiresAt: number; readonly spentAt: number };

/**
 * The lines of all rooms. A line is one ordered structure whose every step is atomic and durable: one
 * transaction, or one function on keys that share a room's hash tag. What an adapter keeps
 * (test/contracts/waiting-line.contract.ts):
 * - Numbers of a room run from 1 without gap in the order of the operations; an account has one live entry.
 * - An answer is given when its effect is durable. A failed call had no effect, or one that the next call
 *   reckons with: nobody is lost, no number is given twice.
 * - `admit` takes the smallest numbers of those who are there, never more in any window of a second, both
 *   ends included, than the rate, nor more at once than the concurrency, restarts and changes included.
 * - Who was not seen for `silentAfterMs` is passed over by those behind, keeps the number, and counts again when
 *   seen. Who does not come back within the room's `graceMs` of being passed over is dropped. That time runs only
 *   while people are admitted: silence costs nothing before the opening, nor while nobody is admitted.
 * - A pass that ran out frees its slot. So does an admission that nobody has fetched (looked at as `seen`, or
 *   used) within `passPickupMs`: its owner then is somebody passed over, with the same number.
 *
 * A room is kept by one process at a time; for those of others, writes throw an ElsewhereFault `room_elsewhere`. When
 * a process ends, others take its rooms over.
 *
 * Failures are Faults: UnavailableFault or DeadlineFault when the store does not answer.
 */
export type WaitingLine = Lifecycle & {
  /** Carries out operations in their order, all or nothing; an answer for each. Makes rooms as needed. */
  write(operations: readonly LineOperation[]): Promise<readonly LineAnswer[]>;
  /**
   * Ends what ran out, and admits in the rooms named, whose sale is open, as far as their state allows it. Rooms
   * that are not named are looked through once a second.
   * @param insideMax of rooms in which fewer may be inside than their concurrency says
   */
  admit(performanceIds: readonly string[], insideMax?: InsideMax): Promise<readonly Admission[]>;
  /** Where these people stand; `seen` notes that they are there. Undefined for who is not in line. */
  look(people: readonly Visitor[], as: 'seen' | 'unseen'): MaybePromise<readonly (Standing | undefined)[]>;
  permit(who: Visitor): MaybePromise<Permit>;
  /**
   * For a room, or somebody in it, that is found nowhere: whether that is to be believed, and how the person's last
   * place ended. Undefined where there was none, or it ended long ago: the last ends of a room are remembered.
   * @throws ElsewhereFault `room_elsewhere` where another process keeps the room
   */
  absence(sought: Sought): MaybePromise<EntryEnd | undefined>;
  /** Whether another process keeps the room, as far as this one knows. */
  isElsewhere(performanceId: string): boolean;
  /** The rooms that exist, of those named or of all that are at work. */
  stats(performanceIds?: readonly string[]): MaybePromise<readonly RoomStats[]>;
  /** Lets go of rooms in which nothing will happen any more, until somebody asks for them again. */
  retire(performanceIds: readonly string[]): Promise<void>;
};

/** A room, or somebody in it. */
export type Sought = Pick<Visitor, 'performanceId'> & Partial<Visitor>;

/** How long things last in a room. */
export type LineRules = {
  readonly passTtlMs: number;
  /** Renewals extend a pass up to this age. */
  readonly passAgeMaxMs: number;
  /** An admission that nobody has fetched by then frees its slot. */
  readonly passPickupMs: number;
  readonly silentAfterMs: number;
  /** How much of a second's admissions may come at once, as a time. */
  readonly burstMs: number;
  /** The settings of a room that is opened by its first joiner. */
  readonly newRoom: RoomSettings;
};

/** The status of an entry as it is stored. */
export const STORED = { waiting: 0, admitted: 1, left: 2, dropped: 3, expired: 4, spent: 5 } as const;
export type StoredStatus = (typeof STORED)[keyof typeof STORED];
export type EndedStatus = Exclude<StoredStatus, typeof STORED.waiting | typeof STORED.admitted>;

/** The state of an entry from now on; a time that is left out stays what it was, unless it waits. Epoch ms. */
export type EntryUpdate = {
  readonly number: number;
  status: StoredStatus;
  admittedAt?: number;
  passExpiresAt?: number;
  /** When the pass was fetched first. */
  pickedUpAt?: number;
  endedAt?: number;
};

/** What becomes of one room in one step. Lists that are empty are left out. */
export type RoomChange = {
  readonly performanceId: string;
  /** The room is made, or has new settings, from `at` on. */
  readonly settings?: {
    readonly at: number;
    readonly value: RoomSettings;
    readonly version: number;
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
  /** Admissions that nobody fetched; the numbers wait again. */
  readonly missed?: readonly { readonly number: number; readonly admittedAt: number }[];
  /** Bookings that were made with a direct pass. */
  readonly spent?: readonly { readonly accountId: string; readonly at: number }[];
};

/** One step of some rooms. */
export type RoomStep = {
  /** The time of the step, epoch ms: of its joins, of who was passed over or came back, of slots given up. */
  readonly at: number;
  readonly rooms: readonly RoomChange[];
};

/** A step that people or sellers asked for, with what they are answered. */
export type LineChange = RoomStep & {
  /** Of operations with a key. */
  readonly results: readonly ResultRecord[];
};

/** Some live entries of a room side by side; `accounts` has four words each, most significant first. */
export type EntryChunk = {
  readonly count: number;
  readonly numbers: Uint32Array;
  readonly accounts: Uint32Array;
  /** Of admitted ones only; else empty. */
  readonly admittedAt: readonly number[];
  readonly passExpiresAt: readonly number[];
  readonly isPickedUp: readonly boolean[];
};

/** Places that are over, in the order in which they ended; `accounts` as in {@link EntryChunk}. */
export type PastChunk = {
  readonly accounts: Uint32Array;
  readonly statuses: readonly EndedStatus[];
};

/** What there is of a room besides its live entries. Times are epoch ms. */
export type StoredRoom = {
  readonly performanceId: string;
  readonly settings: RoomSettings;
  readonly version: number;
  readonly changedAt: number;
  /** Nobody up to this number is in the room, and none of the last admissions is among them. */
  readonly settledTo: number;
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

/** The rooms that a process has just made its own, and those that others keep. */
export type RoomsFound = { readonly taken: readonly string[]; readonly elsewhere: readonly string[] };

/** The right of this process to write to the rooms that it takes; `lost` says why, if it ends before it is given back. */
export type RoomLease = { readonly lost: Promise<unknown> };

/**
 * Port: the numbers, and all else that people and sellers write: who joins, leaves, renews, spends; settings.
 * Writing to a room takes the lease and the room, see {@link RoomAdmissions}.
 */
export type RoomNumbers = {
  /**
   * All or nothing, and durable; rooms that there are not yet become this process's. An UnavailableFault or
   * DeadlineFault means that the outcome is unknown, and the lease lost; any other error that nothing happened.
   */
  commit(change: LineChange): Promise<void>;
};

/**
 * Port: admission, and who may carry it out. One process at a time may write to a room: anyone who has taken it, until
 * that process gives the lease back or loses it. An adapter sees to it that nothing written before the loss is still on
 * its way when somebody else takes the room.
 */
export type RoomAdmissions = {
  acquire(): Promise<RoomLease>;
  release(): Promise<void>;
  /** Takes all rooms at work that nobody keeps. */
  takeFree(): Promise<RoomsFound>;
  /** Takes those of these rooms that nobody keeps; one that there is not yet is nobody's. */
  take(performanceIds: readonly string[]): Promise<RoomsFound>;
  /** Records who was admitted, passed over, dropped, and whose pass ended. Fails as {@link RoomNumbers} do. */
  commit(step: RoomStep): Promise<void>;
  retire(performanceIds: readonly string[]): Promise<void>;
};

/** Port: what looks are answered from. */
export type RoomLooks = {
  /** The rooms of this process that are to be kept in memory, and those that were retired. */
  list(): Promise<{ readonly atWork: readonly string[]; readonly retired: readonly string[] }>;
  room(performanceId: string): Promise<StoredRoom | undefined>;
  /** Who waits, in ascending order, of the numbers above `after` up to `upTo`. */
  waiting(
    performanceId: string,
    range: { readonly after: number; readonly upTo: number },
  ): Promise<EntryChunk>;
  /** Who is inside, in ascending order. */
  admitted(performanceId: string): Promise<EntryChunk>;
  /** The last ends, `most` at most, of the numbers above `after`. */
  ended(performanceId: string, range: { readonly after: number; readonly most: number }): Promise<PastChunk>;
};

/** What the lines in memory stand on: three ports, since they need not be kept in one place. */
export type RoomStores = {
  readonly numbers: RoomNumbers;
  readonly admissions: RoomAdmissions;
  readonly looks: RoomLooks;
};
