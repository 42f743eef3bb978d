import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { lengthOf } from '../../shared/i18n/length.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { serverClock } from '../../shared/time/server-clock.ts';
import { Field } from '../../shared/ui/field.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import type { Performance } from '../../tickets/concerts/performance-parts.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { AskFirst } from '../forms/ask-first.tsx';
import { TextArea } from '../forms/text-area.tsx';
import { fromVenueTime } from '../forms/venue-time.ts';
import { useCallingOffText } from '../messages/calling-off.ts';
import { cancellationKey, postponementKey } from './called-off.tsx';

const REASON_CHARS_MAX = 500;
const BOOKINGS_MAX = 100;

type CallOffProps = { readonly performance: Performance; readonly onDone: () => void };

/** Cancels a performance or moves it to a later start. */
export function CallOff({ performance, onDone }: CallOffProps) {
  const text = useCallingOffText();
  if (serverClock.now() >= Date.parse(performance.startsAt)) return null;
  return (
    <section className="stack" aria-labelledby="calling-off">
      <h2 id="calling-off">{text('callingOff')}</h2>
      <details className="card">
        <summary className="summary">{text('postpone')}</summary>
        <PostponeForm key={performance.startsAt} performance={performance} onDone={onDone} />
      </details>
      <details className="card">
        <summary className="summary">{text('cancel')}</summary>
        <CancelForm performance={performance} onDone={onDone} />
      </details>
    </section>
  );
}

const ifMatch = ({ version }: Pick<Performance, 'version'>) => ({ 'if-match': `"${version}"` });

/** What is paid at the moment, and would go back. */
async function readImpact({ id, concertId, version }: Performance) {
  const [buyers, takings] = await Promise.all([
    call('listBuyers', { params: { id }, query: { limit: BOOKINGS_MAX } }),
    call('getTakings', { params: { id: concertId }, query: {} }),
  ]);
  const own = takings.items.filter(({ performanceId }) => performanceId === id);
  return {
    version,
    bookings: buyers.items.length,
    hasMore: buyers.nextCursor !== null,
    amount: own.reduce((sum, { net }) => sum + net.amount, 0),
  };
}

function CancelForm({ performance, onDone }: CallOffProps) {
  const text = useCallingOffText();
  const formats = useFormats();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const { id } = performance;
  const fault = reason.trim() === '' ? text('reasonMissing') : undefined;
  const impact = useMutation({ mutationFn: () => readImpact(performance) });
  const cancelling = useMutation({
    mutationFn: (seen: { readonly version: number }) =>
      call('cancelPerformance', { params: { id }, body: { reason: reason.trim() }, headers: ifMatch(seen) }),
    async onSuccess(progress) {
      queries.setQueryData(cancellationKey(id), progress);
      onDone();
      await queries.invalidateQueries({ queryKey: ['performance', id] });
    },
    onError() {
      impact.reset();
      void queries.invalidateQueries({ queryKey: ['performance', id] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    cancelling.reset();
    if (fault === undefined && lengthOf(reason.trim()) <= REASON_CHARS_MAX) impact.mutate();
  };
  const { data } = impact;
  const question =
    data &&
    text(
      data.bookings === 0 ? 'cancelQuestionNone' : data.hasMore ? 'cancelQuestionMany' : 'cancelQuestion',
      { bookings: data.bookings, amount: formats.money({ amount: data.amount, currency: 'KRW' }) },
    );
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p>{text('cancelNote')}</p>
      <TextArea
        label={text('cancelReason')}
        hint={text('cancelReasonHint')}
        error={isChecked ? fault : undefined}
        required
        maxLength={REASON_CHARS_MAX}
        readOnly={data !== undefined}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      {impact.isError && <ProblemNotice error={impact.error} />}
      {cancelling.isError && <ProblemNotice error={cancelling.error} />}
      {data && question !== undefined ? (
        <AskFirst
          question={question}
          yes={text('cancelYes')}
          no={text('leave')}
          isBusy={cancelling.isPending}
          onYes={() => cancelling.mutate(data)}
          onNo={() => impact.reset()}
        />
      ) : (
        <p>
          <ActionButton className="button button-danger" type="submit" isBusy={impact.isPending}>
            {text('cancelGoOn')}
          </ActionButton>
        </p>
      )}
    </form>
  );
}

function PostponeForm({ performance, onDone }: CallOffProps) {
  const text = useCallingOffText();
  const formats = useFormats();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [isChecked, setChecked] = useState(false);
  /** The version that was seen when it was asked. */
  const [asked, setAsked] = useState<{ readonly version: number; readonly startsAt: string }>();
  const { id, timeZone, version } = performance;
  const startsAt = fromVenueTime(typed, timeZone);
  const isLater = startsAt !== undefined && Date.parse(startsAt) > Date.parse(performance.startsAt);
  const fault = startsAt === undefined ? 'startMissing' : isLater ? undefined : 'startEarlier';
  const postponing = useMutation({
    mutationFn: (seen: NonNullable<typeof asked>) =>
      call('postponePerformance', {
        params: { id },
        body: { startsAt: seen.startsAt },
        headers: ifMatch(seen),
      }),
    async onSuccess(answers) {
      queries.setQueryData([...postponementKey(id), answers.startsAt], answers);
      onDone();
      await queries.invalidateQueries({ queryKey: ['performance', id] });
    },
    onError() {
      setAsked(undefined);
      void queries.invalidateQueries({ queryKey: ['performance', id] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    postponing.reset();
    if (startsAt !== undefined && isLater) setAsked({ version, startsAt });
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p>{text('postponeNote')}</p>
      <div className="field-grid">
        <Field
          label={text('newStart', { zone: formats.timeZone(timeZone) })}
          type="datetime-local"
          required
          readOnly={asked !== undefined}
          value={typed}
          hint={text('newStartHint', { when: formats.dateTime(performance.startsAt, timeZone) })}
          error={isChecked && fault !== undefined ? text(fault) : undefined}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
      {postponing.isError && <ProblemNotice error={postponing.error} />}
      {asked ? (
        <AskFirst
          question={text('postponeQuestion', { when: formats.dateTime(asked.startsAt, timeZone) })}
          yes={text('postponeYes')}
          no={text('leave')}
          isBusy={postponing.isPending}
          onYes={() => postponing.mutate(asked)}
          onNo={() => setAsked(undefined)}
        />
      ) : (
        <p>
          <ActionButton className="button" type="submit" isBusy={false}>
            {text('postponeGoOn')}
          </ActionButton>
        </p>
      )}
    </form>
  );
}
