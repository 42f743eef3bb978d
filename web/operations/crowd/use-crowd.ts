import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';
import { ApiProblem } from '../../shared/api/problem.ts';
import type { Operations } from '../../shared/api/schema.ts';

export type Crowd = Answer<'getCrowd'>;

const RUNNING_REFRESH_MS = 1_000;
const IDLE_REFRESH_MS = 5_000;
const KEY = ['mine', 'crowd'];

/** The crowd that was sent last; `isOffered` is false where the system sends none, as in production. */
export function useCrowd() {
  const queries = useQueryClient();
  const accept = (crowd: Crowd) => queries.setQueryData(KEY, crowd);
  const { data: crowd, error } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call('getCrowd', { signal }),
    refetchInterval: ({ state }) => {
      if (isMissing(state.error)) return false;
      return state.data?.status === 'running' ? RUNNING_REFRESH_MS : IDLE_REFRESH_MS;
    },
    // The next look is the next attempt.
    retry: false,
  });
  const sending = useMutation({
    mutationFn: (body: Operations['sendCrowd']['body']) => call('sendCrowd', { body }),
    onSuccess: accept,
  });
  const stopping = useMutation({ mutationFn: () => call('stopCrowd', {}), onSuccess: accept });
  return { crowd, isOffered: !isMissing(error), sending, stopping };
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}
