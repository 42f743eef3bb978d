import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import type { Operations } from '../../shared/api/schema.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { localised } from '../../tickets/concerts/localised.ts';
import { usePerformance } from '../../tickets/sale/use-performance.ts';
import { ActionButton } from '../forms/action-button.tsx';
import { useOperationsText } from '../messages/operations.ts';
import { operationsPaths } from '../paths.ts';
import type { Room } from './use-rooms.ts';

type RoomPatch = Operations['changeRoom']['body'];

const STATES = ['open', 'paused', 'draining', 'closed'] as const;
const TONES = {
  open: 'badge-good',
  paused: 'badge-warn',
  draining: 'badge-brand',
  closed: 'badge-bad',
} as const;

type RoomCardProps = { readonly room: Room; readonly onChange: (room: Room) => void };

/** A room: who is in it, and what can be turned. */
export function RoomCard({ room, onChange }: RoomCardProps) {
  const text = useOperationsText();
  const formats = useFormats();
  const language = useLanguage();
  const { data: performance } = usePerformance(room.performanceId, { refresh: false });
  const title = performance
    ? `${localised(performance.title, language).main} — ${formats.dateTime(performance.startsAt, performance.timeZone)}`
    : text('room');
  const figures = [
    [text('waiting'), room.waiting],
    [text('active'), room.active],
    [text('silent'), room.silent],
    [text('admittedTotal'), room.admittedTotal],
  ] as const;
  return (
    <li className="card stack">
      <div className="row-apart">
        <div className="stack-tight">
          <h2 className="card-title">{title}</h2>
          <p className="row small figures">
            <span className={`badge ${TONES[room.state]}`}>{text(`state.${room.state}`)}</span>
            {text('rateNow', { rate: room.currentRate })}
          </p>
        </div>
        <Link to={fillPath(operationsPaths.performance, { id: room.performanceId })}>{text('toSale')}</Link>
      </div>
      <dl className="tiles">
        {figures.map(([name, value]) => (
          <div key={name} className="tile tile-flat">
            <dt className="small quiet">{name}</dt>
            <dd className="tile-value figures">{formats.number(value)}</dd>
          </div>
        ))}
      </dl>
      <Knobs room={room} title={title} onChange={onChange} />
    </li>
  );
}

/** A whole number of 0 or more; undefined where a text is none. */
function wholeNumber(text: string): number | undefined {
  return /^\s*\d{1,7}\s*$/.test(text) ? Number(text) : undefined;
}

type KnobsProps = RoomCardProps & { readonly title: string };

function Knobs({ room, title, onChange }: KnobsProps) {
  const text = useOperationsText();
  // As typed, until it is in force; then the room's own again.
  const [rate, setRate] = useState<string>();
  const [cap, setCap] = useState<string>();
  const change = useMutation({
    mutationFn: (body: RoomPatch) => call('changeRoom', { params: { id: room.performanceId }, body }),
    onSuccess(changed) {
      setRate(undefined);
      setCap(undefined);
      onChange(changed);
    },
  });
  const [ratePerSecond, concurrency] = [
    wholeNumber(rate ?? String(room.ratePerSecond)),
    wholeNumber(cap ?? String(room.concurrency)),
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ratePerSecond !== undefined && concurrency !== undefined)
      change.mutate({ ratePerSecond, concurrency });
  };
  return (
    <div className="stack-tight">
      <form className="knobs" onSubmit={submit} noValidate aria-label={title}>
        <Field
          label={text('rate')}
          inputMode="numeric"
          value={rate ?? String(room.ratePerSecond)}
          onChange={({ target }) => setRate(target.value)}
          error={ratePerSecond === undefined ? text('wholeNumber') : undefined}
        />
        <Field
          label={text('cap')}
          inputMode="numeric"
          value={cap ?? String(room.concurrency)}
          onChange={({ target }) => setCap(target.value)}
          error={concurrency === undefined ? text('wholeNumber') : undefined}
        />
        <ActionButton className="button" type="submit" isBusy={change.isPending}>
          {text('apply')}
        </ActionButton>
      </form>
      <fieldset className="chips">
        <legend className="visually-hidden">{`${text('setState')}: ${title}`}</legend>
        {STATES.map((state) => (
          <ActionButton
            key={state}
            className="chip"
            aria-pressed={room.state === state}
            isBusy={change.isPending}
            onClick={() => change.mutate({ state })}
          >
            {text(`set.${state}`)}
          </ActionButton>
        ))}
      </fieldset>
      {change.isError && <ProblemNotice error={change.error} />}
      {change.isSuccess && (
        <Notice tone="good">
          <p>{text('applied')}</p>
        </Notice>
      )}
    </div>
  );
}
