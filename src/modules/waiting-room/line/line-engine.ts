import type { ProcessClock } from '../../../kernel/clock.ts';
import { ElsewhereFault } from '../../../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../../../kernel/lifecycle.ts';
import type { MaybePromise } from '../../../kernel/result.ts';
import type { Visitor } from '../gate.ts';
import type { EntryEnd, RoomStats, Standing } from '../model.ts';
import type {
  Admission,
  InsideMax,
  LineAnswer,
  LineOperation,
  LineRules,
  Permit,
  RoomStep,
  RoomStores,
  Sought,
  WaitingLine,
} from '../ports.ts';
import { LineClock, PresenceClock } from './line-clock.ts';
import { RoomLine } from './room-line.ts';
import { RoomShelf } from './room-shelf.ts';
import { StoreSession } from './store-session.ts';
import { applyTick, planTick, type TickPlan, tickChange } from './tick-plan.ts';
import { WritePlan } from './write-plan.ts';

export type LineEngineOptions = {
  readonly stores: RoomStores;
  readonly clock: ProcessClock;
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
};

const NOBODY: Permit = { number: 0, passExpiresAt: 0, spentAt: 0 };
/** A pause of steps beyond half of the silence that counts is nobody's silence. */
const STALL_SHARE = 0.5;
/** A room in which nobody can be admitted is looked at so seldom. */
const SWEEP_MS = 1_000;
/** Rooms of other processes are looked for so often at most, while somebody asks or there are any. */
const LOOK_AROUND_MS = 1_000;

/**
 * The lines of all rooms in the memory of one process, backed by a store: decided in memory, stored in one
 * step, and only then in effect and visible. Steps run one after the other, so that each decides on what is
 * durable; those who look meanwhile see the line as it was stored last.
 *
 * When the store does not answer, the outcome of the last step is unknown. Everything is then read again before
 * the next step; until then steps are refused and looking goes on.
 */
export class LineEngine implements WaitingLine {
  readonly name = 'waiting line';
  readonly start: Lifecycle['start'];
  readonly stop: Lifecycle['stop'];
  readonly #options: LineEngineOptions;
  readonly #stores: RoomStores;
  readonly #rules: LineRules;
  readonly #clock: LineClock;
  readonly #presence: PresenceClock;
  readonly #shelf: RoomShelf;
  readonly #session: StoreSession;
  readonly #observe: Partial<LineObserver>;
  /** When rooms of others were last looked for. */
  #lookedAroundAt = 0;
  /** When all rooms were last looked through. */
  #sweptAt = 0;

  constructor(options: LineEngineOptions) {
    this.#options = options;
    this.#stores = options.stores;
    this.#rules = options.rules;
    this.#observe = options.observe ?? {};
    this.#clock = new LineClock(options.clock);
    this.#presence = new PresenceClock(options.rules.silentAfterMs * STALL_SHARE);
    this.#shelf = new RoomShelf({
      stores: options.stores,
      rules: options.rules,
      clock: this.#clock,
      presence: this.#presence,
    });
    this.#session = new StoreSession({
      ...options,
      admissions: options.stores.admissions,
      recoverAfterMs: options.recoverAfterMs ?? 250,
      load: () => this.#load(),
      onLost: (error) => this.#observe.lost?.(error),
      onStillLost: (error) => this.#observe.stillLost?.(error),
    });
    ({ start: this.start, stop: this.stop } = createLifecycle(this.name, this.#session));
  }

  async write(operations: readonly LineOperation[]): Promise<readonly LineAnswer[]> {
    // At once, not behind an attempt to get the store back, which may take seconds.
    this.#session.assertReady();
    return this.#session.inTurn(() => this.#write(operations));
  }

  async admit(ids: readonly string[], insideMax?: InsideMax): Promise<readonly Admission[]> {
    this.#session.assertReady();
    return this.#session.inTurn(() => this.#admit(ids, insideMax));
  }

  retire(performanceIds: readonly string[]): Promise<void> {
    return this.#session.inTurn(async () => {
      this.#session.assertReady();
      const ids = performanceIds.filter((id) => this.#shelf.get(id));
      if (ids.length === 0) return;
      await this.#session.settled(this.#stores.admissions.retire(ids));
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

  stats(performanceIds?: readonly string[]): MaybePromise<readonly RoomStats[]> {
    return this.#awake(performanceIds ?? [], () => {
      const nowMs = this.#clock.now();
      return (performanceIds ?? this.#shelf.ids()).flatMap((id) => this.#shelf.get(id)?.stats(nowMs) ?? []);
    });
  }

  async #write(operations: readonly LineOperation[]): Promise<readonly LineAnswer[]> {
    this.#session.assertReady();
    await this.#take(operations.map(({ performanceId }) => performanceId));
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
    const results = decided.flatMap(({ plan }) => plan.results);
    await this.#session.settled(this.#stores.numbers.commit({ at, rooms, results }));
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

  async #admit(performanceIds: readonly string[], insideMax?: InsideMax): Promise<readonly Admission[]> {
    this.#session.assertReady();
    if (this.#shelf.hasElsewhere) await this.#lookAround();
    const at = this.#clock.now();
    this.#presence.step(at);
    const presentAt = this.#presence.at(at);
    const open = new Set(performanceIds);
    const plans = this.#linesOfTick(performanceIds, at).map((line) =>
      planTick(line, { at, presentAt, mayAdmit: open.has(line.performanceId), insideMax }),
    );
    const rooms = plans.flatMap((plan) => tickChange(plan, this.#rules) ?? []);
    if (rooms.length > 0) await this.#storeTick(plans, { at, rooms });
    for (const plan of plans) applyTick(plan, presentAt);
    return plans.flatMap(({ line, admitted }) =>
      open.has(line.performanceId)
        ? {
            stats: line.stats(at),
            admitted: admitted.map((number) => line.standing(number)),
            nextAt: line.pace.nextAt(at, line.settings.ratePerSecond),
          }
        : [],
    );
  }

  /** Those named; once a second all others as well in which anything can come to an end. */
  #linesOfTick(performanceIds: readonly string[], at: number): readonly RoomLine[] {
    if (at - this.#sweptAt < SWEEP_MS) return performanceIds.flatMap((id) => this.#shelf.get(id) ?? []);
    this.#sweptAt = at;
    const open = new Set(performanceIds);
    return [...this.#shelf.lines()].filter((line) => open.has(line.performanceId) || !line.isStill);
  }

  async #storeTick(plans: readonly TickPlan[], step: RoomStep): Promise<void> {
    for (const { line, missed } of plans) line.pickups.beginLapse(missed);
    try {
      await this.#session.settled(this.#stores.admissions.commit(step));
    } catch (error) {
      for (const { line } of plans) line.endLapse(false);
      throw error;
    }
  }

  #standing(who: Visitor, as: 'seen' | 'unseen'): Standing | undefined {
    const line = this.#shelf.get(who.performanceId);
    const number = line?.numberOf(who.accountId) ?? 0;
    if (line === undefined || number === 0) return undefined;
    const nowMs = this.#clock.now();
    // Ended by time; the step that records it is still to come.
    if (line.isAdmitted(number) && line.passExpiresAt(number) <= nowMs) return undefined;
    if (as === 'seen') line.seen(number, this.#presence.at(nowMs));
    return line.standing(number);
  }

  #permit(who: Visitor): Permit {
    const line = this.#shelf.get(who.performanceId);
    if (line === undefined) return NOBODY;
    const spentAt = line.spent.get(who.accountId) ?? 0;
    const number = line.numberOf(who.accountId);
    if (number === 0 || !line.isAdmitted(number)) return { ...NOBODY, spentAt };
    const nowMs = this.#clock.now();
    const passExpiresAt = line.passExpiresAt(number);
    if (passExpiresAt <= nowMs) return { ...NOBODY, spentAt };
    // Who books with a pass has fetched it.
    line.seen(number, this.#presence.at(nowMs));
    return { number, passExpiresAt, spentAt };
  }

  /** Answers at once, unless one of the rooms has to be read first. */
  #awake<T>(performanceIds: readonly string[], answer: () => T): MaybePromise<T> {
    const asleep = performanceIds.filter((id) => this.#shelf.isRetired(id));
    if (asleep.length === 0) return answer();
    return this.#session.inTurn(async () => {
      this.#session.assertReady();
      await this.#take(asleep);
      return answer();
    });
  }

  /** @throws ElsewhereFault */
  async #take(performanceIds: readonly string[]): Promise<void> {
    const missing = performanceIds.filter((id) => !this.#shelf.get(id));
    if (missing.length === 0) return;
    await this.#session.settled(this.#shelf.take([...new Set(missing)]));
    for (const id of missing) this.#refuseElsewhere(id);
  }

  absence({ performanceId, accountId }: Sought): MaybePromise<EntryEnd | undefined> {
    const line = this.#shelf.get(performanceId);
    if (line) return accountId === undefined ? undefined : line.endOf(accountId, this.#clock.now());
    if (this.#clock.now() - this.#lookedAroundAt < LOOK_AROUND_MS)
      return this.#refuseElsewhere(performanceId);
    return this.#session.inTurn(() => this.#lookAround()).then(() => this.#refuseElsewhere(performanceId));
  }

  isElsewhere(performanceId: string): boolean {
    return this.#shelf.isElsewhere(performanceId);
  }

  #refuseElsewhere(performanceId: string): undefined {
    if (!this.#shelf.isElsewhere(performanceId)) return undefined;
    throw new ElsewhereFault('room_elsewhere', `another process keeps the room of ${performanceId}`, {
      retryAfterMs: LOOK_AROUND_MS,
    });
  }

  /** Takes over what others have left, unless that was tried just now. */
  async #lookAround(): Promise<void> {
    if (this.#clock.now() - this.#lookedAroundAt < LOOK_AROUND_MS) return;
    this.#session.assertReady();
    await this.#session.settled(this.#shelf.lookAround());
    this.#lookedAroundAt = this.#clock.now();
  }

  async #load(): Promise<void> {
    const startedAt = this.#options.clock.now();
    const loaded = await this.#shelf.loadAll();
    this.#lookedAroundAt = this.#clock.now();
    this.#observe.loaded?.({ ...loaded, ms: this.#options.clock.now() - startedAt });
  }
}
