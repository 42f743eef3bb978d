import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { IdempotencyRef, StoredAnswer } from '../../platform/http/idempotency.ts';
import type { Visitor } from './gate.ts';
import type { RoomFigures, RoomSettings, Standing } from './model.ts';

/** The answer to a write with an Idempotency-Key, saved with the write's effect. */
export type AnswerRecord = IdempotencyRef & StoredAnswer;

/** Makes the answer out of where the person stands once the effect is there. */
export type SaveAnswer = (standing: Standing) => AnswerRecord;

export type JoinOperation = Visitor & { readonly kind: 'join'; readonly save?: SaveAnswer | undefined };
export type LeaveOperation = Visitor & {
  readonly kind: 'leave';
  readonly save?: (() => AnswerRecord) | undefined;
};
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
  readonly save?: ((figures: RoomFigures) => AnswerRecord) | undefined;
};

export type LineOperation =
  | JoinOperation
  | LeaveOperation
  | RenewOperation
  | SpendOperation
  | ConfigureOperation;

/**
 * `already`: was in line before; `draining`, `closed`: the room takes no joins; `absent`: there was nothing
 * to leave, renew or spend. `standing` is there after joined, already and renewed.
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
    | 'absent';
  readonly standing?: Standing;
};

/** What one step of admission did in one room. */
export type Admission = {
  readonly figures: RoomFigures;
  /** The numbers admitted, ascending. */
  readonly admitted: readonly number[];
  /** When a rate that is used up allows more (epoch ms); else infinite. */
  readonly nextAt: number;
};

/** What lets a person book: the live entry's number (0: none), and when a pass was last spent (0: never). */
export type Permit = { readonly number: number; readonly passExpiresAt: number; readonly spentAt: number };

export type MaybePromise<T> = T | Promise<T>;

/**
 * The lines of all rooms. A line is one ordered structure whose every step is atomic and durable: one
 * transaction, or one function on keys that share a room's hash tag. What an adapter keeps
 * (test/contracts/waiting-line.contract.ts):
 * - Numbers of a room run from 1 without gap in the order of the operations; an account has one live entry.
 * - An answer is given when its effect is durable. A failed call had no effect, or one that the next call
 *   reckons with: nobody is lost, no number is given twice.
 * - `admit` takes the smallest numbers of those who are there, never more in any window of a second, both
 *   ends included, than the rate, nor more at once than the concurrency, restarts and changes included.
 * - Who was not seen for `silentAfterMs` is passed over, keeps the number, counts again when seen within
 *   `graceMs`, and is dropped after it. A pass that ran out frees its slot.
 *
 * Failures are Faults: UnavailableFault or DeadlineFault when the store does not answer.
 */
export type WaitingLine = Lifecycle & {
  /** Carries out operations in their order, all or nothing; an answer for each. Makes rooms as needed. */
  write(operations: readonly LineOperation[]): Promise<readonly LineAnswer[]>;
  /** Ends what ran out in every room, and admits in the rooms named whose state allows it. */
  admit(performanceIds: readonly string[]): Promise<readonly Admission[]>;
  /** Where these people stand; `seen` notes that they are there. Undefined for who is not in line. */
  look(people: readonly Visitor[], as: 'seen' | 'unseen'): MaybePromise<readonly (Standing | undefined)[]>;
  permit(who: Visitor): MaybePromise<Permit>;
  /** The rooms that exist, of those named or of all that are at work. */
  figures(performanceIds?: readonly string[]): MaybePromise<readonly RoomFigures[]>;
  /** Lets go of rooms in which nothing will happen any more, until somebody asks for them again. */
  retire(performanceIds: readonly string[]): Promise<void>;
};

/** How long things last in a room. */
export type LineRules = {
  readonly passTtlMs: number;
  /** Renewals extend a pass up to this age. */
  readonly passAgeMaxMs: number;
  readonly silentAfterMs: number;
  readonly graceMs: number;
  /** How much of a second's admissions may come at once, as a time. */
  readonly burstMs: number;
  /** The knobs of a room that is opened by its first joiner. */
  readonly newRoom: RoomSettings;
};
