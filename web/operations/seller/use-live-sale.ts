import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer } from 'react';
import { call } from '../../shared/api/call.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useLive } from '../../shared/live/use-live.ts';
import { createLayout, type SeatLayout } from '../../tickets/seats/layout.ts';
import { type SeatDelta, SeatState } from '../../tickets/seats/seat-state.ts';

export type LiveSale = {
  readonly layout: SeatLayout;
  readonly seats: SeatState;
  readonly live: LiveState;
};

/** Stats are shown again so often at most. */
const SHOW_EVERY_MS = 500;

/** Every seat of a performance as it stands now, followed by its stream; undefined until the plan is there. */
export function useLiveSale(id: string): { readonly sale: LiveSale | undefined; readonly error: unknown } {
  const map = useQuery({
    queryKey: ['seats', id],
    queryFn: ({ signal }) => call('getSeats', { params: { id }, signal }),
    staleTime: 0,
  });
  const hash = map.data?.planHash;
  const plan = useQuery({
    queryKey: ['plan', hash],
    queryFn: ({ signal }) => call('getSeatPlan', { params: { hash: hash ?? '' }, signal }),
    enabled: hash !== undefined,
    staleTime: Infinity,
  });
  const layout = useMemo(() => plan.data && createLayout(plan.data), [plan.data]);
  const seats = useMemo(() => layout && new SeatState(layout.capacity), [layout]);
  useEffect(() => {
    if (map.data) seats?.take(map.data);
  }, [map.data, seats]);
  const live = useLive({
    path: seats && map.data?.streamUrl,
    // A draft is seen by its seller only.
    isGuarded: true,
    onEvent({ event, data }) {
      const missed =
        event === 'snapshot' || (event === 'delta' && !seats?.apply(JSON.parse(data) as SeatDelta));
      if (missed) void map.refetch();
    },
    onWaiting: () => void map.refetch(),
  });
  useShownChanges(seats);
  return { sale: layout && seats && { layout, seats, live }, error: map.error ?? plan.error };
}

/** Shows a component again after changes of the seats, a few times a second in a rush. */
function useShownChanges(seats: SeatState | undefined): void {
  const [, show] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = seats?.listen(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        show();
      }, SHOW_EVERY_MS);
    });
    return () => {
      stop?.();
      clearTimeout(timer);
    };
  }, [seats]);
}
