import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { codeOf } from '../../shared/api/problem.ts';
import type { ServerEvent } from '../../shared/live/event-parser.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useLive } from '../../shared/live/use-live.ts';
import { serverClock } from '../../shared/time/server-clock.ts';
import { type EndReason, endOfEntry, endOfRefusal, isEndReason, RETRIED_AFTER_MS } from './ending.ts';
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
      refuse(error);
    }
  };

  const refuse = (error: unknown): void => {
    const reason = endOfRefusal(codeOf(error));
    if (reason) end(reason);
    else setStanding({ phase: 'refused', error });
  };

  /** Asks while there is no stream, or the place may come back: what is in the way is for the next time to find out. */
  const ask = async (): Promise<void> => {
    try {
      settle(await call('getRoomEntry', { params: { id: performanceId } }));
    } catch (error) {
      const reason = endOfRefusal(codeOf(error)) ?? (codeOf(error) === 'entry_not_found' && lost());
      if (reason) end(reason);
    }
  };

  const lost = (): EndReason => endOfEntry(kept, serverClock.now());

  const hear = ({ event, data }: ServerEvent): void => {
    if (event === 'position' || event === 'admitted') settle(JSON.parse(data) as Entry);
    else if (event === 'sold-out') setSoldOut(true);
    else if (event === 'closed') hearEnd(data);
  };

  /** A server that restarts says `closed` as well, with a hint to come back. */
  const hearEnd = (data: string): void => {
    const { reason, reconnect } = JSON.parse(data) as {
      readonly reason?: string;
      readonly reconnect: boolean;
    };
    if (reconnect) return;
    end(isEndReason(reason) ? reason : lost());
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
    // Being there is being heard of, and the turn calls from the background.
    listensUnseen: true,
    onEvent: hear,
    onWaiting: () => void ask(),
    onProblem: (problem) => (codeOf(problem) === 'entry_not_found' ? end(lost()) : refuse(problem)),
  });

  const askAgain = useEffectEvent(() => void ask());
  const mayReopen = standing.phase === 'ended' && standing.reason === 'room-closed';
  useEffect(() => {
    if (!mayReopen) return undefined;
    const timer = setInterval(() => askAgain(), RETRIED_AFTER_MS);
    return () => clearInterval(timer);
  }, [mayReopen]);

  const leave = useCallback(async () => {
    await call('leaveRoom', { params: { id: performanceId } }).catch(() => undefined);
    forgetEntry(performanceId);
    setKept(undefined);
    setStanding({ phase: 'outside' });
  }, [performanceId]);

  // The stream ended while nobody listened, as after a sleep: the server had nothing more to say.
  const isSilentEnd = live === 'ended' && kept !== undefined && standing.phase !== 'refused';
  const seen: Standing = isSilentEnd ? { phase: 'ended', reason: lost() } : standing;
  return { standing: seen, live, aheadAtFirst: kept?.aheadAtFirst ?? 0, isSoldOut, join, leave };
}

function firstStanding(kept: KeptEntry | undefined, joinsAtOnce: boolean): Standing {
  return kept !== undefined || joinsAtOnce ? { phase: 'joining' } : { phase: 'outside' };
}
