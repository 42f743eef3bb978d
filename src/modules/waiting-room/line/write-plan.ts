import { type ResultRecord, type ResultSlot, resultRecord } from '../../../platform/idempotency/ports.ts';
import { type RoomStats, type Standing, takesJoins } from '../model.ts';
import type {
  ConfigureOperation,
  JoinOperation,
  LeaveOperation,
  LineAnswer,
  LineOperation,
  LineRules,
  RenewOperation,
  SpendOperation,
} from '../ports.ts';
import { type EntryUpdate, type RoomChange, STORED } from '../ports.ts';
import { ADMITTED } from './entry-records.ts';
import type { RoomLine } from './room-line.ts';

/** Where an account stands when the operations before it are reckoned with; no times for a waiter. */
type Place = { readonly number: number; readonly admittedAt: number; readonly passExpiresAt: number };

export type WritePlanOptions = {
  readonly rules: LineRules;
  /** The time of the step, epoch ms. */
  readonly at: number;
  /** The room is new and has to be stored. */
  readonly isNew: boolean;
};

/**
 * Decides operations on one room in their order. Each sees those before it, though none is in effect until the
 * plan is stored: they lie as a thin layer over the line, which stays as it is for those who look meanwhile.
 */
export class WritePlan {
  readonly line: RoomLine;
  readonly results: ResultRecord[] = [];
  readonly #rules: LineRules;
  readonly #at: number;
  /** In the order of their numbers; someone who leaves and joins again in one step is in it twice. */
  readonly #joiners: string[] = [];
  readonly #joined = new Map<string, number>();
  readonly #updates = new Map<number, EntryUpdate>();
  readonly #spent = new Map<string, number>();
  readonly #waitersAtFirst: number;
  readonly #isNew: boolean;
  #settings: RoomChange['settings'];

  constructor(line: RoomLine, options: WritePlanOptions) {
    this.line = line;
    this.#rules = options.rules;
    this.#at = options.at;
    this.#waitersAtFirst = line.present.size;
    this.#isNew = options.isNew;
  }

  decide(operation: LineOperation): LineAnswer {
    if (operation.kind === 'join') return this.#join(operation);
    if (operation.kind === 'leave') return this.#leave(operation);
    if (operation.kind === 'renew') return this.#renew(operation);
    if (operation.kind === 'spend') return this.#spend(operation);
    return this.#configure(operation);
  }

  /** What is to be stored, or undefined where nothing is. */
  change(): RoomChange | undefined {
    const { line } = this;
    const [joiners, updates, spent] = [this.#joiners, this.#updates, this.#spent];
    if (!this.#settings && joiners.length + updates.size + spent.size === 0) return undefined;
    if (this.#isNew)
      this.#settings ??= { at: this.#at, value: line.settings, version: line.version, changedBy: null };
    return {
      performanceId: line.performanceId,
      ...(this.#settings ? { settings: this.#settings } : {}),
      ...(joiners.length > 0 ? { joins: { firstNumber: line.lastNumber + 1, accountIds: joiners } } : {}),
      ...(updates.size > 0 ? { updates: [...updates.values()] } : {}),
      ...(spent.size > 0 ? { spent: [...spent].map(([accountId, at]) => ({ accountId, at })) } : {}),
    };
  }

  /** Puts the plan into effect once it is stored; `seenAt` is now in the time of presence. */
  apply(seenAt: number): void {
    const { line } = this;
    if (this.#settings) {
      line.settings = this.#settings.value;
      line.version = this.#settings.version;
    }
    for (const accountId of this.#joiners) line.join(line.lastNumber + 1, accountId, seenAt);
    for (const { number, status, passExpiresAt } of this.#updates.values()) {
      if (status === STORED.admitted) line.extend(number, passExpiresAt!);
      else if (status !== STORED.waiting) line.end(number, status);
    }
    for (const [accountId, at] of this.#spent) line.spent.set(accountId, at);
  }

  #join(operation: JoinOperation): LineAnswer {
    const { accountId } = operation;
    const place = this.#place(accountId);
    if (place) return { outcome: 'already', standing: this.#standing(place) };
    const state = this.#settings?.value.state ?? this.line.settings.state;
    if (!takesJoins(state)) return { outcome: state === 'draining' ? 'draining' : 'closed' };
    const ahead = this.#waitersAtFirst + this.#joiners.length;
    const number = this.line.lastNumber + this.#joiners.push(accountId);
    const standing: Standing = { number, status: 'waiting', ahead, behind: 0 };
    this.#joined.set(accountId, number);
    this.#save(operation.saveTo, standing);
    return { outcome: 'joined', standing };
  }

  #leave({ accountId, saveTo }: LeaveOperation): LineAnswer {
    const place = this.#place(accountId);
    if (!place) return { outcome: 'absent' };
    this.#end(place.number, STORED.left);
    this.#save(saveTo);
    return { outcome: 'left' };
  }

  #renew({ accountId }: RenewOperation): LineAnswer {
    const place = this.#place(accountId);
    if (!place || place.passExpiresAt === 0) return { outcome: 'absent' };
    const { passTtlMs, passAgeMaxMs } = this.#rules;
    const wanted = Math.min(this.#at + passTtlMs, place.admittedAt + passAgeMaxMs);
    const passExpiresAt = Math.max(place.passExpiresAt, wanted);
    if (passExpiresAt > place.passExpiresAt) {
      this.#updates.set(place.number, { number: place.number, status: STORED.admitted, passExpiresAt });
    }
    return { outcome: 'renewed', standing: this.#standing({ ...place, passExpiresAt }) };
  }

  #spend({ accountId, at = this.#at }: SpendOperation): LineAnswer {
    const place = this.#place(accountId);
    if (place && place.admittedAt <= at) {
      this.#end(place.number, STORED.spent);
      this.#spent.set(accountId, this.#at);
      return { outcome: 'spent' };
    }
    const spentAt = this.#spent.get(accountId) ?? this.line.spent.get(accountId) ?? 0;
    if (spentAt >= at) return { outcome: 'absent' };
    this.#spent.set(accountId, at);
    return { outcome: 'spent' };
  }

  #configure({ change, changedBy, seen, saveTo }: ConfigureOperation): LineAnswer {
    const before = this.#settings?.value ?? this.line.settings;
    const version = this.#settings?.version ?? this.line.version;
    if (seen && !seen.includes(version)) return { outcome: 'stale' };
    const value = { ...before, ...change };
    // Later than every admission under the old settings, so that a log tells which held when.
    const at = Math.max(this.#at, this.line.pace.lastAt + 1);
    this.#settings = { at, value, version: version + 1, changedBy };
    const stats: RoomStats = { ...this.line.stats(this.#at), ...value, version: version + 1 };
    this.#save(saveTo, stats);
    return { outcome: 'configured', stats };
  }

  #save(saveTo: ResultSlot | undefined, effect?: object): void {
    if (saveTo) this.results.push(resultRecord(saveTo, effect));
  }

  /** The latest moment that the plan names: nothing may be recorded before it afterwards. */
  get latestAt(): number {
    return Math.max(this.#at, this.#settings?.at ?? 0);
  }

  #place(accountId: string): Place | undefined {
    const joined = this.#joined.get(accountId);
    const number = joined ?? this.line.numberOf(accountId);
    if (number === 0) return undefined;
    const update = this.#updates.get(number);
    if (update && update.status !== STORED.admitted) return undefined;
    if (joined !== undefined || this.line.status(number) !== ADMITTED)
      return { number, admittedAt: Number.POSITIVE_INFINITY, passExpiresAt: 0 };
    const passExpiresAt = update?.passExpiresAt ?? this.line.passExpiresAt(number);
    if (passExpiresAt > this.#at) return { number, admittedAt: this.line.active.get(number)!, passExpiresAt };
    // It ran out, and no step of time has come by since.
    this.#updates.set(number, { number, status: STORED.expired, endedAt: passExpiresAt });
    return undefined;
  }

  #standing(place: Place): Standing {
    if (place.number > this.line.lastNumber) {
      const ahead = this.#waitersAtFirst + place.number - this.line.lastNumber - 1;
      return { number: place.number, status: 'waiting', ahead, behind: 0 };
    }
    const standing = this.line.standing(place.number);
    return standing.status === 'waiting' ? standing : { ...standing, passExpiresAt: place.passExpiresAt };
  }

  #end(number: number, status: EntryUpdate['status']): void {
    this.#updates.set(number, { number, status, endedAt: this.#at });
  }
}
