/** What of a performance, or of several, is free. */
export type Seats = { readonly remainingTotal: number; readonly capacity: number };

/** Below this share of the seats it is said that few are left. */
const FEW = 0.1;

export function seatsLeft({ remainingTotal, capacity }: Seats): 'none' | 'few' | 'some' {
  if (remainingTotal <= 0) return 'none';
  return remainingTotal < capacity * FEW ? 'few' : 'some';
}
