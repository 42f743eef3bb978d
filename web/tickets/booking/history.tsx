import { useQuery } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Icon, type IconName } from '../../shared/ui/icon.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { historyKey, useProgressText } from '../messages/progress.ts';

const PAID = 'payment.succeeded';
const CANCELLED = 'reservation.cancelled';

type Step = Answer<'getReservationSaga'>['steps'][number];
/** Consumers that follow behind are no matter of buyers. */
type OwnStep = Step & { readonly name: Exclude<Step['name'], 'consumer'> };

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

/** What happened to a reservation: each step as it stands, and behind it all that is on record. */
export function History({ reservationId }: { readonly reservationId: string }) {
  const text = useProgressText();
  const { data, isError } = useQuery({
    queryKey: ['mine', 'reservation', reservationId, 'saga'],
    queryFn: ({ signal }) => call('getReservationSaga', { params: { id: reservationId }, signal }),
  });
  if (!data && isError)
    return (
      <Notice tone="warn">
        <p>{text('historyUnknown')}</p>
      </Notice>
    );
  if (!data) return null;
  const steps = data.steps.filter((step): step is OwnStep => step.name !== 'consumer');
  return (
    <section className="card stack-tight" aria-labelledby="history-heading">
      <h2 id="history-heading" className="history-title">
        {text('history')}
      </h2>
      <ol className="progress figures">
        {steps.map((step) => (
          <StepRow key={`${step.name} ${step.paymentId}`} step={step} />
        ))}
      </ol>
      <Records reservationId={reservationId} />
    </section>
  );
}

const ICONS: Readonly<Record<Step['state'], IconName>> = {
  pending: 'clock',
  parked: 'warn',
  done: 'check',
  failed: 'warn',
  undone: 'close',
};

function StepRow({ step }: { readonly step: OwnStep }) {
  const text = useProgressText();
  const formats = useFormats();
  const { name, state, since, attempts, method = 'card' } = step;
  const label =
    name === 'payment' || name === 'refund' ? text(`step.${name}.${method}`) : text(`step.${name}`);
  const when = formats.moment(since);
  return (
    <li className="progress-step" data-step={name} data-state={state}>
      <Icon name={ICONS[state]} />
      <div>
        <p className="row-apart">
          <strong>{label}</strong>
          <span className="small progress-state">{text(`state.${state}`)}</span>
        </p>
        <p>{text(wordsOf(step))}</p>
        {state === 'pending' && attempts > 0 && <p>{text('tries', { count: attempts })}</p>}
        <p className="small quiet">{state === 'pending' ? text('since', { when }) : when}</p>
      </div>
    </li>
  );
}

function wordsOf({ name, state, reason }: OwnStep) {
  // Of the steps of a buyer a refund alone can hang until somebody looks.
  if (state === 'parked') return 'step.parked';
  if (name === 'payment' && state === 'failed') {
    if (reason === 'card_declined') return 'step.payment.declined';
    if (reason === 'superseded') return 'step.payment.superseded';
  }
  return `step.${name}.${state}` as const;
}

/** All that is on record of a reservation, in order. */
function Records({ reservationId }: { readonly reservationId: string }) {
  const text = useProgressText();
  const formats = useFormats();
  const { data } = useHistory(reservationId);
  const wasPaid = useWasPaid(reservationId);
  if (!data || data.items.length === 0) return null;
  return (
    <details className="records">
      <summary>{text('records')}</summary>
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
    </details>
  );
}
