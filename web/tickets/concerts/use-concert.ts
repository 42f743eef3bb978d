import { useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';

/** A concert with its performances, asked for again while it is shown where `refreshMs` says so. */
export function useConcert(id: string, { refreshMs }: { readonly refreshMs?: number } = {}) {
  return useQuery({
    queryKey: ['concert', id],
    queryFn: ({ signal }) => call('getConcert', { params: { id }, signal }),
    ...(refreshMs === undefined ? {} : { refetchInterval: refreshMs }),
  });
}
