import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { comeBackMs } from '../../shared/api/come-back.ts';
import { useLocation } from '../../shared/router/location.ts';
import { LOOK_MS, type Payment, returnForPoints, useBack, useBroughtBack } from './use-payments.ts';

export type ChargeWay = Answer<'getPoints'>['chargeWays'][number];

/** Whether it goes on without anyone’s doing. */
const isMoving = ({ status }: Pick<Payment, 'status'>) => status === 'unknown' || status === 'refunding';

const isOpen = (payment: Pick<Payment, 'status'> | undefined) =>
  payment !== undefined && (isMoving(payment) || payment.status === 'requested');

/** What the provider says of somebody who went back without paying. */
const LEFT = 'PAY_PROCESS_CANCELED';

/** The balance of the person, and what is under way by card. */
export function usePoints() {
  return useQuery({
    queryKey: ['mine', 'points', 'balance'],
    queryFn: ({ signal }) => call('getPoints', { signal }),
    refetchInterval: (query) => (query.state.data?.underWay.some(isMoving) ? LOOK_MS : comeBackMs(query)),
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
  const { query } = useLocation();
  const { data: found } = useQuery({
    queryKey: ['mine', 'points', 'payment', id],
    queryFn: ({ signal }) => call('getPayment', { params: { id: id ?? '' }, signal }),
    enabled: id !== null && !query.has('paymentKey') && !confirmation.isPending,
    refetchInterval: (read) => (isOpen(read.state.data) ? LOOK_MS : comeBackMs(read)),
  });
  // What the confirmation was answered is newer than what was read before it.
  const payment = found === undefined || found.status === 'requested' ? (confirmation.data ?? found) : found;
  const status = payment?.status;
  const known = useRef(status);
  useEffect(() => {
    if (known.current !== status) void queries.invalidateQueries({ queryKey: ['mine', 'points'] });
    known.current = status;
  }, [status, queries]);
  // A refusal at the provider is heard of by its callback.
  const code = query.get('code');
  const isRefused = status === 'requested' && code !== null && code !== LEFT;
  const isPending = id !== null && (payment === undefined || confirmation.isPending);
  const isChecking = isPending || status === 'unknown' || isRefused;
  return { id, payment, error: confirmation.error, isChecking };
}
