import { useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';

const VENUES_SHOWN = 100;

/** The venues on whose stages the seller may perform; asked for above what waits for the size of a form of them. */
export function useOwnVenues() {
  return useQuery({
    queryKey: ['mine', 'stages'],
    queryFn: ({ signal }) => call('listVenues', { query: { limit: VENUES_SHOWN }, signal }),
  });
}
