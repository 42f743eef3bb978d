import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { useAccount } from '../../shared/api/use-account.ts';
import { keptInTab } from '../../shared/state/kept.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { Camera } from '../camera/camera.tsx';
import { headersOf } from '../door/door.ts';
import { DoorPage } from '../door/door-page.tsx';
import { allowSound } from '../door/signals.ts';
import { useGateText } from '../messages/gate.ts';
import { OwnPerformances } from './own-performances.tsx';

/** For this tab alone: anyone who takes the phone next begins with a pass of theirs. */
const KEPT = 'firstcome.gate-pass';
const PASS = /^GATE[0-9A-Z]{20}$/;

/** Opens a door: with the pass of a gate, or with an account. */
export function GatePage() {
  const [pass, setPass] = useState(() => keptInTab.read(KEPT) ?? undefined);
  const open = (given: string) => {
    keptInTab.write(KEPT, given);
    setPass(given);
  };
  const leave = () => {
    keptInTab.forget(KEPT);
    setPass(undefined);
  };
  return pass === undefined ? <Entry open={open} /> : <PassDoor key={pass} pass={pass} leave={leave} />;
}

type PassDoorProps = { readonly pass: string; readonly leave: () => void };

function PassDoor({ pass, leave }: PassDoorProps) {
  const text = useGateText();
  const {
    data: gate,
    error,
    refetch,
  } = useQuery({
    queryKey: ['gate', pass],
    queryFn: ({ signal }) => call('getOwnGate', { ...headersOf({ pass }), signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const demo = useDemoGate();
  if (gate) {
    const door = { performanceId: gate.performanceId, owner: gate.id, pass };
    const name = text('doorOf', { name: gate.name });
    return <DoorPage door={door} name={name} leave={leave} samples={demo?.pass === pass ? demo.codes : []} />;
  }
  if (!error) return <Loading />;
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('gate')} />
      <ProblemNotice error={error} retry={refetch} />
      <p>
        <button type="button" className="button button-quiet" onClick={leave}>
          {text('leave')}
        </button>
      </p>
    </div>
  );
}

function Entry({ open }: { readonly open: (pass: string) => void }) {
  const text = useGateText();
  const { data: account } = useAccount();
  const [isScanning, setScanning] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const present = (given: string) => {
    const isPass = PASS.test(given.toUpperCase().replaceAll(/[\s\p{Pd}]/gu, ''));
    setWrong(!isPass);
    if (isPass) open(given.trim());
  };
  const mayOpen = account?.roles.some((role) => role === 'seller' || role === 'manager') ?? false;
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('gate')} />
      <p className="quiet">{text('intro')}</p>
      <DemoEntry open={open} />
      <PassForm isWrong={isWrong} onPass={present} />
      {isScanning ? (
        <Camera label={text('camera')} onCode={present} />
      ) : (
        <p>
          <button
            type="button"
            className="button button-quiet"
            onClick={() => {
              allowSound();
              setScanning(true);
            }}
          >
            {text('scanPass')}
          </button>
        </p>
      )}
      {mayOpen ? <OwnPerformances /> : <p className="small quiet">{text('ownNote')}</p>}
    </div>
  );
}

/** What the demonstration offers to try; nothing elsewhere. */
function useDemoGate() {
  const { data } = useQuery({
    queryKey: ['demo-gate'],
    queryFn: ({ signal }) => call('getDemoGate', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return data?.gate ?? undefined;
}

function DemoEntry({ open }: { readonly open: (pass: string) => void }) {
  const text = useGateText();
  const demo = useDemoGate();
  if (!demo) return null;
  return (
    <section className="card stack-tight" aria-label={text('demoStart')}>
      <p>{text('demoNote')}</p>
      <p>
        <button
          type="button"
          className="button"
          onClick={() => {
            allowSound();
            open(demo.pass);
          }}
        >
          {text('demoStart')}
        </button>
      </p>
    </section>
  );
}

type PassFormProps = { readonly isWrong: boolean; readonly onPass: (pass: string) => void };

function PassForm({ isWrong, onPass }: PassFormProps) {
  const text = useGateText();
  const [pass, setPass] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    allowSound();
    onPass(pass);
  };
  return (
    <form className="typed-code" onSubmit={submit}>
      <Field
        label={text('passCode')}
        value={pass}
        error={isWrong ? text('passWrong') : undefined}
        placeholder="GATE-0000-0000-0000-0000-0000"
        autoCapitalize="characters"
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => setPass(target.value)}
      />
      <button type="submit" className="button">
        {text('openDoor')}
      </button>
    </form>
  );
}
