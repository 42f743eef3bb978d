/** The middle of several measurements and how far they lie apart. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number };

/** @throws Error on no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) throw new Error('nothing was measured');
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/**
 * How much faster one is than the other, pair by pair of the same round: what slows the machine down for a
 * while slows both, and falls out. Undefined where no round has both.
 */
export function ratioOf(
  values: ReadonlyMap<number, number>,
  others: ReadonlyMap<number, number>,
): Spread | undefined {
  const ratios = [...values].flatMap(([round, value]) => {
    const other = others.get(round);
    return other === undefined || other === 0 ? [] : [value / other];
  });
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}
