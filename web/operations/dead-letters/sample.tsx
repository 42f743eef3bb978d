import { useFormats } from '../../shared/i18n/use-text.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { useDeadLettersText } from '../messages/dead-letters.ts';
import { type Group, type Redrive, useDryRun, useLetter } from './use-dead-letters.ts';

/** One event of a group as it was saved, where it came from, and what would happen to it now. */
export function Sample({ group }: { readonly group: Group }) {
  const text = useDeadLettersText();
  const formats = useFormats();
  const { data, error, refetch } = useLetter(group.sampleId);
  const trial = useDryRun(group.consumer, group.sampleId);
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  const facts = [
    [text('eventType'), data.type],
    [text('subject'), data.subject],
    [text('key'), data.partitionKey],
    [text('occurred'), formats.moment(data.occurredAt)],
    [text('attempts'), formats.number(data.attempts)],
    [text('trace'), data.trace ?? text('noTrace')],
    [text('behind'), formats.number(data.behindIt)],
  ] as const;
  return (
    <section className="stack" aria-label={text('part.sample')}>
      <dl className="facts small">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd className="code">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="stack-tight">
        <h3 className="small quiet">{text('payload')}</h3>
        <pre className="payload small">{JSON.stringify(data.event.data, null, 2)}</pre>
      </div>
      <div className="stack-tight">
        <p>
          <ActionButton className="button button-quiet" isBusy={trial.isRunning} onClick={trial.start}>
            {text(trial.isRunning ? 'dryRunning' : 'dryRun')}
          </ActionButton>
        </p>
        <p className="small quiet">{text('dryRunNote')}</p>
        {trial.error && <ProblemNotice error={trial.error} />}
        {trial.outcome && <Outcome run={trial.outcome} />}
      </div>
    </section>
  );
}

function Outcome({ run: { dryRun, lastError } }: { readonly run: Redrive }) {
  const text = useDeadLettersText();
  const detail = dryRun?.detail ?? lastError ?? '';
  return (
    <Notice tone={dryRun?.outcome === 'would_succeed' ? 'good' : 'warn'}>
      <p className="code">{text(`dry.${dryRun?.outcome ?? 'not_possible'}`, { detail })}</p>
    </Notice>
  );
}
