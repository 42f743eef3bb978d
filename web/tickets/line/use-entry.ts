import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { codeOf } from '../../shared/api/problem.ts';
import type { ServerEvent } from '../../shared/live/event-parser.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useLive } from '../../shared/live/use-live.ts';
import { forgetEntry, type KeptEntry, keepEntry, readKeptEntry } from './kept-entry.ts';

export type Entry = Answer<'joinRoom'>;

type EndReason = 'entry-ended' | 'room-closed' | 'too-many-streams';

export type Standing =
  /** Not in line, and not asked to be. */
  | { readonly phase: 'outside' }
  | { readonly phase: 'joining' }
  | { readonly phase: 'waiting'; readonly entry: Entry }
  | { readonly phase: 'admitted'; readonly entry: Entry }
  /** The place was lost, used or given back. */
  | { readonly phase: 'ended'; readonly reason: EndReason }
  | { readonly phase: 'refused'; readonly error: unknown };

export type EntryControls = {
  readonly standing: Standing;
  readonly live: LiveState;
  readonly aheadAtFirst: number;
  readonly isSoldOut: boolean;
  join(): Promise<void>;
  leave(): Promise<void>;
};

/**
 * The person's place in the line of a performance, live. A tab that knew of one goes on following it, also after a
 * reload; one that did not takes a place where `joinsAtOnce` says so: a page that is the line itself.
 */
export function useEntry(performanceId: string, joinsAtOnce: boolean): EntryControls {
  const [kept, setKept] = useState<KeptEntry | undefined>(() => readKeptEntry(performanceId));
  const [standing, setStanding] = useState<Standing>(() => firstStanding(kept, joinsAtOnce));
  const [isSoldOut, setSoldOut] = useState(false);

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

  const join = async (): Promise<void> => {
    setStanding({ phase: 'joining' });
    try {
      settle(await call('joinRoom', { params: { id: performanceId } }));
    } catch (error) {
      setStanding({ phase: 'refused', error });
    }
  };

  const hear = ({ event, data }: ServerEvent): void => {
    if (event === 'position' || event === 'admitted') settle(JSON.parse(data) as Entry);
    else if (event === 'sold-out') setSoldOut(true);
    else if (event === 'closed') hearEnd(data, end);
  };

  const joinAtOnce = useEffectEvent(() => void join());
  const isWanted = joinsAtOnce && kept === undefined && standing.phase === 'joining';
  useEffect(() => {
    if (isWanted) joinAtOnce();
    // Once for each performance: what happens later is the person's choice.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [performanceId]);

  const live = useLive({
    path: kept === undefined ? undefined : `/v1/performances/${performanceId}/room/entries/me/stream`,
    isGuarded: true,
    onEvent: hear,
    onProblem: (problem) =>
      codeOf(problem) === 'entry_not_found'
        ? end('entry-ended')
        : setStanding({ phase: 'refused', error: problem }),
  });

  const leave = useCallback(async () => {
    await call('leaveRoom', { params: { id: performanceId } }).catch(() => undefined);
    forgetEntry(performanceId);
    setKept(undefined);
    setStanding({ phase: 'outside' });
  }, [performanceId]);

  // The stream ended while nobody listened, as after a sleep: the server had nothing more to say.
  const isSilentEnd = live === 'ended' && kept !== undefined && standing.phase !== 'refused';
  const seen: Standing = isSilentEnd ? { phase: 'ended', reason: 'entry-ended' } : standing;
  return { standing: seen, live, aheadAtFirst: kept?.aheadAtFirst ?? 0, isSoldOut, join, leave };
}

function firstStanding(kept: KeptEntry | undefined, joinsAtOnce: boolean): Standing {
  return kept !== undefined || joinsAtOnce ? { phase: 'joining' } : { phase: 'outside' };
}

/** A server that restarts says `closed` as well, with a hint to come back. */
function hearEnd(data: string, end: (reason: EndReason) => void): void {
  const { reason } = JSON.parse(data) as { readonly reason?: string };
  if (reason === 'entry-ended' || reason === 'room-closed' || reason === 'too-many-streams') end(reason);
}
