import type { Result } from '../../kernel/result.ts';
import type { EffectTransaction, StoredEvent } from '../../platform/events/event.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import type { ResultSlot } from '../../platform/idempotency/ports.ts';

/** Times are epoch ms. */
export type LetterGroup = {
  readonly consumer: string;
  readonly cause: string | null;
  readonly error: string | null;
  readonly parked: number;
  readonly waiting: number;
  readonly firstFailedAt: number | null;
  readonly lastFailedAt: number | null;
  readonly sampleId: string;
  readonly redriveId: string | null;
};

export type LetterState = 'parked' | 'waiting' | 'redriven' | 'discarded';

/** An event as it was parked; what is no event of the log has no position. */
export type ParkedLetterEvent = Omit<StoredEvent, 'position' | 'data'> & {
  readonly position?: number;
  readonly data: Readonly<Record<string, unknown>>;
};

export type Letter = {
  readonly seq: number;
  readonly id: string;
  readonly consumer: string;
  readonly state: LetterState;
  readonly cause: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly event: ParkedLetterEvent;
  readonly firstFailedAt: number | null;
  readonly lastFailedAt: number | null;
  readonly parkedAt: number;
  readonly endedAt: number | null;
  readonly reason: string | null;
};

export type LetterInPlace = Letter & {
  /** Of its key, before and behind it. */
  readonly aheadOfIt: number;
  readonly behindIt: number;
  readonly redriveId: string | null;
};

export type LetterPage = {
  readonly consumer?: string | undefined;
  readonly cause?: string | undefined;
  /** Undefined: those that are parked or waiting. */
  readonly state?: LetterState | undefined;
  /** Newest first, those before it. */
  readonly before: number;
  readonly limit: number;
};

/** Which dead letters are meant: all of a consumer, of a cause, or these. */
export type Selection = {
  readonly consumer: string;
  readonly cause?: string | undefined;
  readonly ids?: readonly string[] | undefined;
};

type Asked = {
  /** Who asks; null: somebody at the machine. */
  readonly by: string | null;
  readonly now: number;
  readonly trace?: string | undefined;
  /** Of a success; its effect is the value. */
  readonly saveTo?: ResultSlot | undefined;
};

export type NewRedrive = Asked & {
  readonly id: string;
  readonly selection: Selection;
  readonly ratePerSecond: number;
  readonly isDryRun: boolean;
};

export type NewDiscard = Asked & {
  readonly id: string;
  readonly selection: Selection;
  readonly reason: string;
  /** Of the redrive by which what waited behind follows, and how fast that is. */
  readonly redriveId: string;
  readonly ratePerSecond: number;
};

export type Discarded = { readonly discarded: number; readonly redriveId: string | null };

export type RedriveState = 'queued' | 'running' | 'completed' | 'stopped';
export type StopReason = 'failing_again' | 'requested' | 'consumer_unknown';
export type DryRunOutcome = 'would_succeed' | 'would_fail' | 'not_possible';

export type Redrive = {
  readonly id: string;
  readonly consumer: string;
  readonly cause: string | null;
  readonly state: RedriveState;
  readonly isDryRun: boolean;
  /** Of a dry run: the dead letter that is tried. */
  readonly letterId: string | null;
  readonly outcome: DryRunOutcome | null;
  readonly ratePerSecond: number;
  readonly total: number;
  readonly done: number;
  readonly failedAgain: number;
  readonly stoppedBecause: StopReason | null;
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
};

/** With how many events of the consumer were parked meanwhile that it is not about. */
export type RedriveStanding = Redrive & { readonly newFailures: number };

/** Port: dead letters as people see them, and what they decide about them. */
export type DeadLetters = {
  groups(): Promise<readonly LetterGroup[]>;
  list(page: LetterPage): Promise<readonly Letter[]>;
  find(id: string): Promise<LetterInPlace | undefined>;
  /** Lays claim to the keys of what is selected, and has somebody redrive them. A dry run lays no claim. */
  redrive(request: NewRedrive): Promise<Result<{ readonly id: string }, 'dead_letters_gone'>>;
  discard(request: NewDiscard): Promise<Result<Discarded, 'dead_letters_gone'>>;
  findRedrive(id: string): Promise<RedriveStanding | undefined>;
  /** Newest first. */
  redrives(page: IdPage): Promise<readonly RedriveStanding[]>;
  /** Ends one between two steps. @returns whether it had not ended */
  stop(id: string): Promise<boolean>;
};

export type RedriveStep = {
  readonly redrive: Pick<Redrive, 'id' | 'consumer'>;
  readonly holder: string;
  readonly ttlMs: number;
  /** Dead letters at most. */
  readonly limit: number;
  /** Whether an error that may pass counts as one that does not: it has been tried again. */
  readonly isLast: boolean;
  readonly apply: (events: readonly StoredEvent[], transaction: EffectTransaction) => Promise<void>;
};

/** How a redrive stands after a step. */
export type StepResult = {
  /** How many dead letters this step tried, and how many of them failed again. */
  readonly tried: number;
  readonly failed: number;
  readonly done: number;
  readonly failedAgain: number;
  readonly isOver: boolean;
};

/** Port: the work of redrives. Each is held by one process at a time, by the database's clock. */
export type RedriveWork = {
  /** Takes one that nobody holds. */
  claim(claim: { readonly holder: string; readonly ttlMs: number }): Promise<Redrive | undefined>;
  /**
   * Applies the next dead letters, keys in turn and each in order, and takes them out, in one transaction. Of a key at
   * which one fails again, the rest stays.
   * @returns undefined where the redrive was stopped, or another process holds it
   * @throws what the effect throws while something is away, or may pass; nothing was done then
   */
  step(step: RedriveStep): Promise<StepResult | undefined>;
  /** Applies a dead letter, after those before it in its key, in a transaction that is rolled back. @throws as `step` */
  tryOut(
    trial: Pick<RedriveStep, 'apply' | 'isLast'> & { readonly letterId: string },
  ): Promise<{ readonly outcome: DryRunOutcome; readonly error: string | null }>;
  /** Keeps why it cannot go on right now. */
  note(id: string, error: string): Promise<void>;
  end(end: {
    readonly id: string;
    readonly holder: string;
    readonly state: 'completed' | 'stopped';
    readonly stoppedBecause?: StopReason | undefined;
    readonly outcome?: DryRunOutcome | undefined;
    readonly error?: string | undefined;
  }): Promise<void>;
  /** Lets others take what this process holds. */
  release(holder: string): Promise<void>;
  /** Removes what was redriven long ago. What was discarded stays on record. */
  forget(olderThanMs: number): Promise<void>;
};
