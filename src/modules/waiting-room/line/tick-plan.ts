import { admits } from '../model.ts';
import type { InsideMax, LineRules } from '../ports.ts';
import { type EntryUpdate, type RoomChange, STORED } from '../ports.ts';
import type { RoomLine } from './room-line.ts';

/** One step of time in one room: decided, and not yet in effect. */
export type TickPlan = {
  readonly line: RoomLine;
  readonly at: number;
  readonly expired: readonly number[];
  readonly missed: readonly number[];
  readonly dropped: readonly number[];
  readonly admitted: readonly number[];
  readonly passedOver: readonly number[];
  readonly returned: readonly number[];
  readonly fetched: readonly number[];
};

export type TickOptions = {
  readonly at: number;
  readonly presentAt: number;
  /** The sale of the room is open. */
  readonly mayAdmit: boolean;
  /** Where fewer may be inside than the concurrency says. */
  readonly insideMax?: InsideMax | undefined;
};

/** Decides what ran out and who is admitted. Marks the silent; else changes nothing. */
export function planTick(line: RoomLine, { at, presentAt, mayAdmit, insideMax }: TickOptions): TickPlan {
  const isAdmitting = mayAdmit && admits(line.settings.state);
  const { expired, missed, dropped } = line.sweep({ at, presentAt, isAdmitting });
  const inside = line.active.size - expired.length - missed.length;
  const allowed = isAdmitting ? line.pace.allowance(at, line.settings, inside) : 0;
  const most = insideMax?.get(line.performanceId) ?? Infinity;
  const count = Math.min(allowed, Math.max(0, most - inside));
  const admitted = takeFirst(line, count);
  const ended = new Set(expired);
  return {
    line,
    at,
    expired,
    missed,
    dropped,
    admitted,
    passedOver: silentBefore(line, admitted.at(-1) ?? 0),
    returned: [...line.returned],
    fetched: [...line.pickups.fetched].filter((number) => !ended.has(number)),
  };
}

function takeFirst(line: RoomLine, count: number): number[] {
  const numbers: number[] = [];
  let number = count > 0 ? line.present.nextFrom(1) : 0;
  while (number > 0) {
    numbers.push(number);
    number = numbers.length < count ? line.present.nextFrom(number + 1) : 0;
  }
  return numbers;
}

/** Who is silent and would have come before `last`. */
function silentBefore(line: RoomLine, last: number): number[] {
  const numbers: number[] = [];
  let number = line.silent.nextFrom(1);
  while (number > 0 && number < last) {
    numbers.push(number);
    number = line.silent.nextFrom(number + 1);
  }
  return numbers;
}

/** What is to be stored, or undefined where nothing is. */
export function tickChange(plan: TickPlan, rules: LineRules): RoomChange | undefined {
  const { line, at, returned } = plan;
  const missed = plan.missed.map((number) => ({ number, admittedAt: line.active.get(number)! }));
  const passedOver = [...plan.passedOver, ...plan.missed];
  const updates: EntryUpdate[] = [
    ...plan.expired.map((number) => ({
      number,
      status: STORED.expired,
      // The slot was free from this moment on, also if the step comes later.
      endedAt: line.passExpiresAt(number),
    })),
    ...plan.missed.map((number) => ({ number, status: STORED.waiting })),
    ...plan.dropped.map((number) => ({ number, status: STORED.dropped, endedAt: at })),
    ...plan.admitted.map((number) => ({
      number,
      status: STORED.admitted,
      admittedAt: at,
      passExpiresAt: at + rules.passTtlMs,
    })),
    ...plan.fetched.map((number) => ({ number, status: STORED.admitted, pickedUpAt: at })),
  ];
  if (updates.length + passedOver.length + returned.length === 0) return undefined;
  return {
    performanceId: line.performanceId,
    ...(updates.length > 0 ? { updates } : {}),
    ...(missed.length > 0 ? { missed } : {}),
    ...(passedOver.length > 0 ? { passedOver } : {}),
    ...(returned.length > 0 ? { returned } : {}),
  };
}

/** Puts a plan into effect once it is stored; `seenAt` is its time in the time of presence. */
export function applyTick(plan: TickPlan, seenAt: number): void {
  const { line, at, admitted } = plan;
  for (const number of plan.expired) line.end(number, STORED.expired);
  for (const number of plan.dropped) line.end(number, STORED.dropped);
  for (const number of plan.returned) line.returned.delete(number);
  for (const number of plan.fetched) line.pickups.fetched.delete(number);
  for (const number of admitted) line.admit(number, at, seenAt);
  line.markPassedOver(plan.passedOver);
  line.endLapse(true);
  line.pace.record(at, admitted.length);
  line.meter.record(at, admitted.length);
  line.admittedTotal += admitted.length;
}
