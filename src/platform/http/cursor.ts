import { refuse } from '../../kernel/result.ts';
import type { Page } from './schemas.ts';
import { isStorableText } from './storable-text.ts';

/** The refusal of a cursor that is none of ours. */
export const FOREIGN_CURSOR = refuse('invalid_request', undefined, {
  errors: [{ path: '/querystring/cursor', message: 'must be a nextCursor of this list' }],
});

/**
 * A cursor is the sort key of the last row given, in base64url of JSON: opaque to clients, checked here.
 */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @returns the key, or undefined when the text is no cursor of `length` parts of the kinds given */
export function decodeCursor(
  text: string,
  kinds: readonly ('string' | 'number')[],
): (string | number)[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(key) || key.length !== kinds.length) return undefined;
    return key.every((part, index) => typeof part === kinds[index] && isPart(part))
      ? (key as (string | number)[])
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether our own cursors could hold it. */
function isPart(part: unknown): boolean {
  return typeof part === 'string' ? isStorableText(part) : Number.isSafeInteger(part);
}

/** Cuts rows fetched with `limit + 1` into a page and the cursor of the next. */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => readonly (string | number)[],
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(view), nextCursor: more ? encodeCursor(keyOf(last)) : null };
}
