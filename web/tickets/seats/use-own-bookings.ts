import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../shared/api/call.ts';
import { comeBackMs } from '../../shared/api/come-back.ts';
import { accountIdOf, session } from '../../shared/api/session-state.ts';
import { useStore } from '../../shared/state/use-store.ts';
import { serverClock } from '../../shared/time/server-clock.ts';
import type { Reservation } from '../booking/use-reservation.ts';

/** A page of the API; somebody with more has the newest marked. */
const BOOKINGS_MAX = 100;
/** After a hold has lapsed the server says so. */
const LAPSED_AFTER_MS = 500;

type OwnBookings = {
  /** Those whose seats the person has now, those to be paid first. */
  readonly bookings: readonly Reservation[];
  /** Whether they are known, or not to be waited for: nothing has to make room for them later. */
  readonly isSettled: boolean;
};

/** What the person has of a performance already, held or bought; nothing for somebody who is not signed in. */
export function useOwnBookings(performanceId: string): OwnBookings {
  const isIn = accountIdOf(useStore(session)) !== undefined;
  const { data, failureCount } = useQuery({
    queryKey: ['mine', 'reservations', 'of', performanceId],
    queryFn: ({ signal }) =>
      call('listReservations', { query: { performanceId, scope: 'own', limit: BOOKINGS_MAX }, signal }),
    select: ({ items }) => items,
    enabled: isIn,
    refetchInterval: (query) => comeBackMs(query) || untilNextLapseMs(query.state.data?.items ?? []),
  });
  const bookings = useMemo(() => {
    const of = (wanted: Reservation['status']) => data?.filter(({ status }) => status === wanted) ?? [];
    return [...of('held'), ...of('confirmed')];
  }, [data]);
  return { bookings, isSettled: !isIn || data !== undefined || failureCount > 0 };
}

function untilNextLapseMs(items: readonly Reservation[]): number | false {
  const lapses = items
    .filter(({ status }) => status === 'held')
    .map(({ expiresAt }) => Date.parse(expiresAt));
  return lapses.length > 0 && Math.max(0, Math.min(...lapses) - serverClock.now()) + LAPSED_AFTER_MS;
}
