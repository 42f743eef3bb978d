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
const GRACE_MS = 1_000;

/** A room over some seconds with joins, silence, returns, leaving, spending, a pause and changes of the settings. */
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
    this.set({ state: 'open', ratePerSecond: 40, concurrency: 60, graceMs: GRACE_MS });
    for (let step = 0; step < 300; step++) this.#step(step);
  }

  set(value: Omit<LoggedSetting, 'changedAt'>): void {
    this.settings.push({ ...value, changedAt: this.#now });
  }

  #step(step: number): void {
    this.#now += STEP_MS;
    if (step === 100) this.set({ state: 'paused', ratePerSecond: 40, concurrency: 60, graceMs: GRACE_MS });
    if (step === 130) this.set({ state: 'open', ratePerSecond: 15, concurrency: 60, graceMs: GRACE_MS });
    if (step === 200) this.set({ state: 'draining', ratePerSecond: 90, concurrency: 70, graceMs: GRACE_MS });
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
  const settings: LoggedSetting[] = [
    { state: 'open', ratePerSecond: 1, concurrency: 9, graceMs: GRACE_MS, changedAt: START },
  ];
  const rateAt = (second: number) =>
    checkAdmissionLog([entry(1, START), entry(2, second)], settings).find(
      ({ name }) => name === 'line_rate_held',
    )?.ok;
  assert.equal(rateAt(START + 1_000), false);
  assert.equal(rateAt(START + 1_001), true);
});

describe('an entry that was dropped', () => {
  const settings: LoggedSetting[] = [
    { state: 'open', ratePerSecond: 1, concurrency: 9, graceMs: GRACE_MS, changedAt: START },
    { state: 'open', ratePerSecond: 1, concurrency: 9, graceMs: 5 * GRACE_MS, changedAt: START + 100 },
  ];
  const isGraceKept = (absences: NonNullable<LoggedEntry['absences']>, endedAt: number) => {
    const person = { number: 1, accountId: '1', joinedAt: START, admittedAt: null, passExpiresAt: null };
    const findings = checkAdmissionLog([{ ...person, status: 3, endedAt, absences }], settings);
    return findings.find(({ name }) => name === 'line_grace_kept')?.ok;
  };

  test('had been passed over for the grace that was in force', () => {
    assert.equal(isGraceKept([{ from: START, until: null }], START + GRACE_MS), true);
    assert.equal(isGraceKept([{ from: START + 200, until: null }], START + 200 + GRACE_MS), false);
    assert.equal(isGraceKept([{ from: START + 200, until: null }], START + 200 + 5 * GRACE_MS), true);
  });

  test('had been passed over at all, and had not come back', () => {
    assert.equal(isGraceKept([], START + 60_000), false);
    assert.equal(isGraceKept([{ from: START, until: START + 1 }], START + 60_000), false);
  });
});

describe('an admission that nobody fetched', () => {
  const admission = { number: 1, accountId: '1', joinedAt: START, status: 0, admittedAt: null } as const;
  const missed = [{ admittedAt: START, givenUpAt: START + 500 }];
  const first: LoggedEntry = { ...admission, passExpiresAt: null, endedAt: null, missed };
  const second = (admittedAt: number): LoggedEntry => ({
    ...first,
    number: 2,
    accountId: '2',
    status: 1,
    admittedAt,
    passExpiresAt: admittedAt + PASS_MS,
    missed: [],
  });
  const breaches = (entries: readonly LoggedEntry[], setting: Partial<LoggedSetting>) => {
    const inForce = {
      state: 'open',
      ratePerSecond: 9,
      concurrency: 9,
      graceMs: GRACE_MS,
      changedAt: 0,
    } as const;
    return checkAdmissionLog(entries, [{ ...inForce, ...setting }]).flatMap(({ name, ok }) =>
      ok ? [] : [name],
    );
  };

  test('counts for the rate and, until it is given up, for the concurrency', () => {
    assert.deepEqual(breaches([first, second(START + 400)], { concurrency: 1 }), ['line_concurrency_held']);
    const away = { ...first, absences: [{ from: START + 500, until: null }] };
    assert.deepEqual(breaches([away, second(START + 500)], { concurrency: 1 }), []);
    assert.deepEqual(breaches([away, second(START + 500)], { ratePerSecond: 1 }), ['line_rate_held']);
  });

  test('excuses passing its owner over only as long as the owner is away', () => {
    assert.deepEqual(breaches([first, second(START + 600)], {}), ['line_admission_in_order']);
    const back = { ...first, absences: [{ from: START + 500, until: START + 550 }] };
    assert.deepEqual(breaches([back, second(START + 540)], {}), []);
    assert.deepEqual(breaches([back, second(START + 560)], {}), ['line_admission_in_order']);
  });
});
