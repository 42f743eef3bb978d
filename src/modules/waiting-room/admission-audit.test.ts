import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/ids.ts';
import { createSeededRandom } from '../../kernel/random.ts';
import { checkAdmissionLog } from './admission-audit.ts';
import type { LoggedEntry, LoggedSetting } from './admission-log.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Entry = Mutable<Omit<LoggedEntry, 'absences'>> & { absences: { from: number; until: number | null }[] };

/** Guards of a line that the simulation below can do without. */
type Guard =
  | 'rate'
  | 'closed window'
  | 'concurrency'
  | 'order'
  | 'record of passing over'
  | 'one entry per account'
  | 'numbers without gap'
  | 'numbers without duplicate'
  | 'pause'
  | 'expiry before reuse';

const START = 1_767_225_600_000;
const PASS_MS = 3_000;
const STEP_MS = 40;

/** A room over some seconds with joins, silence, returns, leaving, spending, a pause and changes of the knobs. */
class Simulation {
  readonly entries: Entry[] = [];
  readonly settings: LoggedSetting[] = [];
  readonly #without: Guard | undefined;
  readonly #random = createSeededRandom(11);
  readonly #ids = createIds(createManualClock(START), this.#random);
  readonly #silent = new Set<Entry>();
  #now = START;

  constructor(without?: Guard) {
    this.#without = without;
    this.set({ state: 'open', ratePerSecond: 40, concurrency: 60 });
    for (let step = 0; step < 300; step++) this.#step(step);
  }

  set(value: Omit<LoggedSetting, 'changedAt'>): void {
    this.settings.push({ ...value, changedAt: this.#now });
  }

  #step(step: number): void {
    this.#now += STEP_MS;
    if (step === 100) this.set({ state: 'paused', ratePerSecond: 40, concurrency: 60 });
    if (step === 130) this.set({ state: 'open', ratePerSecond: 15, concurrency: 60 });
    if (step === 200) this.set({ state: 'draining', ratePerSecond: 90, concurrency: 70 });
    if (step < 150) for (let i = this.#random.below(5); i > 0; i--) this.#join();
    for (const entry of this.entries) this.#live(entry);
    this.#admit();
  }

  #join(): void {
    let number = this.entries.length + 1;
    if (number >= 70 && this.#without === 'numbers without gap') number++;
    if (number === 70 && this.#without === 'numbers without duplicate') number = 69;
    const again = this.#without === 'one entry per account' && number === 70;
    this.entries.push({
      number,
      accountId: again ? this.entries.at(-1)!.accountId : this.#ids.next(),
      joinedAt: this.#now,
      status: 0,
      admittedAt: null,
      passExpiresAt: null,
      endedAt: null,
      absences: [],
    });
  }

  /** Chance and time for one entry. */
  #live(entry: Entry): void {
    if (entry.status === 1 && entry.passExpiresAt! <= this.#now) this.#end(entry, 4, entry.passExpiresAt!);
    if (entry.status > 1) return;
    const chance = this.#random.below(1_000);
    if (chance < 5) this.#end(entry, entry.status === 1 ? 5 : 2, this.#now);
    else if (entry.status === 0 && chance < 15) this.#silent.add(entry);
    else if (chance < 40 && this.#silent.delete(entry)) {
      const open = entry.absences.find(({ until }) => until === null);
      if (open) open.until = this.#now;
    }
  }

  #end(entry: Entry, status: number, at: number): void {
    entry.status = status;
    entry.endedAt = at;
    this.#silent.delete(entry);
  }

  #admit(): void {
    const setting = this.settings.at(-1)!;
    if (setting.state === 'paused' && this.#without !== 'pause') return;
    const window = this.#without === 'closed window' ? 999 : 1_000;
    const recent = this.entries.filter((entry) => (entry.admittedAt ?? 0) >= this.#now - window).length;
    const lease = this.#without === 'expiry before reuse' ? PASS_MS - 500 : PASS_MS;
    const active = this.entries.filter(
      (entry) => entry.status === 1 && entry.admittedAt! + lease > this.#now,
    ).length;
    const byRate = this.#without === 'rate' ? 1_000 : setting.ratePerSecond - recent;
    const byActive = this.#without === 'concurrency' ? 1_000 : setting.concurrency - active;
    const there = this.entries.filter((entry) => entry.status === 0 && !this.#silent.has(entry));
    if (this.#without === 'order') there.reverse();
    for (const entry of there.slice(0, Math.max(0, Math.min(byRate, byActive)))) this.#admitOne(entry);
  }

  #admitOne(entry: Entry): void {
    entry.status = 1;
    entry.admittedAt = this.#now;
    entry.passExpiresAt = this.#now + PASS_MS;
    if (this.#without === 'record of passing over') return;
    for (const silent of this.#silent) {
      if (silent.number > entry.number || silent.absences.some(({ until }) => until === null)) continue;
      silent.absences.push({ from: this.#now, until: null });
    }
  }
}

function admitted(entries: readonly Entry[]): Entry {
  return entries.find((entry) => entry.admittedAt !== null)!;
}

function passOver(entry: Entry, ...absences: (readonly [from: number, until: number | null])[]): void {
  entry.absences = absences.map(([from, until]) => ({ from, until }));
}

function failing(simulation: Simulation): readonly string[] {
  return checkAdmissionLog(simulation.entries, simulation.settings)
    .filter((finding) => !finding.ok)
    .map((finding) => finding.name);
}

describe('the log of a room', () => {
  test('has no breach when every guard stands, and everything was looked at', () => {
    const simulation = new Simulation();
    const findings = checkAdmissionLog(simulation.entries, simulation.settings);
    assert.deepEqual(
      findings.filter((finding) => !finding.ok),
      [],
    );
    assert.ok(findings.every((finding) => finding.checked > 100));
    assert.ok(simulation.entries.some((entry) => entry.absences.length > 0));
  });

  const guards: readonly (readonly [Guard, string])[] = [
    ['rate', 'line_rate_held'],
    ['closed window', 'line_rate_held'],
    ['concurrency', 'line_concurrency_held'],
    ['expiry before reuse', 'line_concurrency_held'],
    ['order', 'line_admission_in_order'],
    ['record of passing over', 'line_admission_in_order'],
    ['one entry per account', 'line_accounts_live_once'],
    ['numbers without gap', 'line_numbers_without_gap_or_duplicate'],
    ['numbers without duplicate', 'line_numbers_without_gap_or_duplicate'],
    ['pause', 'line_state_respected'],
  ];
  for (const [guard, name] of guards) {
    test(`shows that a line does without its guard: ${guard}`, () => {
      assert.ok(failing(new Simulation(guard)).includes(name));
    });
  }

  const tampering: readonly (readonly [what: string, (entries: Entry[]) => void])[] = [
    ['an end without the status of an end', (entries) => (entries[3]!.status = 0)],
    ['a status of an end without its time', (entries) => (entries[3]!.endedAt = null)],
    ['an admission without a pass', (entries) => (entries[3]!.passExpiresAt = null)],
    ['an absence that was still open at the admission', (entries) => passOver(admitted(entries), [1, null])],
    ['an absence that ends after the admission', (entries) => passOver(admitted(entries), [1, START * 2])],
    ['two absences at once', (entries) => passOver(entries[3]!, [1, 3], [2, 4])],
    ['an admission before the join', (entries) => (entries[3]!.joinedAt = START * 2)],
  ];
  for (const [what, tamper] of tampering) {
    test(`shows ${what}`, () => {
      const simulation = new Simulation();
      tamper(simulation.entries);
      assert.ok(failing(simulation).includes('line_entries_sound'));
    });
  }

  test('of nobody has no breach', () => {
    assert.ok(checkAdmissionLog([], []).every((finding) => finding.ok && finding.checked === 0));
  });
});

test('one too many by the very millisecond at the other end of the window is found', () => {
  const entry = (number: number, admittedAt: number): LoggedEntry => ({
    number,
    accountId: `${number}`,
    joinedAt: START,
    status: 1,
    admittedAt,
    passExpiresAt: admittedAt + PASS_MS,
    endedAt: null,
  });
  const settings: LoggedSetting[] = [{ state: 'open', ratePerSecond: 1, concurrency: 9, changedAt: START }];
  const rateAt = (second: number) =>
    checkAdmissionLog([entry(1, START), entry(2, second)], settings).find(
      ({ name }) => name === 'line_rate_held',
    )?.ok;
  assert.equal(rateAt(START + 1_000), false);
  assert.equal(rateAt(START + 1_001), true);
});
