import type { RoomSettings, Standing } from '../../src/modules/waiting-room/model.ts';
import type { LineOperation, LineRules } from '../../src/modules/waiting-room/ports.ts';

type Person = {
  readonly number: number;
  readonly accountId: string;
  state: 'present' | 'silent' | 'admitted' | 'ended';
  /** Epoch ms, in the time in which stalls do not count. */
  seenAt: number;
  admittedAt: number;
  expiresAt: number;
};

/**
 * What a line with a burst of any size does, written to be read: one room, plain lists, counted anew for every
 * question. The property tests hold the real one against it.
 */
export class ReferenceLine {
  readonly people: Person[] = [];
  settings: RoomSettings;
  readonly #rules: LineRules;
  readonly #admissions: number[] = [];
  #stalledMs = 0;
  #lastStepAt = 0;

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
    if (!person || person.state === 'admitted') return;
    person.seenAt = Math.max(person.seenAt, now - this.#stalledMs);
    person.state = 'present';
  }

  /** @returns the numbers admitted */
  admit(now: number): readonly number[] {
    this.#sweep(now, true);
    const { state, ratePerSecond, concurrency } = this.settings;
    if (state === 'paused' || state === 'closed') return [];
    const inWindow = this.#admissions.filter((at) => at >= now - 1_000).length;
    const active = this.people.filter((person) => person.state === 'admitted').length;
    const count = Math.max(0, Math.min(ratePerSecond - inWindow, concurrency - active));
    const admitted = this.people.filter((person) => person.state === 'present').slice(0, count);
    for (const person of admitted) {
      person.state = 'admitted';
      person.admittedAt = now;
      person.expiresAt = now + this.#rules.passTtlMs;
      this.#admissions.push(now);
    }
    return admitted.map((person) => person.number);
  }

  /** A step that could not be stored: only silence, which is not stored, has come. */
  sweepOnly(now: number): void {
    this.#sweep(now, false);
  }

  /** Everything was read anew: all who wait count as seen, some of them up to 6.4 seconds later. */
  restore(now: number, isNewProcess: boolean): void {
    if (isNewProcess) [this.#stalledMs, this.#lastStepAt] = [0, 0];
    for (const person of this.people) {
      if (person.state !== 'present' && person.state !== 'silent') continue;
      person.state = 'present';
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
    const seenAt = now - this.#stalledMs;
    const number = this.people.length + 1;
    this.people.push({ number, accountId, state: 'present', seenAt, admittedAt: 0, expiresAt: 0 });
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

  #sweep(now: number, isStored: boolean): void {
    const { silentAfterMs, graceMs } = this.#rules;
    if (this.#lastStepAt > 0 && now - this.#lastStepAt > silentAfterMs / 2)
      this.#stalledMs += now - this.#lastStepAt;
    this.#lastStepAt = now;
    for (const person of this.people) {
      const silentAt = person.seenAt + this.#stalledMs + silentAfterMs;
      if (person.state === 'admitted' && person.expiresAt <= now) person.state = 'ended';
      if (person.state === 'present' && silentAt <= now) person.state = 'silent';
      if (isStored && person.state === 'silent' && silentAt + graceMs <= now) person.state = 'ended';
    }
  }
}
