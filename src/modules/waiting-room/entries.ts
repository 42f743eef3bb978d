import type { Clock } from '../../kernel/clock.ts';
import { Fault } from '../../kernel/faults.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { IdempotentWrite } from '../../platform/idempotency/ports.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import type { EntryView } from './contract.ts';
import { admittedView, isRenewable, type ViewRules, waitingView } from './entry-view.ts';
import type { Visitor } from './gate.ts';
import type { LineBatch } from './line-batch.ts';
import type { Standing } from './model.ts';
import type { PassDesk } from './passes.ts';
import type { LineAnswer, MaybePromise, WaitingLine } from './ports.ts';
import type { Rooms } from './rooms.ts';

export type EntriesOptions = {
  readonly line: Pick<WaitingLine, 'look' | 'assertHere'>;
  readonly batch: Pick<LineBatch, 'submit'>;
  readonly rooms: Rooms;
  readonly passes: PassDesk;
  readonly clock: Clock;
  readonly rules: ViewRules;
};

/** `isNew`: the place was given by this very request. */
export type Entry = { readonly isNew: boolean; readonly view: EntryView };
export type EntryAnswer = Result<
  Entry,
  'room_not_found' | 'room_closed' | 'room_draining' | 'sold_out' | 'entry_not_found'
>;

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
  join(who: Visitor, write?: IdempotentWrite<EntryView>): MaybePromise<EntryAnswer> {
    const terms = this.#options.rooms.terms(who.performanceId);
    if (terms instanceof Promise) return terms.then((found) => this.#joinRoom(who, found, write));
    return this.#joinRoom(who, terms, write);
  }

  /** Where the person stands. Asking is being there, and renews a pass that is half used. */
  find(who: Visitor): MaybePromise<EntryAnswer> {
    const looked = this.#options.line.look([who], 'seen');
    if (looked instanceof Promise) return looked.then(([standing]) => this.#show(who, standing));
    return this.#show(who, looked[0]);
  }

  async leave(who: Visitor, write?: IdempotentWrite<void>): Promise<Result<void, 'entry_not_found'>> {
    const save = write && (() => ({ ...write.ref, ...write.answer() }));
    const { outcome } = await this.#options.batch.submit({ kind: 'leave', ...who, save });
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
    write: IdempotentWrite<EntryView> | undefined,
  ): MaybePromise<EntryAnswer> {
    if (!terms || this.#options.clock.now() < terms.publicFrom) return ROOM_NOT_FOUND;
    const looked = this.#options.line.look([who], 'seen');
    if (looked instanceof Promise)
      return looked.then(([standing]) => this.#enter(who, terms, standing, write));
    return this.#enter(who, terms, looked[0], write);
  }

  #enter(
    who: Visitor,
    terms: SalesTerms,
    standing: Standing | undefined,
    write: IdempotentWrite<EntryView> | undefined,
  ): MaybePromise<EntryAnswer> {
    if (standing) return this.#show(who, standing);
    const { rooms, clock, batch } = this.#options;
    const phase = rooms.phase(who.performanceId, clock.now(), terms);
    if (phase.closedBy !== undefined) return ROOM_CLOSED;
    if (phase.isSoldOut) return SOLD_OUT;
    const save =
      write && ((joined: Standing) => ({ ...write.ref, ...write.answer(this.#waiting(who, joined)) }));
    return batch.submit({ kind: 'join', ...who, save }).then((answer) => this.#joined(who, answer));
  }

  #joined(who: Visitor, { outcome, standing }: LineAnswer): MaybePromise<EntryAnswer> {
    if (outcome === 'draining') return ROOM_DRAINING;
    if (!standing) return ROOM_CLOSED;
    if (outcome === 'already') return this.#show(who, standing);
    this.#options.rooms.noteJoin(who.performanceId);
    return ok({ isNew: true, view: this.#waiting(who, standing) });
  }

  #show(who: Visitor, standing: Standing | undefined): MaybePromise<EntryAnswer> {
    if (!standing) return this.#absent(who);
    const { rooms, clock } = this.#options;
    const waits = standing.status === 'waiting';
    if (waits && rooms.phase(who.performanceId, clock.now()).closedBy !== undefined) return ROOM_CLOSED;
    const view = this.view(who, standing);
    return view instanceof Promise ? view.then(toAnswer) : toAnswer(view);
  }

  /** Somebody who is not in line here. */
  #absent({ performanceId }: Visitor): MaybePromise<EntryAnswer> {
    const here = this.#options.line.assertHere(performanceId);
    return here instanceof Promise ? here.then(() => ENTRY_NOT_FOUND) : ENTRY_NOT_FOUND;
  }

  #waiting(who: Visitor, standing: Standing): EntryView {
    const { rooms, clock, rules } = this.#options;
    const figures = rooms.figures(who.performanceId);
    return waitingView(who, standing, { figures, phase: rooms.phase(who.performanceId, clock.now()), rules });
  }

  #admitted(who: Visitor, standing: Standing): MaybePromise<EntryView> {
    const { passes, rooms, clock, rules } = this.#options;
    const signed = passes.sign(who, standing);
    const nowMs = clock.now();
    const figures = rooms.figures(who.performanceId);
    const context = { figures, phase: rooms.phase(who.performanceId, nowMs), rules, nowMs };
    if (!(signed instanceof Promise)) return admittedView(who, standing, signed, context);
    return signed.then((pass) => admittedView(who, standing, pass, context));
  }

  /** A store that is away does not keep anybody from the pass that is there. */
  async #renew(who: Visitor, standing: Standing): Promise<EntryView | undefined> {
    try {
      const renewed = await this.#options.batch.submit({ kind: 'renew', ...who });
      return renewed.standing && (await this.#admitted(who, renewed.standing));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return this.#admitted(who, standing);
    }
  }
}

function toAnswer(view: EntryView | undefined): EntryAnswer {
  return view ? ok({ isNew: false, view }) : ENTRY_NOT_FOUND;
}
