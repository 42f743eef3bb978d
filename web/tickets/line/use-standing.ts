import { useState } from 'react';
import type { Answer } from '../../shared/api/call.ts';
import { type EndReason, endOfRefusal } from './ending.ts';
import { forgetEntry, type KeptEntry, keepEntry, readKeptEntry } from './kept-entry.ts';

export type Entry = Answer<'joinRoom'>;

export type Standing =
  /** Not in line, and not asked to be. */
  | { readonly phase: 'outside' }
  | { readonly phase: 'joining' }
  | { readonly phase: 'waiting'; readonly entry: Entry }
  | { readonly phase: 'admitted'; readonly entry: Entry }
  /** Nobody waits here any more, or not in this tab. */
  | { readonly phase: 'ended'; readonly reason: EndReason }
  | { readonly phase: 'refused'; readonly error: unknown };

/** What this tab knows of a place in line, and what becomes of that by answers and events. */
export function useStanding(performanceId: string, joinsAtOnce: boolean) {
  const [kept, setKept] = useState<KeptEntry | undefined>(() => readKeptEntry(performanceId));
  const [standing, setStanding] = useState<Standing>(() => firstStanding(kept, joinsAtOnce));

  const settle = (entry: Entry): void => {
    const isSame = kept?.number === entry.number;
    const next: KeptEntry = {
      number: entry.number,
      aheadAtFirst: isSame ? Math.max(kept.aheadAtFirst, entry.ahead) : entry.ahead,
      ...(entry.pass !== undefined && { pass: entry.pass }),
      ...(entry.passExpiresAt !== undefined && { passExpiresAt: entry.passExpiresAt }),
    };
    keepEntry(performanceId, next);
    setKept(next);
    setStanding({ phase: entry.status, entry });
  };

  const end = (reason: EndReason): void => {
    // In another tab the place lives on.
    if (reason !== 'too-many-streams') forgetEntry(performanceId);
    setKept(undefined);
    setStanding({ phase: 'ended', reason });
  };

  const refuse = (error: unknown): void => {
    const reason = endOfRefusal(error);
    if (reason) end(reason);
    else setStanding({ phase: 'refused', error });
  };

  const leave = (): void => {
    forgetEntry(performanceId);
    setKept(undefined);
    setStanding({ phase: 'outside' });
  };

  const join = (): void => setStanding({ phase: 'joining' });

  return { kept, standing, settle, end, refuse, leave, join };
}

function firstStanding(kept: KeptEntry | undefined, joinsAtOnce: boolean): Standing {
  return kept !== undefined || joinsAtOnce ? { phase: 'joining' } : { phase: 'outside' };
}
