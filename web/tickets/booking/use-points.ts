import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';

/** The balance of the person. */
export function usePoints() {
  return useQuery({
    queryKey: ['mine', 'points', 'balance'],
    queryFn: ({ signal }) => call('getPoints', { signal }),
  });
}

/** Charges points. */
export function useCharge() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (amount: number) => call('chargePoints', { body: { amount: { amount, currency: 'KRW' } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['mine', 'points'] }),
  });
}
