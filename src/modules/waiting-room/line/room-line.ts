import { DeadlineHeap } from '../../../kernel/deadline-heap.ts';
import type { EntryEnd, RoomSettings, RoomStats, Standing } from '../model.ts';
import type { EndedStatus, LineRules } from '../ports.ts';
import { AccountIndex } from './account-index.ts';
import { type AccountKey, createAccountKey, readAccountKey } from './account-key.ts';
import { AdmissionPace } from './admission-pace.ts';
import { DeadlineWheel } from './deadline-wheel.ts';
import { ADMITTED, ENDED, EntryRecords, type EntryStatus, PRESENT, SILENT } from './entry-records.ts';
import { Graces } from './graces.ts';
import { NumberSet } from './number-set.ts';
import { PastEntries } from './past-entries.ts';
import { Pickups, type RestoredPass } from './pickups.ts';
import { RateMeter } from './rate-meter.ts';

const BUCKET_MS = 100;
/** Deadlines of passes that ended early are cleared out beyond this many. */
const EXPIRIES_KEPT = 1_024;

/** Whose time is up: of passes, of admissions that nobody fetched, of waiters passed over. */
export type Lapsed = Readonly<Record<'expired' | 'missed' | 'dropped', readonly number[]>>;

export type Sweep = {
  /** Now, and now in the time of presence. */
  readonly at: number;
  readonly presentAt: number;
  /** The sale is open and the room admits. */
  readonly isAdmitting: boolean;
};

const key: AccountKey = createAccountKey();

/**
 * One room in memory, as far as it is durable: each method that changes it is called when the change is. It
 * decides nothing; see tick-plan.ts and write-plan.ts. About 50 bytes a person.
 */
export class RoomLine {
  readonly performanceId: string;
  settings: RoomSettings;
  /** How often the settings were changed. */
  version = 0;
  /** The highest number given; the next is one more. */
  lastNumber = 0;
  admittedTotal = 0;
  /** Waiting and there. */
  readonly present = new NumberSet();
  /** Waiting, silent, and not passed over yet. */
  readonly silent = new NumberSet();
  /** Waiting, silent, and passed over, which is on record. */
  readonly passedOver = new NumberSet();
  /** Back after having been passed over, which is not on record yet. */
  readonly returned = new Set<number>();
  /** When each active pass was admitted. */
  readonly active = new Map<number, number>();
  /** When a booking of each account last ended; as many as seats were sold, at most. */
  readonly spent = new Map<string, number>();
  readonly pace: AdmissionPace;
  readonly meter = new RateMeter();
  readonly #records = new EntryRecords();
  readonly #index = new AccountIndex(this.#records);
  /** When waiters fall silent: many, and a tenth of a second does not matter. */
  readonly #silences: DeadlineWheel;
  /** When passes run out: as many as the concurrency, and a slot is free to the millisecond. */
  readonly #expiries = new DeadlineHeap();
  readonly pickups = new Pickups();
  readonly past = new PastEntries();
  readonly #graces = new Graces();
  readonly #rules: LineRules;

  constructor(performanceId: string, settings: RoomSettings, rules: LineRules, nowMs: number) {
    this.performanceId = performanceId;
    this.settings = settings;
    this.#rules = rules;
    this.pace = new AdmissionPace({ burstMs: rules.burstMs });
    this.#silences = new DeadlineWheel(this.#records, { bucketMs: BUCKET_MS, nowMs });
  }

  /** Nothing comes to an end in it by itself: those who wait have been silent long, or there is nobody. */
  get isStill(): boolean {
    return this.present.size + this.active.size + this.returned.size === 0;
  }

  /** The live number of an account, or 0. */
  numberOf(accountId: string): number {
    return this.#index.find(readAccountKey(accountId, key));
  }

  status(number: number): EntryStatus {
    return this.#records.status(number);
  }

  accountOf(number: number): string {
    return this.#records.accountId(number);
  }

  passExpiresAt(number: number): number {
    return this.#records.time(number);
  }

  /** Whether somebody is inside: an admission whose end is being recorded is over. */
  isAdmitted(number: number): boolean {
    return this.#records.status(number) === ADMITTED && !this.pickups.isLapsing(number);
  }

  /** How the last place of an account ended, where that is remembered. */
  endOf(accountId: string, nowMs: number): EntryEnd | undefined {
    const number = this.numberOf(accountId);
    // It ran out, and the step of time that records it is still to come.
    if (number > 0 && this.isAdmitted(number) && this.passExpiresAt(number) <= nowMs) return 'pass-expired';
    return this.past.find(readAccountKey(accountId, key));
  }

  standing(number: number): Standing {
    const below = this.present.countBelow(number);
    const self = this.present.has(number) ? 1 : 0;
    const behind = this.present.size - below - self;
    if (!this.isAdmitted(number)) return { number, status: 'waiting', ahead: below, behind };
    const admittedAt = this.active.get(number)!;
    return {
      number,
      status: 'admitted',
      ahead: 0,
      behind,
      admittedAt,
      passExpiresAt: this.#records.time(number),
    };
  }

  stats(nowMs: number): RoomStats {
    return {
      performanceId: this.performanceId,
      ...this.settings,
      version: this.version,
      waiting: this.present.size,
      silent: this.silent.size + this.passedOver.size,
      active: this.active.size,
      admittedTotal: this.admittedTotal,
      currentRate: this.meter.rate(nowMs),
    };
  }

  /** A new waiter, seen at `seenAt` of the time of presence. */
  join(number: number, account: string | AccountKey, seenAt: number): void {
    const words = typeof account === 'string' ? readAccountKey(account, key) : account;
    this.#records.create(number, words, PRESENT, seenAt);
    this.#index.add(number);
    this.present.add(number);
    this.#silences.add(number, seenAt + this.#rules.silentAfterMs);
    if (number > this.lastNumber) this.lastNumber = number;
  }

  restoreAdmitted(number: number, account: AccountKey, pass: RestoredPass): void {
    this.#records.create(number, account, ADMITTED, pass.expiresAt);
    this.#index.add(number);
    this.active.set(number, pass.admittedAt);
    this.#expiries.add(number, pass.expiresAt);
    if (!pass.isPickedUp) this.pickups.add(number, pass.seenAt);
  }

  /** `seenAt` is `atMs` in the time of presence. */
  admit(number: number, atMs: number, seenAt: number): void {
    const expiresAt = atMs + this.#rules.passTtlMs;
    this.#stopWaiting(number);
    this.#records.setStatus(number, ADMITTED);
    this.#records.setTime(number, expiresAt);
    this.active.set(number, atMs);
    this.#expiries.add(number, expiresAt);
    this.pickups.add(number, seenAt);
  }

  /** It is on record that they were given up, or (`isRecorded` false) could not be recorded. */
  endLapse(isRecorded: boolean): void {
    for (const [number, seenAt] of this.pickups.endLapse()) {
      if (isRecorded) {
        this.active.delete(number);
        this.pickups.delete(number);
        this.#records.setStatus(number, SILENT);
        this.#beginGrace(number);
      }
      if (seenAt > 0) this.seen(number, seenAt);
    }
  }

  extend(number: number, expiresAt: number): void {
    this.#records.setTime(number, expiresAt);
  }

  /** Of its place in memory nothing stays but how it ended. */
  end(number: number, status: EndedStatus): void {
    const at = this.#records.wordStart(number);
    this.past.add(this.#records.wordsOf(number).subarray(at, at + key.length), status);
    if (this.#records.status(number) === ADMITTED) {
      this.active.delete(number);
      this.pickups.delete(number);
    } else this.#stopWaiting(number);
    this.#index.delete(number);
    this.#records.setStatus(number, ENDED);
  }

  /** Notes that somebody is there: a waiter who was silent has the place back, a pass is fetched. */
  seen(number: number, seenAt: number): void {
    const status = this.#records.status(number);
    if (status === ADMITTED) return this.pickups.seen(number, seenAt);
    if (seenAt > this.#records.time(number)) this.#records.setTime(number, seenAt);
    if (status !== SILENT) return;
    if (this.passedOver.delete(number)) this.returned.add(number);
    else this.silent.delete(number);
    this.#records.setStatus(number, PRESENT);
    this.present.add(number);
    this.#silences.add(number, seenAt + this.#rules.silentAfterMs);
  }

  /** It is on record that these were passed over. */
  markPassedOver(numbers: readonly number[]): void {
    for (const number of numbers) {
      if (this.silent.delete(number)) this.#beginGrace(number);
      // Came back while that was being written.
      else if (this.#records.status(number) === PRESENT) this.returned.add(number);
    }
  }

  /**
   * Finds whose time is up. The silent are marked at once; the others are only named, and named again later unless
   * they end.
   */
  sweep({ at, presentAt, isAdmitting }: Sweep): Lapsed {
    this.#silences.advance(at, (number) => this.#visitWaiter(number, at, at - presentAt));
    this.#graces.step(presentAt, isAdmitting && this.#letsPeopleIn(at));
    const expired = this.#sweepPasses(at);
    return {
      expired,
      // One that ran out in this very step is not given up besides.
      missed: isAdmitting
        ? this.pickups
            .since(presentAt - this.#rules.passPickupMs)
            .filter((number) => this.#records.time(number) > at)
        : [],
      dropped: this.#graces.over(this.settings.graceMs, (number) =>
        this.passedOver.has(number) ? this.#records.time(number) : undefined,
      ),
    };
  }

  /** Whether people are admitted: a slot is free, or one was given away a moment ago. */
  #letsPeopleIn(at: number): boolean {
    const { ratePerSecond, concurrency } = this.settings;
    if (ratePerSecond === 0 || concurrency === 0) return false;
    return concurrency > this.active.size || at - this.pace.lastAt <= this.#rules.silentAfterMs;
  }

  #sweepPasses(nowMs: number): number[] {
    // A number that was admitted a second time stands in the heap twice.
    const expired = new Set<number>();
    const { active } = this;
    while (this.#expiries.firstAt <= nowMs) {
      const number = this.#expiries.take();
      if (!active.has(number) || expired.has(number)) continue;
      const expiresAt = this.#records.time(number);
      if (expiresAt <= nowMs) expired.add(number);
      this.#expiries.add(number, Math.max(expiresAt, nowMs + 1));
    }
    // Passes that were spent long before their time would otherwise pile up.
    if (this.#expiries.size > 2 * active.size + EXPIRIES_KEPT) this.#expiries.reset(this.#expiryTimes());
    return [...expired];
  }

  *#expiryTimes(): Iterable<readonly [number, number]> {
    for (const number of this.active.keys()) yield [number, this.#records.time(number)];
  }

  #visitWaiter(number: number, nowMs: number, stalledMs: number): number {
    if (this.#records.status(number) !== PRESENT) return 0;
    const silentAt = this.#records.time(number) + stalledMs + this.#rules.silentAfterMs;
    if (silentAt > nowMs) return silentAt;
    this.#silence(number);
    return 0;
  }

  #silence(number: number): void {
    this.#records.setStatus(number, SILENT);
    this.present.delete(number);
    // Whose return is not on record yet is still on record as passed over.
    if (this.returned.delete(number)) this.#beginGrace(number);
    else this.silent.add(number);
  }

  /** Passed over, from now on. */
  #beginGrace(number: number): void {
    this.passedOver.add(number);
    this.#records.setTime(number, this.#graces.begin(number));
  }

  #stopWaiting(number: number): void {
    this.present.delete(number);
    this.silent.delete(number);
    this.passedOver.delete(number);
    this.returned.delete(number);
  }
}
