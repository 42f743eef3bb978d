import type { LineRules, RoomStore, StoredRoom } from '../ports.ts';
import { createAccountKey } from './account-key.ts';
import type { LineClock, PresenceClock } from './line-clock.ts';
import { RoomLine } from './room-line.ts';

export type LoadOptions = {
  readonly store: RoomStore;
  readonly rules: LineRules;
  readonly clock: LineClock;
  readonly presence: PresenceClock;
};

/** A room as it is stored. Everybody who waits counts as seen now. */
export async function loadRoom(
  performanceId: string,
  { store, rules, clock, presence }: LoadOptions,
): Promise<{ readonly line: RoomLine; readonly lastAt: number } | undefined> {
  const line = new RoomLine(performanceId, rules.newRoom, rules, clock.now());
  const seenAt = presence.at(clock.now());
  const key = createAccountKey();
  const stored = await store.load(performanceId, (status, chunk) => {
    for (let i = 0; i < chunk.count; i++) {
      key.set(chunk.accounts.subarray(i * 4, i * 4 + 4));
      const number = chunk.numbers[i]!;
      if (status === 'waiting') line.restoreWaiting(number, key, seenAt);
      else {
        line.restoreAdmitted(number, key, {
          admittedAt: chunk.admittedAt[i]!,
          expiresAt: chunk.passExpiresAt[i]!,
          isPickedUp: chunk.isPickedUp[i]!,
          seenAt,
        });
      }
    }
  });
  if (!stored) return undefined;
  restoreHeader(line, stored);
  return { line, lastAt: Math.max(stored.lastAt, stored.changedAt) };
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
