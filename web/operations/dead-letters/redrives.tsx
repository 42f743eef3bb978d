import { useFormats } from '../../shared/i18n/use-text.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { useDeadLettersText } from '../messages/dead-letters.ts';
import { isAtWork, type Redrive, useRedrives, useStop } from './use-dead-letters.ts';

/** How what is applied again gets on, live. */
export function Redrives() {
  const text = useDeadLettersText();
  const redrives = useRedrives();
  if (redrives.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="redrives">
      <h2 id="redrives">{text('redrives')}</h2>
      {redrives.map((redrive) => (
        <Progress key={redrive.id} redrive={redrive} />
      ))}
    </section>
  );
}

const TONES = { queued: '', running: 'badge-brand', completed: 'badge-good', stopped: 'badge-bad' } as const;

function Progress({ redrive }: { readonly redrive: Redrive }) {
  const text = useDeadLettersText();
  const formats = useFormats();
  const { id, consumer, cause, state, total, done, failedAgain, newFailures, ratePerSecond } = redrive;
  const stop = useStop(id);
  const said = text('progress', { done, total, failedAgain });
  return (
    <article className="card stack-tight" aria-label={`${consumer} ${cause ?? ''}`}>
      <div className="row-apart">
        <p className="row small">
          <span className={`badge ${TONES[state]}`}>{text(`state.${state}`)}</span>
          <span>{consumer}</span>
          <span className="quiet figures">{formats.moment(redrive.createdAt)}</span>
        </p>
        {isAtWork(redrive) && (
          <ActionButton
            className="button button-danger"
            isBusy={stop.isPending}
            onClick={() => stop.mutate(undefined)}
          >
            {text('stop')}
          </ActionButton>
        )}
      </div>
      <p className="small code">{cause ?? text('noCause')}</p>
      <progress
        className="crowd-progress"
        max={Math.max(total, 1)}
        value={done + failedAgain}
        aria-label={said}
      />
      <p className="figures">
        {said} <span className="small quiet">{text('atRate', { rate: ratePerSecond })}</span>
      </p>
      {stop.isError && <ProblemNotice error={stop.error} />}
      {newFailures > 0 && (
        <Notice tone="warn">
          <p className="figures">{text('newFailures', { count: newFailures })}</p>
        </Notice>
      )}
      {redrive.stoppedBecause !== null && (
        <Notice tone="warn">
          <p>{text(`stopped.${redrive.stoppedBecause}`)}</p>
        </Notice>
      )}
      {redrive.lastError !== null && state !== 'completed' && (
        <p className="small quiet code">{redrive.lastError}</p>
      )}
    </article>
  );
}
