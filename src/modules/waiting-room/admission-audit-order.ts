import { DeadlineHeap } from '../../kernel/deadline-heap.ts';
import type { LoggedEntry } from './admission-log.ts';

/** Somebody was admitted; see `LoggedAdmission` of the audit. */
type Admission = { readonly number: number; readonly at: number };

/**
 * Nobody may be admitted while somebody with a smaller number waits and is there. Walks through the admissions
 * in time; at each, everybody with a number below the highest admitted then is either through, or excused by an
 * absence or by an admission that was given up later, or was passed over unlawfully. At the very ends of an absence its owner counts as absent: the
 * admission of that moment was decided before the return.
 */
export function checkOrder(
  byNumber: readonly LoggedEntry[],
  admissions: readonly Admission[],
): readonly string[] {
  const breaches: string[] = [];
  /** Passed over and excused, by the end of the excuse. */
  const excused = new DeadlineHeap();
  /** No longer excused and next in turn, by number. */
  const back = new DeadlineHeap();
  let next = 0;
  const judge = (index: number, at: number, last: number): void => {
    const entry = byNumber[index]!;
    if (throughAt(entry) <= at) return;
    const excusedUntil = absenceAround(entry, at);
    if (excusedUntil >= at) excused.add(index, excusedUntil);
    else breaches.push(`number ${last} was admitted at ${at}, before number ${entry.number}`);
  };
  for (const [at, last] of groupsByTime(admissions)) {
    while (excused.firstAt < at) {
      const index = excused.take();
      back.add(index, byNumber[index]!.number);
    }
    while (back.firstAt <= last) judge(back.take(), at, last);
    while (next < byNumber.length && byNumber[next]!.number <= last) judge(next++, at, last);
  }
  return breaches;
}

/** Each moment of admission with the highest number admitted then. */
function* groupsByTime(admissions: readonly Admission[]): Iterable<readonly [at: number, last: number]> {
  for (let i = 0; i < admissions.length; ) {
    const at = admissions[i]!.at;
    let last = 0;
    for (; i < admissions.length && admissions[i]!.at === at; i++) {
      last = Math.max(last, admissions[i]!.number);
    }
    yield [at, last];
  }
}

/** When it no longer waited. */
function throughAt(entry: LoggedEntry): number {
  return entry.admittedAt ?? entry.endedAt ?? Number.POSITIVE_INFINITY;
}

/** The end of the absence in which the moment lies, or a moment before it. */
function absenceAround(entry: LoggedEntry, at: number): number {
  const absence = entry.absences?.find(
    ({ from, until }) => from <= at && (until ?? Number.POSITIVE_INFINITY) >= at,
  );
  if (absence) return absence.until ?? Number.POSITIVE_INFINITY;
  const inside = entry.missed?.find(({ admittedAt, givenUpAt }) => admittedAt <= at && givenUpAt >= at);
  return inside?.givenUpAt ?? Number.NEGATIVE_INFINITY;
}
