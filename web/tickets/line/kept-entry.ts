import { createStore } from '../../shared/state/store.ts';

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

const PREFIX = 'firstcome.line.';
const keyOf = (performanceId: string): string => PREFIX + performanceId;

/** The performances in whose line this tab has a place, as far as it knows. */
export const keptPerformances = createStore<readonly string[]>(readIds());

function readIds(): readonly string[] {
  try {
    return Object.keys(sessionStorage).flatMap((key) =>
      key.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : [],
    );
  } catch {
    return [];
  }
}

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
  if (!keptPerformances.get().includes(performanceId))
    keptPerformances.set([...keptPerformances.get(), performanceId]);
}

export function forgetEntry(performanceId: string): void {
  sessionStorage.removeItem(keyOf(performanceId));
  keptPerformances.set(keptPerformances.get().filter((id) => id !== performanceId));
}
