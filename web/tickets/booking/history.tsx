import { useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { historyKey, useBookingText } from '../messages/booking.ts';

const PAID = 'payment.succeeded';
const CANCELLED = 'reservation.cancelled';

function useHistory(reservationId: string) {
  return useQuery({
    queryKey: ['mine', 'reservation', reservationId, 'history'],
    queryFn: ({ signal }) => call('getReservationHistory', { params: { id: reservationId }, signal }),
  });
}

/** Whether a reservation was ever paid; undefined until that is known. */
export function useWasPaid(reservationId: string): boolean | undefined {
  return useHistory(reservationId).data?.items.some(({ type }) => type === PAID);
}

/** What happened to a reservation, in order. */
export function History({ reservationId }: { readonly reservationId: string }) {
  const text = useBookingText();
  const formats = useFormats();
  const { data, isError } = useHistory(reservationId);
  const wasPaid = useWasPaid(reservationId);
  if (!data && isError)
    return (
      <Notice tone="warn">
        <p>{text('historyUnknown')}</p>
      </Notice>
    );
  if (!data || data.items.length === 0) return null;
  return (
    <section className="card stack-tight" aria-labelledby="history-heading">
      <h2 id="history-heading" className="history-title">
        {text('history')}
      </h2>
      <ol className="history figures">
        {data.items.map(({ time, type, text: sentence }) => {
          // Of what was not paid, nothing comes back.
          const key = type === CANCELLED && !wasPaid ? 'released' : historyKey(type);
          return (
            <li key={`${time} ${type}`} className="row-apart">
              <span>{key ? text(key) : sentence}</span>
              <span className="small quiet">{formats.moment(time)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
