import { type FormEvent, useState } from 'react';
import type { Answer } from '../../shared/api/call.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { NumberField } from '../../shared/ui/number-field.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useBookingText } from '../messages/booking.ts';
import { ChargeNews } from './charge-news.tsx';
import { useBack } from './use-payments.ts';
import { type ChargeWay, useCharge, usePoints } from './use-points.ts';
import { WayChoice } from './way-choice.tsx';

const STEPS = [10_000, 50_000, 100_000, 500_000];

type ChargingProps = {
  /** What the person lacks for what they want, if anything. */
  readonly missing?: number;
};

/** The way to more points: a form where members charge them, and else who gives them. */
export function Charging({ missing }: ChargingProps) {
  const text = useBookingText();
  const formats = useFormats();
  const { data: points, error } = usePoints();
  if (!points && !error) return null;
  const mayCharge = !points || points.chargeMax.amount > 0 || isMonthUsedUp(points);
  return (
    <section className="card stack" aria-labelledby="charge-heading">
      <h2 id="charge-heading">{text(mayCharge ? 'charge' : 'gettingPoints')}</h2>
      {missing !== undefined && (
        <p className="figures">
          {text('missing', { amount: formats.money({ amount: missing, currency: 'KRW' }) })}
        </p>
      )}
      <ChargeNews />
      {mayCharge ? (
        <ChargeForm {...(missing === undefined ? {} : { missing })} />
      ) : (
        <p>{text('pointsAreGiven')}</p>
      )}
    </section>
  );
}

function isMonthUsedUp({ monthLeft, chargeMin }: Answer<'getPoints'>): boolean {
  return monthLeft.amount < chargeMin.amount;
}

function ChargeForm({ missing }: ChargingProps) {
  const text = useBookingText();
  const formats = useFormats();
  const [typed, setTyped] = useState<string>();
  const [wanted, setWanted] = useState<ChargeWay>();
  const charge = useCharge();
  // Without an answer yet the server says what is too little or too much.
  const { data: points } = usePoints();
  const min = points?.chargeMin.amount ?? 1;
  const max = points?.chargeMax.amount ?? Infinity;
  const ways = points?.chargeWays ?? [];
  // Who comes back from the provider had chosen the card.
  const isBack = useBack('points') !== null;
  const way = wanted ?? (isBack ? 'card' : ways[0]) ?? 'instant';
  const byCard = way === 'card';
  const money = (won: number) => formats.money({ amount: won, currency: 'KRW' });
  const value = typed ?? String(Math.min(Math.max(missing ?? STEPS[1]!, min), max));
  const amount = /^\d{1,12}$/.test(value) ? Number(value) : 0;
  const isMonthTheLimit = points !== undefined && points.chargeMax.amount === points.monthLeft.amount;
  if (max === 0 && !charge.isSuccess) return <MonthOver />;
  const limit = text(isMonthTheLimit ? 'chargeMaxOfMonth' : 'chargeMaxAtOnce', { amount: money(max) });
  const least = text('chargeMinAtOnce', { amount: money(min) });
  const fault = amount < min ? least : amount > max ? limit : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fault === undefined) charge.mutate({ won: amount, way }, { onSuccess: () => setTyped(undefined) });
  };
  const chooseWay = (next: ChargeWay) => {
    setWanted(next);
    charge.reset();
  };
  const change = (next: string) => {
    setTyped(next.replaceAll(/\D/g, ''));
    charge.reset();
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Ways ways={ways} chosen={way} onChoose={chooseWay} />
      <NumberField
        label={text('chargeAmount')}
        autoComplete="transaction-amount"
        value={value}
        onType={change}
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
      {charge.isSuccess && !byCard && (
        <Notice tone="good">
          <p>{text('charged', { amount: formats.money(charge.data.amount) })}</p>
        </Notice>
      )}
      <button
        type="submit"
        className="button button-quiet"
        disabled={fault !== undefined || charge.isPending || (byCard && charge.isSuccess)}
      >
        {text(byCard ? 'chargeByCard' : 'chargeDo', { amount: money(amount) })}
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

type WaysProps = {
  readonly ways: readonly ChargeWay[];
  readonly chosen: ChargeWay;
  readonly onChoose: (way: ChargeWay) => void;
};

/** How points can be charged, where there is a choice. */
function Ways({ ways, chosen, onChoose }: WaysProps) {
  const text = useBookingText();
  if (ways.length < 2) return null;
  const named = ways.map((one) => ({ value: one, label: text(`chargeWay.${one}`) }));
  return <WayChoice legend={text('chargeBy')} ways={named} chosen={chosen} isReady onChoose={onChoose} />;
}

function MonthOver() {
  const text = useBookingText();
  return (
    <Notice tone="warn">
      <p>{text('chargeMonthOver')}</p>
    </Notice>
  );
}
