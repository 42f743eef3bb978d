import { useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';

const REFRESH_MS = 10_000;

type Options = {
  /** Asks again while it is shown; not needed where only title and time matter. `on-open`: once, for what it is now. */
  readonly refresh?: boolean | 'on-open';
  readonly enabled?: boolean;
};

/** A performance as it stands now; what it is called changes rarely, what remains often. */
export function usePerformance(id: string, { refresh = true, enabled = true }: Options = {}) {
  return useQuery({
    queryKey: ['performance', id],
    queryFn: ({ signal }) => call('getPerformance', { params: { id }, signal }),
    enabled,
    ...(refresh === true
      ? { refetchInterval: REFRESH_MS }
      : { staleTime: refresh === 'on-open' ? 0 : 300_000 }),
  });
}
