declare const brand: unique symbol;

/** A place in a feed. Only the feed that gave it can read it: keep it, give it back, and look at nothing in it. */
export type Cursor = string & { readonly [brand]: 'cursor' };

/** The offset of each lane, in their order. */
export function toCursor(offsets: readonly number[]): Cursor {
  return offsets.join('.') as Cursor;
}

/** @throws Error for the cursor of a feed that has other lanes */
export function offsetsOf(cursor: Cursor, lanes: number): readonly number[] {
  const offsets = cursor.split('.').map(Number);
  if (offsets.length !== lanes || !offsets.every((offset) => Number.isSafeInteger(offset) && offset >= 0)) {
    throw new Error(`the cursor ${cursor} is not one of a feed with ${lanes} lanes`);
  }
  return offsets;
}
