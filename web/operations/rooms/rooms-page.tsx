import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../shared/api/call.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { LiveBadge } from '../../shared/ui/live-badge.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useOperationsText } from '../messages/operations.ts';
import { type Room, RoomCard } from './room-card.tsx';

const REFRESH_MS = 1_000;

/** The rooms at work with their knobs: a seller's own, all for managers. */
export function RoomsPage() {
  const text = useOperationsText();
  const { data, error, refetch, failureCount } = useQuery({
    queryKey: ['mine', 'rooms'],
    queryFn: ({ signal }) => call('listRooms', { signal }),
    refetchInterval: REFRESH_MS,
    // The next look is the next attempt.
    retry: false,
  });
  const rooms = useSteadyOrder(data?.items ?? []);
  const isLost = error !== null || failureCount > 0;
  const state: LiveState = isLost ? 'lost' : data ? 'live' : 'connecting';
  return (
    <div className="stack">
      <div className="stack-tight">
        <PageHeading title={text('rooms')} />
        <p>
          <LiveBadge state={state} />
        </p>
      </div>
      {error && !data && <ProblemNotice error={error} retry={refetch} />}
      {!data && !error && <Loading />}
      {data?.items.length === 0 && <p className="quiet">{text('noRooms')}</p>}
      <ul className="stack">
        {rooms.map((room) => (
          <RoomCard key={room.performanceId} room={room} />
        ))}
      </ul>
    </div>
  );
}

/** The order in which rooms were first seen: nothing moves away from under the hand that turns a knob. */
function useSteadyOrder(rooms: readonly Room[]): readonly Room[] {
  const [ranks] = useState(() => new Map<string, number>());
  for (const { performanceId } of rooms) if (!ranks.has(performanceId)) ranks.set(performanceId, ranks.size);
  return rooms.toSorted((a, b) => (ranks.get(a.performanceId) ?? 0) - (ranks.get(b.performanceId) ?? 0));
}
