import { accountIdOf, session } from '../../shared/api/session-state.ts';
import { keptInTab } from '../../shared/state/kept.ts';
import { createStore } from '../../shared/state/store.ts';

/**
 * What this tab remembers of a place in line, so that a reload goes on where it was: the number, by which a new place is
 * told from the old one, and the pass, which is good for this person and this performance alone. The next person at this
 * tab finds none of it.
 */
export type KeptEntry = {
  readonly number: number;
  /** People ahead at first, for the bar that fills. */
  readonly aheadAtFirst: number;
  readonly pass?: string;
  readonly passExpiresAt?: string;
};

let owner = accountIdOf(session.get());

const keyOf = (performanceId: string): string => `firstcome.line.${owner ?? ''}.${performanceId}`;

/** The performances in whose line the person has a place here, as far as this tab knows. */
export const keptPerformances = createStore<readonly string[]>(readIds());

session.subscribe(() => {
  const next = accountIdOf(session.get());
  if (next === owner) return;
  owner = next;
  keptPerformances.set(readIds());
});

function readIds(): readonly string[] {
  const prefix = keyOf('');
  return keptInTab.keys().flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
}

export function readKeptEntry(performanceId: string): KeptEntry | undefined {
  try {
    const kept: unknown = JSON.parse(keptInTab.read(keyOf(performanceId)) ?? 'null');
    const isEntry = typeof kept === 'object' && kept !== null && 'number' in kept && 'aheadAtFirst' in kept;
    return isEntry ? (kept as KeptEntry) : undefined;
  } catch {
    return undefined;
  }
}

export function keepEntry(performanceId: string, entry: KeptEntry): void {
  if (owner === undefined) return;
  keptInTab.write(keyOf(performanceId), JSON.stringify(entry));
  if (!keptPerformances.get().includes(performanceId))
    keptPerformances.set([...keptPerformances.get(), performanceId]);
}

export function forgetEntry(performanceId: string): void {
  keptInTab.forget(keyOf(performanceId));
  keptPerformances.set(keptPerformances.get().filter((id) => id !== performanceId));
}
