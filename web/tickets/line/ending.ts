import type { KeptEntry } from './kept-entry.ts';

/** Why somebody does not wait here any more. The first four are what the stream says. */
const REASONS = [
  'room-closed',
  'sale-over',
  'room-off',
  'too-many-streams',
  'pass-expired',
  'pass-used',
  'place-lost',
] as const;
export type EndReason = (typeof REASONS)[number];

/** A room that was closed by hand may open again: it is asked so often, which keeps the place as well. */
export const RETRIED_AFTER_MS = 20_000;

export function isEndReason(text: string | undefined): text is EndReason {
  return REASONS.some((reason) => reason === text);
}

/** What a refusal says of the room; undefined where it says something else. */
export function endOfRefusal(code: string): EndReason | undefined {
  if (code === 'room_not_found') return 'room-off';
  return code === 'room_closed' ? 'room-closed' : undefined;
}

/**
 * Why a place is gone that was there: a pass runs out at its time, and goes before it when it is used; who still waited
 * left in another tab, or was away for long.
 */
export function endOfEntry(kept: KeptEntry | undefined, now: number): EndReason {
  if (kept?.passExpiresAt === undefined) return 'place-lost';
  return now >= Date.parse(kept.passExpiresAt) ? 'pass-expired' : 'pass-used';
}
