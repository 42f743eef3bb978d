import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { call } from '../../shared/api/call.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useLive } from '../../shared/live/use-live.ts';
import { createLayout, type SeatLayout } from './layout.ts';
import { listenCalmly } from './listen-calmly.ts';
import { type SeatDelta, SeatState } from './seat-state.ts';

export type SeatMapData = { readonly layout: SeatLayout; readonly state: SeatState };

type Loading = {
  readonly map: SeatMapData | undefined;
  readonly live: LiveState;
  readonly error: unknown;
  readonly retry: () => void;
};

/** The plan of a performance and the state of its seats, brought forward by deltas. */
export function useSeatMap(performanceId: string): Loading {
  const params = { id: performanceId };
  const snapshot = useQuery({
    queryKey: ['seats', performanceId],
    queryFn: ({ signal }) => call('getSeats', { params, signal }),
    // Deltas keep it true; a picture of before would be brought forward from too far back.
    staleTime: Infinity,
    gcTime: 0,
  });
  const hash = snapshot.data?.planHash;
  const plan = useQuery({
    queryKey: ['plan', hash],
    queryFn: ({ signal }) => call('getSeatPlan', { params: { hash: hash ?? '' }, signal }),
    enabled: hash !== undefined,
    staleTime: Infinity,
  });
  const map = useMemo(() => {
    if (!plan.data) return undefined;
    const layout = createLayout(plan.data);
    return { layout, state: new SeatState(layout.capacity) };
  }, [plan.data]);
  const { data, refetch } = snapshot;
  useEffect(() => {
    if (map && data) map.state.take(data);
  }, [map, data]);

  const live = useLive({
    path: map ? `/v1/performances/${performanceId}/seats/stream?since=${data?.version ?? 0}` : undefined,
    isGuarded: false,
    onEvent({ event, data: text }) {
      const isWhole = event === 'delta' && map?.state.apply(JSON.parse(text) as SeatDelta);
      if (event === 'snapshot' || (event === 'delta' && isWhole === false)) void refetch();
    },
    onWaiting: () => void refetch(),
  });
  return {
    map,
    live,
    error: snapshot.error ?? plan.error,
    retry: () => void (snapshot.isError ? refetch() : plan.refetch()),
  };
}

/** Often enough for reading; a rush changes seats ten times a second. */
const REDRAW_EVERY_MS = 500;

/** Draws the component again when seats have changed. The map does not use it: it draws by itself. */
export function useSeatVersion(state: SeatState): number {
  return useSyncExternalStore(
    (listener) => listenCalmly(state, REDRAW_EVERY_MS, listener),
    () => state.version,
  );
}
