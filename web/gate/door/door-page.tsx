import { type FormEvent, useEffect, useState } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { useStore } from '../../shared/state/use-store.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { Camera } from '../camera/camera.tsx';
import { useGateText } from '../messages/gate.ts';
import type { Door, Verdict as VerdictOf } from './door.ts';
import { DoorKeeper, type DoorStanding } from './door-keeper.ts';
import { allowSound, signal } from './signals.ts';
import { Verdict } from './verdict.tsx';

const REFRESH_MS = 10_000;

type DoorPageProps = {
  readonly door: Door;
  readonly name: string;
  readonly leave: () => void;
  /** Codes to try, in the demonstration. */
  readonly samples?: readonly string[];
};

/** A door at work: the answer above, the camera and the typed code below, who is in. */
export function DoorPage({ door, name, leave, samples = [] }: DoorPageProps) {
  const text = useGateText();
  const [keeper] = useState(() => new DoorKeeper(door));
  const standing = useStore(keeper.standing);
  const [verdict, setVerdict] = useState<VerdictOf>();
  const [isBusy, setBusy] = useState(false);
  const [isScanning, setScanning] = useState(false);
  useRefresh(keeper);

  const present = async (code: string) => {
    setBusy(true);
    try {
      const found = await keeper.present(code);
      setVerdict(found);
      signal(found);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="door stack">
      <PageHeading title={name} />
      <Standing standing={standing} />
      <Verdict verdict={verdict} isBusy={isBusy} />
      {isScanning ? (
        <Camera label={text('camera')} onCode={(code) => void present(code)} />
      ) : (
        <button
          type="button"
          className="button button-large button-wide"
          onClick={() => {
            allowSound();
            setScanning(true);
          }}
        >
          <Icon name="camera" />
          {text('scan')}
        </button>
      )}
      <TypedCode isBusy={isBusy} onCode={(code) => void present(code)} />
      {samples.length > 0 && (
        <Samples codes={samples} isBusy={isBusy} onCode={(code) => void present(code)} />
      )}
      <p className="small quiet">{text('offlineNote')}</p>
      <p>
        <button type="button" className="button button-quiet" onClick={leave}>
          {text('leave')}
        </button>
      </p>
    </div>
  );
}

function useRefresh(keeper: DoorKeeper): void {
  useEffect(() => {
    const refresh = () => void keeper.refresh();
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    addEventListener('online', refresh);
    return () => {
      clearInterval(timer);
      removeEventListener('online', refresh);
    };
  }, [keeper]);
}

function Standing({ standing }: { readonly standing: DoorStanding }) {
  const text = useGateText();
  const formats = useFormats();
  const { counts, list, isOnline, pending, conflicts, problem } = standing;
  return (
    <div className="stack-tight">
      <p className="row door-standing">
        <span className="door-count figures">
          <Icon name="people" />
          {counts
            ? text('countIn', {
                inside: formats.number(counts.checkedIn + pending),
                all: formats.number(counts.tickets),
              })
            : '—'}
        </span>
        <span className="badge" data-online={isOnline}>
          {text(isOnline ? 'online' : 'alone')}
        </span>
      </p>
      <p className="small quiet">
        {list ? text('listOf', { count: list.size, at: formats.moment(list.takenAt) }) : text('noList')}
      </p>
      {pending > 0 && <Notice tone="warn">{text('pending', { count: pending })}</Notice>}
      {conflicts > 0 && <Notice tone="bad">{text('conflicts', { count: conflicts })}</Notice>}
      {problem !== undefined && <ProblemNotice error={problem} />}
    </div>
  );
}

type SamplesProps = TypedCodeProps & { readonly codes: readonly string[] };

/** Tickets of the demonstration: pressed, they are checked like one that was typed. */
function Samples({ codes, isBusy, onCode }: SamplesProps) {
  const text = useGateText();
  return (
    <section className="stack-tight" aria-label={text('samples')}>
      <p className="small quiet">{text('samples')}</p>
      <div className="chips">
        {codes.map((code) => (
          <button
            key={code}
            type="button"
            className="chip figures"
            disabled={isBusy}
            onClick={() => {
              allowSound();
              onCode(code);
            }}
          >
            {code}
          </button>
        ))}
      </div>
    </section>
  );
}

type TypedCodeProps = { readonly isBusy: boolean; readonly onCode: (code: string) => void };

function TypedCode({ isBusy, onCode }: TypedCodeProps) {
  const text = useGateText();
  const [code, setCode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || code.trim() === '') return;
    allowSound();
    onCode(code);
    setCode('');
  };
  return (
    <form className="typed-code" onSubmit={submit}>
      <Field
        label={text('typedCode')}
        value={code}
        placeholder="0000-0000-0000-0000"
        autoCapitalize="characters"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        onChange={({ target }) => setCode(target.value)}
      />
      <button type="submit" className="button">
        {text('check')}
      </button>
    </form>
  );
}
