import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import type { Operations } from '../../shared/api/schema.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Field } from '../../shared/ui/field.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { Ask } from '../../tickets/booking/ask.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { fromVenueTime } from '../forms/venue-time.ts';
import { useSellerText } from '../messages/seller.ts';

type Concert = Answer<'getConcert'>;
type Change = Pick<Operations['changeConcert']['body'], 'visibility' | 'publishAt'>;

const TONES = { draft: 'badge-warn', published: 'badge-good', hidden: 'badge-bad' } as const;
/** Of a concert without a performance, and so without a venue by whose clock it could be published. */
const FIRST_TIME_ZONE = 'Asia/Seoul';

export function VisibilityBadge({ visibility }: Pick<Concert, 'visibility'>) {
  const text = useSellerText();
  return <span className={`badge ${TONES[visibility]}`}>{text(`visibility.${visibility}`)}</span>;
}

/** Who sees a concert, and how that changes. */
export function Publication({ concert }: { readonly concert: Concert }) {
  const text = useSellerText();
  const formats = useFormats();
  const queries = useQueryClient();
  const { id, visibility, publishAt, version } = concert;
  const timeZone = concert.performances[0]?.timeZone ?? FIRST_TIME_ZONE;
  const change = useMutation({
    mutationFn: (body: Change) =>
      call('changeConcert', { params: { id }, body, headers: { 'if-match': `"${version}"` } }),
    onSuccess: (saved) => queries.setQueryData(['concert', id], saved),
    onError: () => void queries.invalidateQueries({ queryKey: ['concert', id] }),
  });
  const note =
    visibility === 'draft' && publishAt !== null
      ? text('publishedFrom', { when: formats.dateTime(publishAt, timeZone) })
      : text(`visibilityNote.${visibility}`);
  return (
    <section className="card stack" aria-labelledby="publication">
      <h2 id="publication" className="card-title">
        {text('publication')}
      </h2>
      <p className="row">
        <VisibilityBadge visibility={visibility} />
        <span>{note}</span>
      </p>
      {visibility === 'published' ? (
        <div>
          <Ask
            label={text('hide')}
            question={text('hideQuestion')}
            yes={text('hideYes')}
            no={text('hideNo')}
            isBusy={change.isPending}
            onYes={() => change.mutate({ visibility: 'hidden' })}
          />
        </div>
      ) : (
        <Publishing timeZone={timeZone} isBusy={change.isPending} onChange={(body) => change.mutate(body)} />
      )}
      {change.isError && <ProblemNotice error={change.error} />}
    </section>
  );
}

type PublishingProps = {
  readonly timeZone: string;
  readonly isBusy: boolean;
  readonly onChange: (change: Change) => void;
};

function Publishing({ timeZone, isBusy, onChange }: PublishingProps) {
  const text = useSellerText();
  const [at, setAt] = useState('');
  const publishAt = fromVenueTime(at, timeZone);
  return (
    <div className="stack-tight">
      <p>
        <ActionButton
          className="button"
          isBusy={isBusy}
          onClick={() => onChange({ visibility: 'published' })}
        >
          {text('publishNow')}
        </ActionButton>
      </p>
      <div className="field-grid">
        <Field
          label={text('publishAt')}
          type="datetime-local"
          value={at}
          onChange={({ target }) => setAt(target.value)}
        />
      </div>
      <p>
        <ActionButton
          className="button button-quiet"
          isBusy={isBusy || publishAt === undefined}
          onClick={() => publishAt !== undefined && onChange({ visibility: 'draft', publishAt })}
        >
          {text('publishLater')}
        </ActionButton>
      </p>
    </div>
  );
}
