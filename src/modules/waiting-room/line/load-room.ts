import type { EntryChunk, LineRules, RoomLooks, StoredRoom } from '../ports.ts';
import { type AccountKey, createAccountKey } from './account-key.ts';
import type { LineClock, PresenceClock } from './line-clock.ts';
import { PAST_ENTRIES_MAX } from './past-entries.ts';
import { RoomLine } from './room-line.ts';

export type LoadOptions = {
  readonly looks: RoomLooks;
  readonly rules: LineRules;
  readonly clock: LineClock;
  readonly presence: PresenceClock;
};

/** Numbers of one read: half a megabyte, so that neither side holds a million people twice. */
const READ_AT_ONCE = 25_000;

/** Those who wait are looked at over some seconds afterwards, not all in one sweep. */
const SPREAD = { steps: 64, stepMs: 100 };

/** A room as it is stored. Everybody who waits counts as seen now. */
export async function loadRoom(
  performanceId: string,
  { looks, rules, clock, presence }: LoadOptions,
): Promise<{ readonly line: RoomLine; readonly lastAt: number } | undefined> {
  const line = new RoomLine(performanceId, rules.newRoom, rules, clock.now());
  const seenAt = presence.at(clock.now());
  const stored = await looks.room(performanceId);
  if (!stored) return undefined;
  for (let after = stored.settledTo; after < stored.lastNumber; after += READ_AT_ONCE) {
    const waiting = await looks.waiting(performanceId, { after, upTo: after + READ_AT_ONCE });
    eachOf(waiting, (number, key) =>
      line.join(number, key, seenAt + (number % SPREAD.steps) * SPREAD.stepMs),
    );
  }
  const admitted = await looks.admitted(performanceId);
  eachOf(admitted, (number, key, at) =>
    line.restoreAdmitted(number, key, {
      admittedAt: admitted.admittedAt[at]!,
      expiresAt: admitted.passExpiresAt[at]!,
      isPickedUp: admitted.isPickedUp[at]!,
      seenAt,
    }),
  );
  await restorePast(line, looks, stored);
  restoreHeader(line, stored);
  return { line, lastAt: Math.max(stored.lastAt, stored.changedAt) };
}

function eachOf(
  { count, accounts, numbers }: EntryChunk,
  restore: (number: number, key: AccountKey, at: number) => void,
): void {
  const key = createAccountKey();
  for (let at = 0; at < count; at++) {
    key.set(accounts.subarray(at * 4, at * 4 + 4));
    restore(numbers[at]!, key, at);
  }
}

/** Of those who ended at the head of the room only the last: a start reads no history. */
async function restorePast(
  line: RoomLine,
  looks: RoomLooks,
  { performanceId, settledTo }: StoredRoom,
): Promise<void> {
  const after = Math.max(0, settledTo - PAST_ENTRIES_MAX);
  const { accounts, statuses } = await looks.ended(performanceId, { after, most: PAST_ENTRIES_MAX });
  statuses.forEach((status, at) => line.past.add(accounts.subarray(at * 4, at * 4 + 4), status));
}

function restoreHeader(line: RoomLine, stored: StoredRoom): void {
  line.settings = stored.settings;
  line.version = stored.version;
  line.lastNumber = stored.lastNumber;
  line.admittedTotal = stored.admittedTotal;
  for (const { at, count } of stored.lastAdmissions) {
    line.pace.record(at, count);
    line.meter.record(at, count);
  }
  // They are there as far as we know; that they came back is still to be recorded.
  for (const number of stored.passedOver) line.returned.add(number);
  for (const { accountId, at } of stored.spent) line.spent.set(accountId, at);
}
