import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import type { Operations } from '../../shared/api/schema.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { NumberField } from '../../shared/ui/number-field.tsx';
import { usePerformance } from '../../tickets/sale/use-performance.ts';
import { ActionButton } from '../forms/action-button.tsx';
import { AskFirst } from '../forms/ask-first.tsx';
import { SaveOutcome } from '../forms/save-outcome.tsx';
import { useEdit } from '../forms/use-edit.ts';
import { useOperationsText } from '../messages/operations.ts';
import { operationsPaths } from '../paths.ts';
import { CountTiles } from '../stats/count-tiles.tsx';
import type { Room } from './use-rooms.ts';

type RoomPatch = Operations['changeRoom']['body'];

const MINUTE_MS = 60_000;
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
    ? `${localised(performance.title, performance.titleEn, language).main} — ${formats.dateTime(performance.startsAt, performance.timeZone)}`
    : text('room');
  const stats = [
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
            {room.rateBefore !== undefined && (
              <span className="small quiet">{text('rateLent', { rate: room.rateBefore })}</span>
            )}
          </p>
        </div>
        <Link to={fillPath(operationsPaths.performance, { id: room.performanceId })}>{text('toSale')}</Link>
      </div>
      <CountTiles counts={stats} />
      <Settings room={room} title={title} onChange={onChange} />
    </li>
  );
}

/** A whole number of 0 or more; undefined where a text is none. */
function wholeNumber(text: string): number | undefined {
  return /^\s*\d{1,7}\s*$/.test(text) ? Number(text) : undefined;
}

const limitsOf = ({ ratePerSecond, concurrency, graceMs }: Room) => ({
  rate: String(ratePerSecond),
  cap: String(concurrency),
  grace: String(Math.round(graceMs / MINUTE_MS)),
});

type SettingsProps = RoomCardProps & { readonly title: string };

/** What is typed for a room, and how it is put in force. */
function useRoomChange({ room, onChange }: RoomCardProps) {
  const edit = useEdit(room, limitsOf);
  const id = room.performanceId;
  const change = useMutation({
    mutationFn: (body: RoomPatch) => call('changeRoom', { params: { id }, body, headers: edit.headers }),
    onSuccess(changed, { state }) {
      // A state does not take away what is being typed.
      if (state === undefined) edit.restart(changed);
      onChange(changed);
    },
    // The stream brings what others have changed; it may be a moment late, or away.
    onError: () => void call('getRoom', { params: { id } }).then(onChange, () => undefined),
  });
  const ratePerSecond = wholeNumber(edit.draft.rate);
  const concurrency = wholeNumber(edit.draft.cap);
  const graceMinutes = wholeNumber(edit.draft.grace);
  const apply = () => {
    const { changed } = edit;
    if (!edit.isTouched) return;
    if (ratePerSecond === undefined || concurrency === undefined || graceMinutes === undefined) return;
    change.mutate({
      ...(changed.rate === undefined ? {} : { ratePerSecond }),
      ...(changed.cap === undefined ? {} : { concurrency }),
      ...(changed.grace === undefined ? {} : { graceMs: graceMinutes * MINUTE_MS }),
    });
  };
  return { edit, change, apply };
}

function Settings({ room, title, onChange }: SettingsProps) {
  const text = useOperationsText();
  const formats = useFormats();
  const { edit, change, apply } = useRoomChange({ room, onChange });
  const { rate, cap, grace } = edit.draft;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply();
  };
  const shown = (typed: string) => {
    const number = wholeNumber(typed);
    return number === undefined ? typed : formats.number(number);
  };
  const conflicts = edit.others.map((field) => ({
    label: text(field),
    theirs: shown(edit.base[field]),
    own: edit.changed[field] && shown(edit.changed[field]),
  }));
  return (
    <div className="stack-tight">
      <form className="settings" onSubmit={submit} noValidate aria-label={title}>
        <Setting
          label={text('rate')}
          value={rate}
          set={(typed) => edit.set({ ...edit.draft, rate: typed })}
        />
        <Setting label={text('cap')} value={cap} set={(typed) => edit.set({ ...edit.draft, cap: typed })} />
        <Setting
          label={text('grace')}
          value={grace}
          set={(typed) => edit.set({ ...edit.draft, grace: typed })}
        />
        <ActionButton className="button" type="submit" isBusy={change.isPending}>
          {text('apply')}
        </ActionButton>
      </form>
      <StateChips room={room} title={title} change={change} />
      <SaveOutcome
        saving={change}
        saved={text('applied')}
        conflicts={conflicts}
        onTakeTheirs={() => edit.restart(room)}
      />
    </div>
  );
}

type StateChipsProps = {
  readonly room: Room;
  readonly title: string;
  readonly change: { readonly isPending: boolean; mutate(body: RoomPatch): void };
};

/** The states of a room. Anyone who waits is told of the end when it is closed, so that this asks first. */
function StateChips({ room, title, change }: StateChipsProps) {
  const text = useOperationsText();
  const [asksToClose, setAsksToClose] = useState(false);
  const choose = (state: (typeof STATES)[number]) => {
    if (state === 'closed' && room.state !== 'closed') setAsksToClose(true);
    else change.mutate({ state });
  };
  return (
    <>
      <fieldset className="chips">
        <legend className="visually-hidden">{`${text('setState')}: ${title}`}</legend>
        {STATES.map((state) => (
          <ActionButton
            key={state}
            className="chip"
            aria-pressed={room.state === state}
            isBusy={change.isPending}
            onClick={() => choose(state)}
          >
            {text(`set.${state}`)}
          </ActionButton>
        ))}
      </fieldset>
      {asksToClose && (
        <AskFirst
          question={text('askClose', { waiting: room.waiting + room.silent })}
          yes={text('set.closed')}
          isBusy={change.isPending}
          onYes={() => {
            setAsksToClose(false);
            change.mutate({ state: 'closed' });
          }}
          onNo={() => setAsksToClose(false)}
        />
      )}
    </>
  );
}

type SettingProps = { readonly label: string; readonly value: string; readonly set: (typed: string) => void };

function Setting({ label, value, set }: SettingProps) {
  const text = useOperationsText();
  return (
    <NumberField
      label={label}
      value={value}
      onType={set}
      error={wholeNumber(value) === undefined ? text('wholeNumber') : undefined}
    />
  );
}
