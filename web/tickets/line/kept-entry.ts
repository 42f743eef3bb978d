/**
 * What this tab remembers of a place in line, so that a reload goes on where it was: the number, by which a new place is
 * told from the old one, and the pass, which is good for this person and this performance alone.
 */
export type KeptEntry = {
  readonly number: number;
  /** People ahead at first, for the bar that fills. */
  readonly aheadAtFirst: number;
  readonly pass?: string;
  readonly passExpiresAt?: string;
};

const keyOf = (performanceId: string): string => `firstcome.line.${performanceId}`;

export function readKeptEntry(performanceId: string): KeptEntry | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(performanceId)) ?? 'null');
    const isEntry = typeof kept === 'object' && kept !== null && 'number' in kept && 'aheadAtFirst' in kept;
    return isEntry ? (kept as KeptEntry) : undefined;
  } catch {
    return undefined;
  }
}

export function keepEntry(performanceId: string, entry: KeptEntry): void {
  sessionStorage.setItem(keyOf(performanceId), JSON.stringify(entry));
}

export function forgetEntry(performanceId: string): void {
  sessionStorage.removeItem(keyOf(performanceId));
}
