import type { NoAnswer } from './connection.ts';
import { type HttpAnswer, headerOf } from './response-parser.ts';

/**
 * What became of an attempt:
 * - `won`: it did the thing (held, joined, paid). An accepted request that is not done yet is no success.
 * - `lost`: it was told rightly that others were faster.
 * - `refused`: it was told to come again later, and when (429 or 503 with Retry-After).
 * - `error`: anything else, no answer included.
 */
export type Outcome = 'won' | 'lost' | 'refused' | 'error';
export const outcomes: readonly Outcome[] = ['won', 'lost', 'refused', 'error'];

/** An outcome, and for an error its kind, such as `500 internal_error` or `timeout`. */
export type Verdict = { readonly outcome: Outcome; readonly kind?: string };

export const WON: Verdict = { outcome: 'won' };
export const LOST: Verdict = { outcome: 'lost' };
const REFUSED: Verdict = { outcome: 'refused' };

/** Judges what every scenario judges alike: refusals that say when to come back, and errors. */
export function judgeFailure(answer: HttpAnswer): Verdict {
  const overloaded = answer.status === 503 || answer.status === 429;
  if (overloaded && headerOf(answer.head, 'retry-after') !== undefined) return REFUSED;
  return { outcome: 'error', kind: `${answer.status} ${problemCode(answer) ?? 'without a code'}` };
}

export function judgeNoAnswer(failure: NoAnswer): Verdict {
  return { outcome: 'error', kind: failure.kind };
}

/** The stable code of a problem answer (RFC 9457 with the system's `code`). */
function problemCode(answer: HttpAnswer): string | undefined {
  try {
    const body: unknown = JSON.parse(answer.body.toString());
    if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
    return typeof body.code === 'string' ? body.code : undefined;
  } catch {
    return undefined;
  }
}
