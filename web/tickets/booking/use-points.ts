import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { LOOK_MS, type Payment, returnForPoints, useBack, useBroughtBack } from './use-payments.ts';

export type ChargeWay = Answer<'getPoints'>['chargeWays'][number];

/** Whether it goes on without anyone’s doing. */
const isMoving = ({ status }: Pick<Payment, 'status'>) => status === 'unknown' || status === 'refunding';

/** The balance of the person, and what is under way by card. */
export function usePoints() {
  return useQuery({
    queryKey: ['mine', 'points', 'balance'],
    queryFn: ({ signal }) => call('getPoints', { signal }),
    refetchInterval: ({ state }) => (state.data?.underWay.some(isMoving) ? LOOK_MS : false),
  });
}

/** Charges points; by card the person is sent to the provider. */
export function useCharge() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ won, way }: { readonly won: number; readonly way: ChargeWay }) => {
      const amount = { amount: won, currency: 'KRW' } as const;
      const byCard = { method: 'card', returnUrl: returnForPoints() } as const;
      return call('chargePoints', { body: way === 'card' ? { amount, ...byCard } : { amount } });
    },
    onSuccess: (charge) => {
      if ('checkoutUrl' in charge && charge.checkoutUrl !== null) location.assign(charge.checkoutUrl);
      return queries.invalidateQueries({ queryKey: ['mine', 'points'] });
    },
  });
}

/** A charge by card that somebody comes back from. */
export function useChargedByCard() {
  const queries = useQueryClient();
  const confirmation = useBroughtBack('points');
  const id = useBack('points');
  const { data: payment } = useQuery({
    queryKey: ['mine', 'points', 'payment', id],
    queryFn: ({ signal }) => call('getPayment', { params: { id: id ?? '' }, signal }),
    enabled: id !== null && !confirmation.isPending,
    // A refusal at the provider is heard of by its callback.
    refetchInterval: ({ state }) =>
      state.data && (isMoving(state.data) || state.data.status === 'requested') ? LOOK_MS : false,
  });
  const status = payment?.status;
  const known = useRef(status);
  useEffect(() => {
    if (known.current !== status) void queries.invalidateQueries({ queryKey: ['mine', 'points'] });
    known.current = status;
  }, [status, queries]);
  return { payment, error: confirmation.error, isChecking: confirmation.isPending || status === 'unknown' };
}
