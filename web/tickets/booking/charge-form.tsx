import { type FormEvent, useState } from 'react';
import { newIdempotencyKey } from '../../shared/api/idempotency-key.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useBookingText } from '../messages/booking.ts';
import { useCharge } from './use-points.ts';

const STEPS = [10_000, 50_000, 100_000, 500_000];
/** What is missing is rounded up to it: less than this cannot be charged. */
const ROUND = 1_000;

/** @param suggested what is missing for what the person wants, if anything is */
export function ChargeForm({ suggested }: { readonly suggested?: number }) {
  const text = useBookingText();
  const formats = useFormats();
  const [typed, setTyped] = useState<string>();
  const [key, setKey] = useState(newIdempotencyKey);
  const charge = useCharge();
  const value = typed ?? String(suggested === undefined ? STEPS[1] : Math.ceil(suggested / ROUND) * ROUND);
  const amount = /^\d{1,12}$/.test(value) ? Number(value) : 0;
  const money = (won: number) => formats.money({ amount: won, currency: 'KRW' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (amount === 0) return;
    charge.mutate({ amount, key }, { onSuccess: () => (setKey(newIdempotencyKey()), setTyped(undefined)) });
  };
  const change = (next: string) => {
    setTyped(next.replaceAll(/\D/g, ''));
    setKey(newIdempotencyKey());
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
        error={amount === 0 ? text('chargeInvalid') : undefined}
      />
      <div className="chips">
        {STEPS.map((step) => (
          <button
            key={step}
            type="button"
            className="chip figures"
            onClick={() => change(String(amount + step))}
          >
            {`+${money(step)}`}
          </button>
        ))}
      </div>
      {charge.isError && <ProblemNotice error={charge.error} />}
      {charge.isSuccess && (
        <Notice tone="good">
          <p>{text('charged', { amount: formats.money(charge.data.amount) })}</p>
        </Notice>
      )}
      <button type="submit" className="button button-quiet" disabled={amount === 0 || charge.isPending}>
        {text('chargeDo', { amount: money(amount) })}
      </button>
    </form>
  );
}
