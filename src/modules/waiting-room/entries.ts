import type { Clock } from '../../kernel/clock.ts';
import { Fault } from '../../kernel/faults.ts';
import { createMicroBatch, type MicroBatch, type MicroBatchObservation } from '../../kernel/micro-batch.ts';
import { andThen, type MaybePromise, ok, type Refusal, type Result, refuse } from '../../kernel/result.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import type { EntryView } from './contract.ts';
import { admittedView, isRenewable, type ViewRules, waitingView } from './entry-view.ts';
import type { Visitor } from './gate.ts';
import type { EntryEnd, RoomStats, Standing } from './model.ts';
import type { PassDesk } from './passes.ts';
import type { LineAnswer, LineOperation, WaitingLine } from './ports.ts';
import type { Phase, Rooms } from './rooms.ts';

export type EntriesOptions = {
  readonly line: Pick<WaitingLine, 'look' | 'absence'>;
  readonly batch: Pick<LineBatch, 'submit'>;
  readonly rooms: Rooms;
  readonly passes: PassDesk;
  readonly clock: Clock;
  readonly rules: ViewRules;
};

/** What a join came to, with what its answer is made of besides: as of `at`, epoch ms. No secret: no pass. */
export type Joined = Standing & {
  /** The place was given by this very request. */
  readonly isNew: boolean;
  readonly stats: RoomStats;
  readonly phase: Phase;
  readonly at: number;
};

type JoinCode = 'room_not_found' | 'room_closed' | 'room_draining' | 'sold_out' | 'entry_not_found';

export type EntryAnswer = Result<EntryView, 'room_closed' | 'entry_not_found'>;

const ROOM_NOT_FOUND = refuse('room_not_found');
const ROOM_CLOSED = refuse('room_closed');
const ROOM_DRAINING = refuse('room_draining');
const SOLD_OUT = refuse('sold_out');
const ENTRY_NOT_FOUND = refuse('entry_not_found');

/**
 * Places in line. Looking is answered at once, from memory; a join waits for nothing but its batch. Only what has
 * to be fetched once makes a promise more: terms that are not remembered, a pass that is not signed.
 */
export class Entries {
  readonly #options: EntriesOptions;

  constructor(options: EntriesOptions) {
    this.#options = options;
  }

  /** A place in line, or the one that the person has. People may join before the opening. */
  join(who: Visitor, key?: IdempotencyRef): MaybePromise<Result<Joined, JoinCode>> {
    return andThen(this.#options.rooms.terms(who.performanceId), (terms) => this.#joinRoom(who, terms, key));
  }

  /**
   * The body for the one who joined. Somebody admitted gets a pass with it; where the answer is repeated, the one that is
   * good by then, as long as the place is the same.
   */
  presentJoin(who: Visitor, joined: Joined, isReplayed: boolean): MaybePromise<EntryView> {
    const { rules, passes } = this.#options;
    const { stats, phase, at } = joined;
    if (joined.status === 'waiting') return waitingView(who, joined, { stats, phase, rules });
    if (isReplayed) return this.#presentAdmitted(who, joined);
    const context = { stats, phase, rules, nowMs: at };
    return andThen(passes.sign(who, joined), (signed) => admittedView(who, joined, signed, context));
  }

  async #presentAdmitted(who: Visitor, joined: Joined): Promise<EntryView> {
    const { stats, phase, at } = joined;
    const context = { stats, phase, rules: this.#options.rules, nowMs: at };
    const stored = admittedView(who, joined, { passExpiresAt: joined.passExpiresAt! }, context);
    const now = await this.find(who);
    if (!now.ok || now.value.entryId !== stored.entryId) return stored;
    const { pass, passExpiresAt } = now.value;
    return { ...stored, ...(pass === undefined ? {} : { pass, passExpiresAt: passExpiresAt! }) };
  }

  /** Where the person stands. Asking is being there, and renews a pass that is half used. */
  find(who: Visitor): MaybePromise<EntryAnswer> {
    return andThen(this.#options.line.look([who], 'seen'), ([standing]) => this.#show(who, standing));
  }

  async leave(who: Visitor, key?: IdempotencyRef): Promise<Result<void, 'entry_not_found'>> {
    const saveTo = key && { ref: key };
    const { outcome } = await this.#options.batch.submit({ kind: 'leave', ...who, saveTo });
    return outcome === 'left' ? ok(undefined) : ENTRY_NOT_FOUND;
  }

  /** The body for somebody in line; renews and signs the pass of somebody admitted. Undefined where it just ended. */
  view(who: Visitor, standing: Standing): MaybePromise<EntryView | undefined> {
    const { clock, rules } = this.#options;
    if (standing.status === 'waiting') return this.#waiting(who, standing);
    if (!isRenewable(standing, clock.now(), rules)) return this.#admitted(who, standing);
    return this.#renew(who, standing);
  }

  #joinRoom(
    who: Visitor,
    terms: SalesTerms | undefined,
    key: IdempotencyRef | undefined,
  ): MaybePromise<Result<Joined, JoinCode>> {
    if (!terms || this.#options.clock.now() < terms.publicFrom) return ROOM_NOT_FOUND;
    const looked = this.#options.line.look([who], 'seen');
    return andThen(looked, ([standing]) => this.#enter(who, terms, standing, key));
  }

  #enter(
    who: Visitor,
    terms: SalesTerms,
    standing: Standing | undefined,
    key: IdempotencyRef | undefined,
  ): MaybePromise<Result<Joined, JoinCode>> {
    const { rooms, clock, batch } = this.#options;
    if (standing) return this.#already(who, standing);
    const at = clock.now();
    const phase = rooms.phase(who.performanceId, at, terms);
    if (phase.closedBy !== undefined) return ROOM_CLOSED;
    if (phase.isSoldOut) return SOLD_OUT;
    const known = { isNew: true, stats: rooms.stats(who.performanceId), phase, at };
    return batch
      .submit({ kind: 'join', ...who, saveTo: key && { ref: key, known } })
      .then((answer) => this.#joined(who, answer, known));
  }

  #joined(
    who: Visitor,
    { outcome, standing }: LineAnswer,
    known: Omit<Joined, keyof Standing>,
  ): MaybePromise<Result<Joined, JoinCode>> {
    if (outcome === 'draining') return ROOM_DRAINING;
    if (!standing) return ROOM_CLOSED;
    if (outcome === 'already') return this.#already(who, standing);
    this.#options.rooms.noteJoin(who.performanceId);
    return ok({ ...known, ...standing });
  }

  /** In line before: the place is the one that there is, and a pass that is half used gets longer. */
  #already(who: Visitor, standing: Standing): MaybePromise<Result<Joined, JoinCode>> {
    const { rooms, clock, rules } = this.#options;
    const at = clock.now();
    const phase = rooms.phase(who.performanceId, at);
    if (standing.status === 'waiting' && phase.closedBy !== undefined) return ROOM_CLOSED;
    const found = (now: Standing) =>
      ok({ isNew: false, stats: rooms.stats(who.performanceId), phase, at, ...now });
    if (!isRenewable(standing, at, rules)) return found(standing);
    return this.#renewed(who, standing).then((now) => (now ? found(now) : ENTRY_NOT_FOUND));
  }

  #show(who: Visitor, standing: Standing | undefined): MaybePromise<EntryAnswer> {
    if (!standing) return this.#absent(who);
    const { rooms, clock } = this.#options;
    const waits = standing.status === 'waiting';
    if (waits && rooms.phase(who.performanceId, clock.now()).closedBy !== undefined) return ROOM_CLOSED;
    return andThen(this.view(who, standing), (shown) => (shown ? ok(shown) : this.#absent(who)));
  }

  /** Somebody who is not in line here. */
  #absent(who: Visitor): MaybePromise<EntryAnswer> {
    return andThen(this.#options.line.absence(who), refuseAbsent);
  }

  #waiting(who: Visitor, standing: Standing): EntryView {
    const { rooms, clock, rules } = this.#options;
    const stats = rooms.stats(who.performanceId);
    return waitingView(who, standing, { stats, phase: rooms.phase(who.performanceId, clock.now()), rules });
  }

  #admitted(who: Visitor, standing: Standing): MaybePromise<EntryView> {
    const { passes, rooms, clock, rules } = this.#options;
    const signed = passes.sign(who, standing);
    const nowMs = clock.now();
    const stats = rooms.stats(who.performanceId);
    const context = { stats, phase: rooms.phase(who.performanceId, nowMs), rules, nowMs };
    return andThen(signed, (pass) => admittedView(who, standing, pass, context));
  }

  async #renew(who: Visitor, standing: Standing): Promise<EntryView | undefined> {
    const renewed = await this.#renewed(who, standing);
    return renewed && this.#admitted(who, renewed);
  }

  /** A store that is away does not keep anybody from the pass that is there. Undefined where the pass just ended. */
  async #renewed(who: Visitor, standing: Standing): Promise<Standing | undefined> {
    try {
      return (await this.#options.batch.submit({ kind: 'renew', ...who })).standing;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return standing;
    }
  }
}

/** Says how the last place ended, where that is known. */
export function refuseAbsent(ended: EntryEnd | undefined): Refusal<'entry_not_found'> {
  return ended === undefined ? ENTRY_NOT_FOUND : refuse('entry_not_found', undefined, { ended });
}

export type LineBatchOptions = {
  readonly line: Pick<WaitingLine, 'write'>;
  readonly clock: Clock;
  /** Writes that may wait; more are refused with an OverloadedFault. */
  readonly maxQueued: number;
  readonly observe?: ((observation: MicroBatchObservation) => void) | undefined;
};

export type LineBatch = MicroBatch<LineOperation, LineAnswer>;

/** People of one step: a commit of about 30 ms. */
const BATCH_MAX = 4_096;
/** A connection that broke is back in less than a second; what takes longer is told to the person. */
const RETRY = { attempts: 4, delayMs: 200 } as const;

/**
 * All writes to lines, of all rooms, in the order of their arrival: what comes while the store is busy shares the
 * next step. One step at a time, because a line has an order. Each operation may be carried out again: anyone who
 * joined is then already in line, no matter who left is not in it.
 */
export function createLineBatch({ line, clock, maxQueued, observe }: LineBatchOptions): LineBatch {
  return createMicroBatch<LineOperation, LineAnswer>({
    name: 'waiting line',
    run: (operations) => line.write(operations),
    maxBatch: BATCH_MAX,
    maxInFlight: 1,
    maxQueued,
    retry: RETRY,
    clock,
    ...(observe ? { observe } : {}),
  });
}
