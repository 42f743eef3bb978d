import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { call } from '../shared/api/call.ts';
import { LanguageSwitch } from '../shared/app/shell.tsx';
import { useFormats } from '../shared/i18n/use-text.ts';
import { useLocation } from '../shared/router/location.ts';
import { match } from '../shared/router/match.ts';
import { FailedPage } from '../shared/ui/failed-page.tsx';
import { Loading } from '../shared/ui/loading.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { PageHeading } from '../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../shared/ui/problem-notice.tsx';
import { useCheckoutText } from './messages/checkout.ts';
import { checkoutPaths } from './paths.ts';

const BEHAVIOURS = [
  'normal',
  'decline',
  'delay',
  'timeout',
  'late',
  'duplicate',
  'reordered',
  'other-amount',
] as const;
type Behaviour = (typeof BEHAVIOURS)[number];
type Decision = 'pay' | 'decline' | 'leave';

/** The simulated provider's own page: it looks like nobody's shop, and sends the buyer back where they came from. */
export function CheckoutApp() {
  const text = useCheckoutText();
  const { path } = useLocation();
  const id = match(checkoutPaths.checkout, path)?.['id'] ?? '';
  return (
    <>
      <header className="provider-bar">
        <span className="provider-name">{text('provider')}</span>
        <LanguageSwitch />
      </header>
      <main id="content" className="main">
        <Checkout id={id} />
      </main>
    </>
  );
}

function Checkout({ id }: { readonly id: string }) {
  const text = useCheckoutText();
  const formats = useFormats();
  const [behaviour, setBehaviour] = useState<Behaviour>('normal');
  const { data, error, refetch } = useQuery({
    queryKey: ['mine', 'checkout', id],
    queryFn: ({ signal }) => call('getSimulatedCheckout', { params: { id }, signal }),
  });
  const decision = useMutation({
    mutationFn: (decided: Decision) =>
      call('decideSimulatedCheckout', { params: { id }, body: { decision: decided, behaviour } }),
    onSuccess: ({ redirectUrl }) => location.assign(redirectUrl),
  });
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  const isBusy = decision.isPending || decision.isSuccess;
  const amount = formats.money(data.amount);
  const decide = (decided: Decision) => () => decision.mutate(decided);
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('title')} />
      <Notice>
        <p>{text('simulated')}</p>
      </Notice>
      <section className="card stack" aria-label={text('amount')}>
        <p className="row-apart">
          <span className="quiet">{text('amount')}</span>
          <strong className="provider-amount figures">{amount}</strong>
        </p>
        {data.isOpen ? (
          <>
            <BehaviourField value={behaviour} onChange={setBehaviour} />
            {decision.isError && <ProblemNotice error={decision.error} />}
            <button
              type="button"
              className="button button-large button-wide"
              disabled={isBusy}
              onClick={decide('pay')}
            >
              {isBusy ? text('busy') : text('pay', { amount })}
            </button>
            <button
              type="button"
              className="button button-quiet button-wide"
              disabled={isBusy}
              onClick={decide('decline')}
            >
              {text('decline')}
            </button>
            <button type="button" className="button button-plain" disabled={isBusy} onClick={decide('leave')}>
              {text('leave')}
            </button>
          </>
        ) : (
          <>
            <p>{text('ended')}</p>
            <p>
              <a className="button" href="/reservations">
                {text('back')}
              </a>
            </p>
          </>
        )}
      </section>
    </div>
  );
}

type FieldProps = { readonly value: Behaviour; readonly onChange: (behaviour: Behaviour) => void };

function BehaviourField({ value, onChange }: FieldProps) {
  const text = useCheckoutText();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{text('behaviour')}</label>
      <select
        id={id}
        className="input"
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={({ target }) => onChange(BEHAVIOURS.find((one) => one === target.value) ?? 'normal')}
      >
        {BEHAVIOURS.map((one) => (
          <option key={one} value={one}>
            {text(`behaviour.${one}`)}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} className="small quiet">
        {text('behaviourHint')}
      </p>
    </div>
  );
}
