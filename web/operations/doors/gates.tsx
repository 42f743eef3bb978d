import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Field } from '../../shared/ui/field.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { Ask } from '../../tickets/booking/ask.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { useDoorText } from '../messages/doors.ts';

type Gate = Answer<'listGates'>['items'][number];
type OfPerformance = { readonly performanceId: string };

/** Passes for those who stand at the doors. */
export function Gates({ performanceId }: OfPerformance) {
  const text = useDoorText();
  const list = useList(['mine', 'gates', performanceId], (request) =>
    call('listGates', { params: { id: performanceId }, ...request }),
  );
  return (
    <section className="stack" aria-labelledby="gates">
      <h2 id="gates">{text('gates')}</h2>
      <p className="small quiet">{text('gatesNote')}</p>
      <NewGate performanceId={performanceId} />
      <div className="gate-place">
        <PagedList list={list} empty={<p className="quiet">{text('noGates')}</p>}>
          {(gates) => (
            <ul className="gate-cards">
              {gates.map((gate) => (
                <GateCard key={gate.id} gate={gate} />
              ))}
            </ul>
          )}
        </PagedList>
      </div>
    </section>
  );
}

function NewGate({ performanceId }: OfPerformance) {
  const text = useDoorText();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const adding = useMutation({
    mutationFn: () => call('addGate', { params: { id: performanceId }, body: { name: name.trim() } }),
    async onSuccess() {
      setName('');
      await queries.invalidateQueries({ queryKey: ['mine', 'gates', performanceId] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') adding.mutate();
  };
  return (
    <form className="stack-tight" onSubmit={submit}>
      <Field
        label={text('gateName')}
        hint={text('gateNameHint')}
        value={name}
        maxLength={60}
        onChange={({ target }) => setName(target.value)}
      />
      {adding.isError && <ProblemNotice error={adding.error} />}
      <p>
        <ActionButton className="button" type="submit" isBusy={adding.isPending}>
          {text('addGate')}
        </ActionButton>
      </p>
    </form>
  );
}

function GateCard({ gate }: { readonly gate: Gate }) {
  const text = useDoorText();
  const formats = useFormats();
  const queries = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => call('revokeGate', { params: { id: gate.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['mine', 'gates', gate.performanceId] }),
  });
  const { pass, passQrSvg } = gate;
  return (
    <li className="card stack-tight">
      <h3>{gate.name}</h3>
      {pass === undefined || passQrSvg === undefined ? (
        <p className="quiet">{text(gate.revokedAt === null ? 'expired' : 'revoked')}</p>
      ) : (
        <>
          <img
            className="gate-qr"
            src={`data:image/svg+xml,${encodeURIComponent(passQrSvg)}`}
            alt={text('qrOfPass', { name: gate.name })}
            width={180}
            height={180}
          />
          <p className="figures small">{pass}</p>
          <p className="small quiet">{text('goodUntil', { at: formats.moment(gate.expiresAt) })}</p>
          {revoking.isError && <ProblemNotice error={revoking.error} />}
          <Ask
            label={text('revoke')}
            question={text('revokeQuestion')}
            yes={text('revokeYes')}
            no={text('keep')}
            isBusy={revoking.isPending}
            onYes={() => revoking.mutate()}
          />
        </>
      )}
    </li>
  );
}
