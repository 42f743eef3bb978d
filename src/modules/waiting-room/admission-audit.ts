import { checkOrder } from './admission-audit-order.ts';
import type { LoggedEntry, LoggedSetting } from './admission-log.ts';
import { admits } from './model.ts';

export type AuditFinding = {
  readonly name: string;
  readonly ok: boolean;
  readonly checked: number;
  /** The first breaches. */
  readonly detail: string;
};

const WINDOW_MS = 1_000;
const SHOWN_MAX = 5;
const WAITING = 0;
const ADMITTED = 1;
const DROPPED = 3;

/**
 * Checks what one room's line promises against what was stored of it. Shares nothing with the code that decides,
 * so that a fault there cannot hide here. O(n log n).
 *
 * A window is judged by the setting that was in force at its end: an admission may never bring the second
 * before it above the rate of that moment, nor the active passes above the concurrency of that moment.
 */
export function checkAdmissionLog(
  entries: readonly LoggedEntry[],
  settings: readonly LoggedSetting[],
): readonly AuditFinding[] {
  const byNumber = entries.toSorted((a, b) => a.number - b.number);
  const admissions = byNumber.flatMap(admissionsOf).toSorted((a, b) => a.at - b.at);
  const history = settings.toSorted((a, b) => a.changedAt - b.changedAt);
  return [
    finding('line_numbers_without_gap_or_duplicate', entries.length, checkNumbers(byNumber)),
    finding('line_accounts_live_once', entries.length, checkAccounts(byNumber)),
    finding('line_entries_sound', entries.length, byNumber.flatMap(unsound)),
    finding('line_admission_in_order', admissions.length, checkOrder(byNumber, admissions)),
    finding('line_rate_held', admissions.length, checkRate(admissions, history)),
    finding('line_concurrency_held', admissions.length, checkConcurrency(admissions, history)),
    finding('line_state_respected', admissions.length, checkState(admissions, history)),
    finding('line_grace_kept', entries.length, checkGrace(byNumber, history)),
  ];
}

/** Somebody was inside, from `at` until `until`. */
export type LoggedAdmission = { readonly number: number; readonly at: number; readonly until: number };

function admissionsOf(entry: LoggedEntry): readonly LoggedAdmission[] {
  const { number, admittedAt, missed = [] } = entry;
  const before = missed.map(({ admittedAt: at, givenUpAt }) => ({ number, at, until: givenUpAt }));
  return admittedAt === null ? before : [...before, { number, at: admittedAt, until: endOf(entry) }];
}

function finding(name: string, checked: number, breaches: readonly string[]): AuditFinding {
  const shown = breaches.slice(0, SHOWN_MAX).join('; ');
  const more = breaches.length > SHOWN_MAX ? `; ${breaches.length - SHOWN_MAX} more` : '';
  return {
    name,
    ok: breaches.length === 0,
    checked,
    detail: breaches.length === 0 ? 'no breach' : shown + more,
  };
}

function checkNumbers(byNumber: readonly LoggedEntry[]): readonly string[] {
  let expected = 1;
  return byNumber.flatMap(({ number }) => {
    const breach =
      number < expected
        ? [`number ${number} was given twice`]
        : number > expected
          ? [`numbers ${expected} to ${number - 1} are missing`]
          : [];
    expected = number + 1;
    return breach;
  });
}

/** Of two entries of an account the first must have ended when the second began. */
function checkAccounts(byNumber: readonly LoggedEntry[]): readonly string[] {
  const last = new Map<string, LoggedEntry>();
  return byNumber.flatMap((entry) => {
    const before = last.get(entry.accountId);
    last.set(entry.accountId, entry);
    if (before === undefined || endOf(before) <= entry.joinedAt) return [];
    return [`account ${entry.accountId} was in line with ${before.number} and ${entry.number} at once`];
  });
}

function endOf(entry: LoggedEntry): number {
  return Math.min(entry.endedAt ?? Number.POSITIVE_INFINITY, entry.passExpiresAt ?? Number.POSITIVE_INFINITY);
}

function unsound(entry: LoggedEntry): readonly string[] {
  const { status, joinedAt, admittedAt, passExpiresAt, endedAt } = entry;
  const name = `number ${entry.number}`;
  const breaches: string[] = [];
  if (status > ADMITTED !== (endedAt !== null))
    breaches.push(`${name} has status ${status} and end ${endedAt}`);
  if (status === WAITING && admittedAt !== null) breaches.push(`${name} waits and was admitted`);
  if (status === ADMITTED && admittedAt === null)
    breaches.push(`${name} is admitted, nobody knows since when`);
  if ((admittedAt === null) !== (passExpiresAt === null)) breaches.push(`${name} has half a pass`);
  if (admittedAt !== null && admittedAt < joinedAt) breaches.push(`${name} was admitted before it joined`);
  if (hasUnsoundAbsence(entry))
    breaches.push(`${name} was passed over twice at once, or admitted while absent`);
  return breaches;
}

/** Else an absence that nobody ends would excuse every inversion after it. */
function hasUnsoundAbsence({ admittedAt, absences = [] }: LoggedEntry): boolean {
  const byTime = absences.toSorted((a, b) => a.from - b.from);
  return byTime.some(({ until }, index) => {
    const next = byTime[index + 1]?.from ?? admittedAt ?? Number.POSITIVE_INFINITY;
    return next !== Number.POSITIVE_INFINITY && (until ?? Number.POSITIVE_INFINITY) > next;
  });
}

/** Hands out the setting in force at times that do not decrease. */
function settingsInForce(history: readonly LoggedSetting[]): (at: number) => LoggedSetting | undefined {
  let next = 0;
  return (at) => {
    while (next < history.length && history[next]!.changedAt <= at) next++;
    return history[next - 1];
  };
}

function checkRate(
  admissions: readonly LoggedAdmission[],
  history: readonly LoggedSetting[],
): readonly string[] {
  const settingAt = settingsInForce(history);
  let oldest = 0;
  return admissions.flatMap(({ at }, index) => {
    while (admissions[oldest]!.at < at - WINDOW_MS) oldest++;
    const rate = settingAt(at)?.ratePerSecond ?? 0;
    const count = index - oldest + 1;
    return count > rate ? [`${count} admissions in the second to ${at}, the rate was ${rate}`] : [];
  });
}

function checkConcurrency(
  admissions: readonly LoggedAdmission[],
  history: readonly LoggedSetting[],
): readonly string[] {
  const settingAt = settingsInForce(history);
  const ends = admissions.map(({ until }) => until).toSorted((a, b) => a - b);
  let ended = 0;
  return admissions.flatMap(({ at }, index) => {
    while (ended < ends.length && ends[ended]! <= at) ended++;
    const limit = settingAt(at)?.concurrency ?? 0;
    const active = index + 1 - ended;
    return active > limit ? [`${active} active passes at ${at}, the limit was ${limit}`] : [];
  });
}

function checkState(
  admissions: readonly LoggedAdmission[],
  history: readonly LoggedSetting[],
): readonly string[] {
  const settingAt = settingsInForce(history);
  return admissions.flatMap(({ number, at }) => {
    const state = settingAt(at)?.state;
    if (state !== undefined && admits(state)) return [];
    return [`number ${number} was admitted at ${at} while the room was ${state ?? 'not there'}`];
  });
}

/** Nobody may be dropped who was not passed over, nor before the shortest grace that was in force since then. */
function checkGrace(byNumber: readonly LoggedEntry[], history: readonly LoggedSetting[]): readonly string[] {
  return byNumber.flatMap(({ number, status, endedAt, absences = [] }) => {
    if (status !== DROPPED || endedAt === null) return [];
    const from = absences.find(({ until }) => until === null)?.from;
    if (from === undefined) return [`number ${number} was dropped and had not been passed over`];
    const graceMs = shortestGrace(history, from, endedAt);
    return endedAt - from < graceMs
      ? [
          `number ${number} was dropped ${endedAt - from} ms after it was passed over, the grace was ${graceMs}`,
        ]
      : [];
  });
}

function shortestGrace(history: readonly LoggedSetting[], from: number, until: number): number {
  const inForce = history.filter(
    ({ changedAt }, index) => changedAt <= until && (history[index + 1]?.changedAt ?? until) >= from,
  );
  return inForce.reduce((least, { graceMs }) => Math.min(least, graceMs), Number.POSITIVE_INFINITY);
}
