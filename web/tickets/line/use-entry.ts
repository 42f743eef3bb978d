import { useEffect, useEffectEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import type { ServerEvent } from '../../shared/live/event-parser.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useLive } from '../../shared/live/use-live.ts';
import { isEndReason, RETRIED_AFTER_MS } from './ending.ts';
import { type Entry, type Standing, useStanding } from './use-standing.ts';

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
  const params = { id: performanceId };
  const place = useStanding(performanceId, joinsAtOnce);
  const { kept, standing } = place;
  const [isSoldOut, setSoldOut] = useState(false);

  const join = async (): Promise<void> => {
    place.join();
    await call('joinRoom', { params }).then(place.settle, place.refuse);
  };

  const joinAtOnce = useEffectEvent(() => void join());
  const isWanted = joinsAtOnce && kept === undefined && standing.phase === 'joining';
  useEffect(() => {
    if (isWanted) joinAtOnce();
    // Once for each performance: what happens later is the person's choice.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [performanceId]);

  /** What is in the way is for the next time to find out. */
  const ask = async (): Promise<void> => {
    await call('getRoomEntry', { params }).then(place.settle, (error: unknown) => {
      const reason = place.endedBy(error);
      if (reason) place.end(reason);
    });
  };

  const live = useLive({
    path: kept === undefined ? undefined : `/v1/performances/${performanceId}/room/entries/me/stream`,
    isGuarded: true,
    // Being there is being heard of, and the turn calls from the background.
    listensUnseen: true,
    onEvent({ event, data }) {
      if (event === 'position' || event === 'admitted') place.settle(JSON.parse(data) as Entry);
      else if (event === 'sold-out') setSoldOut(true);
      else if (isEnd({ event, data })) place.end(reasonOf(data) ?? place.lose());
    },
    onWaiting: () => void ask(),
    onProblem: place.refuse,
  });

  const askAgain = useEffectEvent(() => void ask());
  const mayReopen = standing.phase === 'ended' && standing.reason === 'room-closed';
  useEffect(() => {
    if (!mayReopen) return undefined;
    const timer = setInterval(() => askAgain(), RETRIED_AFTER_MS);
    return () => clearInterval(timer);
  }, [mayReopen]);

  const leave = async (): Promise<void> => {
    await call('leaveRoom', { params }).catch(() => undefined);
    place.leave();
  };

  // The stream ended while nobody listened, as after a sleep: the server had nothing more to say.
  const isSilentEnd = live === 'ended' && kept !== undefined && standing.phase !== 'refused';
  const seen: Standing = isSilentEnd ? { phase: 'ended', reason: place.lose() } : standing;
  return { standing: seen, live, aheadAtFirst: kept?.aheadAtFirst ?? 0, isSoldOut, join, leave };
}

type End = { readonly reason?: string; readonly reconnect: boolean };

/** A server that restarts says `closed` as well, with a hint to come back. */
function isEnd({ event, data }: Pick<ServerEvent, 'event' | 'data'>): boolean {
  return event === 'closed' && !(JSON.parse(data) as End).reconnect;
}

function reasonOf(data: string) {
  const { reason } = JSON.parse(data) as End;
  return isEndReason(reason) ? reason : undefined;
}
