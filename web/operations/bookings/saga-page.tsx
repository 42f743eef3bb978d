import { useQuery } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { useBookingText } from '../../tickets/messages/booking.ts';
import { useBookingListText } from '../messages/bookings.ts';
import { operationsPaths } from '../paths.ts';
import { BookedLine } from './booked.tsx';

type Step = Answer<'getReservationSaga'>['steps'][number];
type Booking = Answer<'getReservation'>;

const REFRESH_MS = 5_000;
const TONES = {
  pending: 'badge-warn',
  parked: 'badge-bad',
  done: 'badge-good',
  failed: 'badge-bad',
  undone: '',
} as const;

/** What happened to a booking, and what is under way since when and why; read again while something is. */
export function SagaPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['mine', 'saga', id],
    async queryFn({ signal }) {
      const [booking, { steps }] = await Promise.all([
        call('getReservation', { params: { id }, signal }),
        call('getReservationSaga', { params: { id }, signal }),
      ]);
      return { booking, steps };
    },
    refetchInterval: ({ state }) =>
      state.data?.steps.some((step) => step.state === 'pending' || step.state === 'parked') === true
        ? REFRESH_MS
        : false,
  });
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  return <Saga {...data} />;
}

function Saga({ booking, steps }: { readonly booking: Booking; readonly steps: readonly Step[] }) {
  const text = useBookingListText();
  const bookingText = useBookingText();
  const { id, status, performanceId } = booking;
  return (
    <div className="stack">
      <div className="stack-tight">
        <p>
          <span className="badge">{bookingText(`status.${status}`)}</span>
        </p>
        <PageHeading title={text('booking')} />
        <p className="small quiet booking-id">{id}</p>
        <p className="figures">
          <BookedLine booking={booking} />
        </p>
        <p>
          <Link to={fillPath(operationsPaths.performance, { id: performanceId })}>{text('toSale')}</Link>
        </p>
      </div>
      <ol className="saga">
        {steps.map((step) => (
          <SagaStep key={`${step.name} ${step.paymentId ?? ''} ${step.consumer ?? ''}`} step={step} />
        ))}
      </ol>
    </div>
  );
}

function SagaStep({ step }: { readonly step: Step }) {
  const text = useBookingListText();
  const bookingText = useBookingText();
  const formats = useFormats();
  const { name, state, since, attempts, error, cause, method, consumer } = step;
  const about = consumer ?? (method && bookingText(`method.${method}`));
  const at = formats.moment(since);
  return (
    <li className="card stack-tight">
      <p className="row">
        <span className={`badge ${TONES[state]}`}>{text(`is.${state}`)}</span>
        <strong>
          {text(name)}
          {about !== undefined && ` (${about})`}
        </strong>
        <span className="small quiet figures">{state === 'pending' ? text('since', { at }) : at}</span>
      </p>
      <p>{told(name, state, text)}</p>
      {state === 'parked' && <p>{text('parked')}</p>}
      {attempts > 0 && <p className="small figures">{text('attempts', { count: attempts })}</p>}
      {cause !== undefined && <p className="small saga-error">{text('cause', { cause })}</p>}
      {error !== undefined && <p className="small saga-error">{text('error', { error })}</p>}
    </li>
  );
}

/** Only refunds and consumers hang at dead letters. */
function told(name: Step['name'], state: Step['state'], text: ReturnType<typeof useBookingListText>): string {
  if (state !== 'parked') return text(`${name}.${state}`);
  return text(name === 'refund' ? 'refund.parked' : 'consumer.parked');
}
