import type { Cancel, Clock } from '../../../kernel/clock.ts';
import { DeadlineFault, Fault, UnavailableFault } from '../../../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../../../kernel/lifecycle.ts';
import type { Visitor } from '../gate.ts';
import type { RoomFigures, Standing } from '../model.ts';
import type {
  Admission,
  LineAnswer,
  LineOperation,
  LineRules,
  MaybePromise,
  Permit,
  RoomStore,
  WaitingLine,
} from '../ports.ts';
import { ADMITTED } from './entry-records.ts';
import { LineClock, PresenceClock } from './line-clock.ts';
import { RoomLine } from './room-line.ts';
import { RoomShelf } from './room-shelf.ts';
import { applyTick, planTick, tickChange } from './tick-plan.ts';
import { WritePlan } from './write-plan.ts';

export type LineEngineOptions = {
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly rules: LineRules;
  /** Pause between attempts to get a lost store back. Default 250. */
  readonly recoverAfterMs?: number;
  readonly observe?: Partial<LineObserver>;
};

/** For logs and metrics. */
export type LineObserver = {
  loaded(what: { readonly rooms: number; readonly people: number; readonly ms: number }): void;
  /** The store is away: what is in memory can be looked at, nothing changes. */
  lost(error: unknown): void;
  /** An attempt to get it back failed. */
  stillLost(error: unknown): void;
  /** The machine's clock is behind what is on record; times go on from there. */
  clockBehind(ms: number): void;
};

const NOBODY: Permit = { number: 0, passExpiresAt: 0, spentAt: 0 };
/** A pause of steps beyond half of the silence that counts is nobody's silence. */
const STALL_SHARE = 0.5;

/**
 * The lines of all rooms in the memory of one process, backed by a store: decided in memory, stored in one
 * step, and only then in effect and visible. Steps run one after the other, so that each decides on what is
 * durable; those who look meanwhile see the line as it was stored last.
 *
 * When the store does not answer, nobody knows whether the last step happened. Everything is then read anew
 * before the next step; until then steps are refused and looking goes on.
 */
export class LineEngine implements WaitingLine {
  readonly name = 'waiting line';
  readonly start: Lifecycle['start'];
  readonly stop: Lifecycle['stop'];
  readonly #options: LineEngineOptions;
  readonly #store: RoomStore;
  readonly #rules: LineRules;
  readonly #clock: LineClock;
  readonly #presence: PresenceClock;
  readonly #shelf: RoomShelf;
  readonly #observe: Partial<LineObserver>;
  #state: 'stopped' | 'ready' | 'lost' = 'stopped';
  #tail: Promise<unknown> = Promise.resolve();
  #cancelRecovery: Cancel = () => {};

  constructor(options: LineEngineOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#rules = options.rules;
    this.#observe = options.observe ?? {};
    this.#clock = new LineClock(options.clock);
    this.#presence = new PresenceClock(options.rules.silentAfterMs * STALL_SHARE);
    this.#shelf = new RoomShelf({
      store: options.store,
      rules: options.rules,
      clock: this.#clock,
      presence: this.#presence,
      onClockBehind: (ms) => this.#observe.clockBehind?.(ms),
    });
    const lifecycle = createLifecycle(this.name, {
      start: () => this.#inTurn(() => this.#open()),
      stop: () => this.#close(),
    });
    this.start = lifecycle.start;
    this.stop = lifecycle.stop;
  }

  #close(): Promise<void> {
    this.#cancelRecovery();
    return this.#inTurn(async () => {
      this.#state = 'stopped';
      this.#cancelRecovery();
      await this.#store.release();
    });
  }

  async write(operations: readonly LineOperation[]): Promise<readonly LineAnswer[]> {
    // At once, not behind an attempt to get the store back, which may take seconds.
    this.#assertReady();
    return this.#inTurn(() => this.#write(operations));
  }

  async admit(performanceIds: readonly string[]): Promise<readonly Admission[]> {
    this.#assertReady();
    return this.#inTurn(() => this.#admit(performanceIds));
  }

  retire(performanceIds: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      this.#assertReady();
      const ids = performanceIds.filter((id) => this.#shelf.get(id));
      if (ids.length === 0) return;
      await this.#settled(this.#store.retire(ids));
      this.#shelf.retire(ids);
    });
  }

  look(people: readonly Visitor[], as: 'seen' | 'unseen'): MaybePromise<readonly (Standing | undefined)[]> {
    return this.#awake(
      people.map((who) => who.performanceId),
      () => people.map((who) => this.#standing(who, as)),
    );
  }

  permit(who: Visitor): MaybePromise<Permit> {
    return this.#awake([who.performanceId], () => this.#permit(who));
  }

  figures(performanceIds?: readonly string[]): MaybePromise<readonly RoomFigures[]> {
    return this.#awake(performanceIds ?? [], () => {
      const nowMs = this.#clock.now();
      const ids = performanceIds ?? this.#shelf.ids();
      return ids.flatMap((id) => this.#shelf.get(id)?.figures(nowMs) ?? []);
    });
  }

  async #write(operations: readonly LineOperation[]): Promise<readonly LineAnswer[]> {
    this.#assertReady();
    for (const { performanceId } of operations) {
      if (this.#shelf.isRetired(performanceId)) await this.#settled(this.#shelf.wake(performanceId));
    }
    const at = this.#clock.now();
    const plans = new Map<string, WritePlan>();
    const answers = operations.map((operation) => this.#decide(operation, plans, at));
    const decided = [...plans.values()].flatMap((plan) => {
      const change = plan.change();
      if (!change) return [];
      return {
        plan,
        room: this.#shelf.isWoken(change.performanceId) ? { ...change, revived: true as const } : change,
      };
    });
    if (decided.length === 0) return answers;
    const rooms = decided.map(({ room }) => room);
    const saved = decided.flatMap(({ plan }) => plan.answers);
    await this.#settled(this.#store.commit({ at, rooms, answers: saved }));
    const seenAt = this.#presence.at(this.#clock.now());
    for (const { plan } of decided) {
      plan.apply(seenAt);
      this.#clock.notBefore(plan.latestAt);
      this.#shelf.put(plan.line);
    }
    return answers;
  }

  #decide(operation: LineOperation, plans: Map<string, WritePlan>, at: number): LineAnswer {
    const { performanceId } = operation;
    let plan = plans.get(performanceId);
    if (!plan) {
      const known = this.#shelf.get(performanceId);
      if (!known && (operation.kind === 'leave' || operation.kind === 'renew')) return { outcome: 'absent' };
      const line = known ?? new RoomLine(performanceId, this.#rules.newRoom, this.#rules, at);
      plan = new WritePlan(line, { rules: this.#rules, at, isNew: !known });
      plans.set(performanceId, plan);
    }
    return plan.decide(operation);
  }

  async #admit(performanceIds: readonly string[]): Promise<readonly Admission[]> {
    this.#assertReady();
    const at = this.#clock.now();
    this.#presence.step(at);
    const stalledMs = this.#presence.stalledMs;
    const open = new Set(performanceIds);
    const plans = Array.from(this.#shelf.lines(), (line) =>
      planTick(line, { at, stalledMs, mayAdmit: open.has(line.performanceId) }),
    );
    const rooms = plans.flatMap((plan) => tickChange(plan, this.#rules) ?? []);
    if (rooms.length > 0) await this.#settled(this.#store.commit({ at, rooms, answers: [] }));
    for (const plan of plans) applyTick(plan, this.#rules);
    return plans.flatMap(({ line, admitted }) =>
      open.has(line.performanceId)
        ? {
            figures: line.figures(at),
            admitted: admitted.map((number) => line.standing(number)),
            nextAt: line.pace.nextAt(at, line.settings.ratePerSecond),
          }
        : [],
    );
  }

  #standing(who: Visitor, as: 'seen' | 'unseen'): Standing | undefined {
    const line = this.#shelf.get(who.performanceId);
    const number = line?.numberOf(who.accountId) ?? 0;
    if (line === undefined || number === 0) return undefined;
    if (line.status(number) === ADMITTED) {
      // Ended by time; the step that records it is still to come.
      if (line.passExpiresAt(number) <= this.#clock.now()) return undefined;
    } else if (as === 'seen') line.seen(number, this.#presence.at(this.#clock.now()));
    return line.standing(number);
  }

  #permit(who: Visitor): Permit {
    const line = this.#shelf.get(who.performanceId);
    if (line === undefined) return NOBODY;
    const spentAt = line.spent.get(who.accountId) ?? 0;
    const number = line.numberOf(who.accountId);
    if (number === 0 || line.status(number) !== ADMITTED) return { ...NOBODY, spentAt };
    const passExpiresAt = line.passExpiresAt(number);
    return passExpiresAt > this.#clock.now() ? { number, passExpiresAt, spentAt } : { ...NOBODY, spentAt };
  }

  /** Answers at once, unless one of the rooms has to be read first. */
  #awake<T>(performanceIds: readonly string[], answer: () => T): MaybePromise<T> {
    const asleep = performanceIds.filter((id) => this.#shelf.isRetired(id));
    if (asleep.length === 0) return answer();
    return this.#inTurn(async () => {
      this.#assertReady();
      for (const id of asleep) await this.#settled(this.#shelf.wake(id));
      return answer();
    });
  }

  /** One step after the other; one that fails holds up none. */
  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(step);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  #assertReady(): void {
    if (this.#state === 'ready') return;
    throw new UnavailableFault('waiting-line', `the waiting line is ${this.#state}`);
  }

  /** Watches an answer of the store: after one that leaves it open what happened, nothing in memory is sure. */
  async #settled<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (leavesOpen(error)) this.#lose(error);
      throw error;
    }
  }

  async #open(): Promise<void> {
    const startedAt = this.#options.clock.now();
    await this.#store.acquire((error) => this.#lose(error));
    const loaded = await this.#shelf.loadAll();
    this.#state = 'ready';
    this.#observe.loaded?.({ ...loaded, ms: this.#options.clock.now() - startedAt });
  }

  #lose(error: unknown): void {
    if (this.#state !== 'ready') return;
    this.#state = 'lost';
    this.#observe.lost?.(error);
    this.#recoverAfter(0);
  }

  #recoverAfter(ms: number): void {
    this.#cancelRecovery = this.#options.clock.after(ms, () => void this.#recover());
  }

  async #recover(): Promise<void> {
    try {
      await this.#inTurn(async () => {
        if (this.#state === 'lost') await this.#open();
      });
    } catch (error) {
      this.#observe.stillLost?.(error);
      if (this.#state === 'lost') this.#recoverAfter(this.#options.recoverAfterMs ?? 250);
    }
  }
}

function leavesOpen(error: unknown): boolean {
  if (error instanceof UnavailableFault || error instanceof DeadlineFault) return true;
  return error instanceof Fault && error.code === 'room_line_diverged';
}
