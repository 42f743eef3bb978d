import { useId, useState } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { useDeadLettersText } from '../messages/dead-letters.ts';
import { DiscardForm } from './discard-form.tsx';
import { RedriveForm } from './redrive-form.tsx';
import { Sample } from './sample.tsx';
import type { Group } from './use-dead-letters.ts';

const PARTS = ['redrive', 'sample', 'discard'] as const;
type Part = (typeof PARTS)[number];

/** Events that failed for one cause at one consumer, and what can be done about them. */
export function GroupCard({ group }: { readonly group: Group }) {
  const text = useDeadLettersText();
  const id = useId();
  const [part, setPart] = useState<Part>();
  const title = group.cause ?? text('noCause');
  const isBusy = group.redriveId !== null;
  return (
    <article className="card stack dead-letters" aria-labelledby={id}>
      <div className="stack-tight">
        <p className="row small">
          <span className="badge">{group.consumer}</span>
          {isBusy && <span className="badge badge-brand">{text('state.running')}</span>}
        </p>
        <h2 id={id} className="dead-letters-cause">
          {title}
        </h2>
        <Counts group={group} />
        {group.error !== null && group.error !== title && <p className="small quiet code">{group.error}</p>}
        {!group.isKnown && <p className="small">{text('unknownConsumer')}</p>}
      </div>
      <div className="row">
        {PARTS.filter((one) => one !== 'discard' || group.cause !== null).map((one) => (
          <button
            key={one}
            type="button"
            className={one === 'redrive' ? 'button' : 'button button-quiet'}
            aria-expanded={part === one}
            disabled={one === 'redrive' && (isBusy || !group.isKnown)}
            onClick={() => setPart(part === one ? undefined : one)}
          >
            {text(one === 'redrive' && group.cause === null ? 'redriveAll' : `part.${one}`)}
          </button>
        ))}
      </div>
      {part === 'redrive' && !isBusy && <RedriveForm group={group} onStarted={() => setPart(undefined)} />}
      {part === 'sample' && <Sample group={group} />}
      {part === 'discard' && <DiscardForm group={group} />}
    </article>
  );
}

function Counts({ group }: { readonly group: Group }) {
  const text = useDeadLettersText();
  const formats = useFormats();
  const { parked, waiting, lastFailedAt } = group;
  return (
    <p className="row figures">
      <strong className="dead-letters-count">{text('parked', { count: parked })}</strong>
      {waiting > 0 && <span>{text('waiting', { count: waiting })}</span>}
      {lastFailedAt !== null && (
        <span className="small quiet">{text('lastFailed', { time: formats.moment(lastFailedAt) })}</span>
      )}
    </p>
  );
}
