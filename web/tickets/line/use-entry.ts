import { useEffect, useEffectEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import type { ServerEvent } from '../../shared/live/event-parser.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useLive } from '../../shared/live/use-live.ts';
import { endOfRefusal, endOfStream, RETRIED_AFTER_MS } from './ending.ts';
import { type Entry, type Standing, useStanding } from './use-standing.ts';

export type EntryControls = {
  readonly standing: Standing;
  readonly live: LiveState;
  readonly aheadAtFirst: number;
  readonly isSoldOut: boolean;
  join(): Promise<void>;
  leave(): Promise<void>;
};

const END_ASKED_AFTER_MS = 5_000;

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
  const ask = async (settle = place.settle): Promise<void> => {
    await call('getRoomEntry', { params }).then(settle, (error: unknown) => {
      const reason = endOfRefusal(error);
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
      else if (isEnd({ event, data })) place.end(endOfStream((JSON.parse(data) as End).reason));
    },
    onWaiting: () => void ask(),
    onProblem: place.refuse,
  });

  const mayReopen = standing.phase === 'ended' && standing.reason === 'room-closed';
  useAskingAgain(mayReopen ? RETRIED_AFTER_MS : undefined, () => void ask());

  // The stream ended while nobody listened, as after a sleep: how the place ended is asked for. Where there is another
  // one by now, it was taken elsewhere.
  const isSilentEnd = live === 'ended' && kept !== undefined && standing.phase !== 'refused';
  const findEnd = () =>
    void ask((entry) =>
      entry.number === kept?.number ? place.settle(entry) : place.end('too-many-streams'),
    );
  useEffect(() => {
    if (isSilentEnd) findEnd();
    // Asked at once, and then now and then.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isSilentEnd]);
  useAskingAgain(isSilentEnd ? END_ASKED_AFTER_MS : undefined, findEnd);

  const leave = async (): Promise<void> => {
    await call('leaveRoom', { params }).catch(() => undefined);
    place.leave();
  };

  const seen: Standing = isSilentEnd ? { phase: 'joining' } : standing;
  return { standing: seen, live, aheadAtFirst: kept?.aheadAtFirst ?? 0, isSoldOut, join, leave };
}

type End = { readonly reason?: string; readonly reconnect: boolean };

/** A server that restarts says `closed` as well, with a hint to come back. */
function isEnd({ event, data }: Pick<ServerEvent, 'event' | 'data'>): boolean {
  return event === 'closed' && !(JSON.parse(data) as End).reconnect;
}

/** Does it every so often; not at all while that is undefined. */
function useAskingAgain(everyMs: number | undefined, ask: () => void): void {
  const askAgain = useEffectEvent(ask);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => askAgain(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
