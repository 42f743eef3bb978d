import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { navigate, useLocation } from '../../shared/router/location.ts';

export type Payment = Answer<'listReservationPayments'>['items'][number];
export type Method = Payment['method'];

/** How often a payment is looked at that ends without anyone’s doing. */
export const LOOK_MS = 1_000;
/** A refund that the provider refuses may hang for days: from so many looks on it is looked at rarely. */
const LOOKS_MAX = 60;
const LOOK_RARELY_MS = 60_000;

/** How one can pay here. */
export function usePaymentMethods() {
  return useQuery({
    queryKey: ['payment-methods'],
    queryFn: ({ signal }) => call('listPaymentMethods', { signal }),
    staleTime: Infinity,
  });
}

/** The payments of a reservation; followed while the provider has the word. */
export function usePayments(reservationId: string) {
  const isBack = useBack('reservation') !== null;
  const { data, isLoading } = useQuery({
    queryKey: ['mine', 'reservation', reservationId, 'payments'],
    queryFn: ({ signal }) => call('listReservationPayments', { params: { id: reservationId }, signal }),
    refetchInterval: ({ state }) => {
      const status = newestCard(state.data?.items)?.status;
      const isMoving = status === 'unknown' || status === 'refunding' || (status === 'requested' && isBack);
      if (!isMoving) return false;
      return status === 'refunding' && state.dataUpdateCount > LOOKS_MAX ? LOOK_RARELY_MS : LOOK_MS;
    },
  });
  const card = newestCard(data?.items);
  const paid = data?.items.find(({ status }) => ['succeeded', 'refunding', 'refunded'].includes(status));
  // What is said of a payment stands above the rest, which waits for it where somebody comes back from paying.
  return { card, paidBy: paid?.method, isComing: isBack && isLoading };
}

function newestCard(items: readonly Payment[] | undefined): Payment | undefined {
  return items?.find(({ method }) => method === 'card');
}

/** What the provider gave a buyer who comes back with it. */
type Back = { readonly orderId: string; readonly paymentKey: string; readonly amount: number };

/** What the address to come back to says where points are paid for. */
const FOR_POINTS = 'points';

/** @param more of the query, beside what the provider adds */
function returnAddress(more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(more).toString();
  return location.origin + location.pathname + (query === '' ? '' : `?${query}`);
}

export const returnForPoints = () => returnAddress({ for: FOR_POINTS });

/** Whether somebody is back from paying for this, and the id of the payment. */
export function useBack(purpose: Payment['purpose']): string | null {
  const { query } = useLocation();
  const isForPoints = query.get('for') === FOR_POINTS;
  return isForPoints === (purpose === 'points') ? query.get('orderId') : null;
}

/** Confirms what a buyer brings back from the provider’s page, once; the address keeps no key. */
export function useBroughtBack(purpose: Payment['purpose']) {
  const queries = useQueryClient();
  const { path, query } = useLocation();
  const orderId = useBack(purpose);
  const paymentKey = query.get('paymentKey');
  const confirmation = useMutation({
    mutationFn: (back: Back) => call('confirmPayment', { params: { id: back.orderId }, body: back }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mine'] }),
  });
  const { mutate } = confirmation;
  const amount = Number(query.get('amount'));
  useEffect(() => {
    if (!paymentKey || !orderId) return;
    mutate({ orderId, paymentKey, amount });
    const kept = { ...(purpose === 'points' ? { for: FOR_POINTS } : {}), orderId };
    navigate(`${path}?${new URLSearchParams(kept).toString()}`, { replace: true });
  }, [paymentKey, orderId, amount, path, purpose, mutate]);
  return confirmation;
}

/** The same for a reservation, whose payments it follows. */
export function useConfirmation(reservationId: string) {
  const queries = useQueryClient();
  const confirmation = useBroughtBack('reservation');
  const { card } = usePayments(reservationId);
  const status = card?.status;
  const known = useRef(status);
  // Whatever the provider says of it changes the reservation, and its history.
  useEffect(() => {
    if (known.current !== undefined && known.current !== status)
      void queries.invalidateQueries({ queryKey: ['mine', 'reservation', reservationId] });
    known.current = status;
  }, [status, queries, reservationId]);
  return { error: confirmation.error, isChecking: confirmation.isPending || status === 'unknown' };
}

/** Asks for a payment; by card the buyer is sent to the provider. */
export function usePayment(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (method: Method) => {
      const body = method === 'card' ? { method, returnUrl: returnAddress() } : { method };
      return call('payReservation', { params: { id }, body });
    },
    onSuccess: ({ status, checkoutUrl }) => {
      if (status === 'requested' && checkoutUrl !== null) location.assign(checkoutUrl);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['mine'] }),
  });
}
