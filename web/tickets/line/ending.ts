import { ApiProblem, codeOf } from '../../shared/api/problem.ts';

/** Why somebody does not wait here any more, as the stream says it. */
const REASONS = [
  'room-closed',
  'sale-over',
  'room-off',
  'too-many-streams',
  'left',
  'dropped',
  'pass-expired',
  'pass-spent',
  'entry-ended',
] as const;
export type EndReason = (typeof REASONS)[number];

/** A room that was closed by hand may open again: it is asked so often, which keeps the place as well. */
export const RETRIED_AFTER_MS = 20_000;

function isEndReason(reason: unknown): reason is EndReason {
  return REASONS.some((known) => known === reason);
}

/** Of the last message of a stream; one that this page does not know ends the place all the same. */
export function endOfStream(reason: unknown): EndReason {
  return isEndReason(reason) ? reason : 'entry-ended';
}

/** The room is closed or gone, or the place is; undefined where the refusal says something else. */
export function endOfRefusal(error: unknown): EndReason | undefined {
  const code = codeOf(error);
  if (code === 'room_not_found') return 'room-off';
  if (code === 'room_closed') return 'room-closed';
  return code === 'entry_not_found' && error instanceof ApiProblem
    ? endOfStream(error.body['ended'])
    : undefined;
}
