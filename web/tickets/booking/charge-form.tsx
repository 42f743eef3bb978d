import { type FormEvent, useState } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { useProblemText } from '../../shared/messages/problems.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useBookingText } from '../messages/booking.ts';
import { useCharge, usePoints } from './use-points.ts';

const STEPS = [10_000, 50_000, 100_000, 500_000];

/** @param missing what the person lacks for what they want, if anything */
export function ChargeForm({ missing }: { readonly missing?: number }) {
  const text = useBookingText();
  const problemText = useProblemText();
  const formats = useFormats();
  const [typed, setTyped] = useState<string>();
  const charge = useCharge();
  // Without an answer yet the server says what is too little or too much.
  const { data: points } = usePoints();
  const min = points?.chargeMin.amount ?? 1;
  const max = points?.chargeMax.amount ?? Infinity;
  const money = (won: number) => formats.money({ amount: won, currency: 'KRW' });
  const value = typed ?? String(Math.min(Math.max(missing ?? STEPS[1]!, min), max));
  const amount = /^\d{1,12}$/.test(value) ? Number(value) : 0;
  const isMonthTheLimit = points !== undefined && points.chargeMax.amount === points.monthLeft.amount;
  const isMonthOver = points !== undefined && points.monthLeft.amount < min;
  if (max === 0 && !charge.isSuccess)
    return (
      <Notice tone="warn">
        <p>{isMonthOver ? text('chargeMonthOver') : problemText('charge_not_allowed')}</p>
      </Notice>
    );
  const limit = text(isMonthTheLimit ? 'chargeMaxOfMonth' : 'chargeMaxAtOnce', { amount: money(max) });
  const least = text('chargeMinAtOnce', { amount: money(min) });
  const fault = amount < min ? least : amount > max ? limit : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fault === undefined) charge.mutate(amount, { onSuccess: () => setTyped(undefined) });
  };
  const change = (next: string) => {
    setTyped(next.replaceAll(/\D/g, ''));
    charge.reset();
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Field
        label={text('chargeAmount')}
        inputMode="numeric"
        autoComplete="transaction-amount"
        value={value}
        onChange={({ target }) => change(target.value)}
        hint={max === Infinity ? undefined : limit}
        error={fault}
      />
      <Steps amount={amount} max={max} onChange={(next) => change(String(next))} />
      {missing !== undefined && missing > max && (
        <Notice tone="warn">
          <p>{text(isMonthTheLimit ? 'chargeNotEnough' : 'chargeInParts')}</p>
        </Notice>
      )}
      {charge.isError && <ProblemNotice error={charge.error} />}
      {charge.isSuccess && (
        <Notice tone="good">
          <p>{text('charged', { amount: formats.money(charge.data.amount) })}</p>
        </Notice>
      )}
      <button
        type="submit"
        className="button button-quiet"
        disabled={fault !== undefined || charge.isPending}
      >
        {text('chargeDo', { amount: money(amount) })}
      </button>
    </form>
  );
}

type StepsProps = {
  readonly amount: number;
  readonly max: number;
  readonly onChange: (amount: number) => void;
};

/** Buttons that add to the amount, as far as the limit. */
function Steps({ amount, max, onChange }: StepsProps) {
  const formats = useFormats();
  return (
    <div className="chips">
      {STEPS.map((step) => (
        <button
          key={step}
          type="button"
          className="chip figures"
          disabled={amount >= max}
          onClick={() => onChange(Math.min(amount + step, max))}
        >
          {`+${formats.money({ amount: step, currency: 'KRW' })}`}
        </button>
      ))}
    </div>
  );
}
