import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';

/** The balance of the person. */
export function usePoints() {
  return useQuery({
    queryKey: ['mine', 'points', 'balance'],
    queryFn: ({ signal }) => call('getPoints', { signal }),
  });
}

/** Charges points. `key` names one intention: repeated under the same key it charges once. */
export function useCharge() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ amount, key }: { readonly amount: number; readonly key: string }) =>
      call('chargePoints', { body: { amount: { amount, currency: 'KRW' } }, key }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['mine', 'points'] }),
  });
}
