import type { RoomSettings, Standing } from '../../src/modules/waiting-room/model.ts';
import type { LineOperation, LineRules } from '../../src/modules/waiting-room/ports.ts';

type Person = {
  readonly number: number;
  readonly accountId: string;
  state: 'present' | 'silent' | 'admitted' | 'ended';
  /** Epoch ms, in the time in which stalls do not count: as a waiter; of an unfetched pass, when it was given. */
  seenAt: number;
  /** Somebody behind was admitted first: when, in the time of grace. */
  passedOverAt: number | undefined;
  /** It is on record that they were passed over, and not that they are back. */
  isAwayOnRecord: boolean;
  admittedAt: number;
  expiresAt: number;
  /** Whether the pass was fetched, and whether that is on record. */
  fetched: 'no' | 'yes' | 'recorded';
};

/**
 * What a line with a burst of any size does, written to be read: one room, plain lists, counted again for every
 * question. The property tests hold the real one against it.
 */
export class ReferenceLine {
  readonly people: Person[] = [];
  settings: RoomSettings;
  readonly #rules: LineRules;
  readonly #admissions: number[] = [];
  #stalledMs = 0;
  #lastStepAt = 0;
  #graceMs = 0;
  #graceStepAt = 0;
  #graceRuns = false;

  constructor(rules: LineRules) {
    this.#rules = rules;
    this.settings = rules.newRoom;
  }

  write(operation: LineOperation, now: number): string {
    if (operation.kind === 'configure') {
      this.settings = { ...this.settings, ...operation.change };
      return 'configured';
    }
    const person = this.#live(operation.accountId, now);
    if (operation.kind === 'join') return person ? 'already' : this.#join(operation.accountId, now);
    if (!person) return operation.kind === 'spend' ? 'spent' : 'absent';
    if (operation.kind === 'leave') {
      person.state = 'ended';
      return 'left';
    }
    if (operation.kind === 'spend') {
      if (person.state === 'admitted') person.state = 'ended';
      return 'spent';
    }
    if (person.state !== 'admitted') return 'absent';
    const { passTtlMs, passAgeMaxMs } = this.#rules;
    person.expiresAt = Math.max(
      person.expiresAt,
      Math.min(now + passTtlMs, person.admittedAt + passAgeMaxMs),
    );
    return 'renewed';
  }

  seen(accountId: string, now: number): void {
    const person = this.#live(accountId, now);
    if (person?.state === 'admitted' && person.fetched === 'no') person.fetched = 'yes';
    if (!person || person.state === 'admitted') return;
    person.seenAt = Math.max(person.seenAt, now - this.#stalledMs);
    person.state = 'present';
    person.passedOverAt = undefined;
  }

  /** @returns the numbers admitted */
  admit(now: number): readonly number[] {
    this.#sweep(now, true);
    const { ratePerSecond, concurrency } = this.settings;
    if (!this.#isAdmitting()) return [];
    const inWindow = this.#admissions.filter((at) => at >= now - 1_000).length;
    const count = Math.max(0, Math.min(ratePerSecond - inWindow, concurrency - this.#inside()));
    const admitted = this.people.filter((person) => person.state === 'present').slice(0, count);
    for (const person of admitted) {
      person.state = 'admitted';
      person.admittedAt = now;
      person.expiresAt = now + this.#rules.passTtlMs;
      person.fetched = 'no';
      person.seenAt = now - this.#stalledMs;
      this.#admissions.push(now);
    }
    const last = admitted.at(-1)?.number ?? 0;
    for (const person of this.people) {
      if (person.state === 'silent' && person.number < last) this.#passOver(person);
    }
    return admitted.map((person) => person.number);
  }

  /** A step that could not be stored: only silence, which is not stored, has come. */
  sweepOnly(now: number): void {
    this.#sweep(now, false);
  }

  /** Everything was read again: all who wait count as seen, some of them up to 6.4 seconds later. */
  restore(now: number, isNewProcess: boolean): void {
    if (isNewProcess) [this.#stalledMs, this.#lastStepAt] = [0, 0];
    [this.#graceMs, this.#graceStepAt, this.#graceRuns] = [0, 0, false];
    for (const person of this.people) {
      if (person.state === 'admitted' && person.fetched !== 'recorded') {
        person.fetched = 'no';
        person.seenAt = now - this.#stalledMs;
      }
      if (person.state !== 'present' && person.state !== 'silent') continue;
      person.state = 'present';
      person.passedOverAt = undefined;
      person.seenAt = now - this.#stalledMs + (person.number % 64) * 100;
    }
  }

  standing(accountId: string, now: number): Standing | undefined {
    const person = this.#live(accountId, now);
    if (!person) return undefined;
    const there = this.people.filter((other) => other.state === 'present');
    const behind = there.filter((other) => other.number > person.number).length;
    const { number, admittedAt, expiresAt } = person;
    if (person.state === 'admitted')
      return { number, status: 'admitted', ahead: 0, behind, admittedAt, passExpiresAt: expiresAt };
    const ahead = there.filter((other) => other.number < number).length;
    return { number, status: 'waiting', ahead, behind };
  }

  #join(accountId: string, now: number): string {
    if (this.settings.state === 'draining') return 'draining';
    if (this.settings.state === 'closed') return 'closed';
    this.people.push({
      number: this.people.length + 1,
      accountId,
      state: 'present',
      seenAt: now - this.#stalledMs,
      passedOverAt: undefined,
      isAwayOnRecord: false,
      admittedAt: 0,
      expiresAt: 0,
      fetched: 'no',
    });
    return 'joined';
  }

  #live(accountId: string, now: number): Person | undefined {
    return this.people.find(
      (person) =>
        person.accountId === accountId &&
        person.state !== 'ended' &&
        !(person.state === 'admitted' && person.expiresAt <= now),
    );
  }

  #passOver(person: Person): void {
    person.passedOverAt ??= this.#graceMs;
    person.isAwayOnRecord = true;
  }

  #inside(): number {
    return this.people.filter((person) => person.state === 'admitted').length;
  }

  #isAdmitting(): boolean {
    return this.settings.state === 'open' || this.settings.state === 'draining';
  }

  #sweep(now: number, isStored: boolean): void {
    const { silentAfterMs } = this.#rules;
    if (this.#lastStepAt > 0 && now - this.#lastStepAt > silentAfterMs / 2)
      this.#stalledMs += now - this.#lastStepAt;
    this.#lastStepAt = now;
    for (const person of this.people) {
      if (person.state !== 'present' || person.seenAt + this.#stalledMs + silentAfterMs > now) continue;
      person.state = 'silent';
      if (person.isAwayOnRecord) this.#passOver(person);
    }
    this.#stepGrace(now);
    if (isStored) this.#end(now);
  }

  /** The time of grace runs while people are admitted. */
  #stepGrace(now: number): void {
    const presentAt = now - this.#stalledMs;
    if (this.#graceRuns) this.#graceMs += presentAt - this.#graceStepAt;
    this.#graceStepAt = presentAt;
    const { ratePerSecond, concurrency } = this.settings;
    const isMoving =
      concurrency > this.#inside() || now - (this.#admissions.at(-1) ?? 0) <= this.#rules.silentAfterMs;
    this.#graceRuns = this.#isAdmitting() && ratePerSecond > 0 && concurrency > 0 && isMoving;
  }

  #end(now: number): void {
    const presentAt = now - this.#stalledMs;
    for (const person of this.people) {
      if (person.state === 'present') person.isAwayOnRecord = false;
      if (person.state === 'silent' && person.passedOverAt !== undefined) {
        if (person.passedOverAt + this.settings.graceMs <= this.#graceMs) person.state = 'ended';
      } else if (person.state === 'admitted') {
        if (person.expiresAt <= now) person.state = 'ended';
        else if (person.fetched === 'yes') person.fetched = 'recorded';
        else if (
          person.fetched === 'no' &&
          this.#isAdmitting() &&
          person.seenAt + this.#rules.passPickupMs <= presentAt
        ) {
          person.state = 'silent';
          this.#passOver(person);
        }
      }
    }
  }
}
