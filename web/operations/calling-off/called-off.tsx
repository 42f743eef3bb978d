import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import type { Performance } from '../../tickets/concerts/performance-parts.tsx';
import { useCallingOffText } from '../messages/calling-off.ts';
import { useDoorText } from '../messages/doors.ts';
import { operationsPaths } from '../paths.ts';
import { CountTiles } from '../stats/count-tiles.tsx';

type Cancellation = Answer<'getCancellation'>;

const REFRESH_MS = 3_000;
/** Where only people can go on, and of answers that come in days. */
const REFRESH_SLOWLY_MS = 30_000;

type CalledOffProps = {
  readonly performance: Performance;
  /** It was done here just now, and what was pressed is gone. */
  readonly takesFocus: boolean;
};

/** How far the cancellation or the postponement of a performance has got. */
export function CalledOff({ performance, takesFocus }: CalledOffProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const text = useCallingOffText();
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  const isCancelled = performance.cancelledAt !== null;
  return (
    <section className="card stack" aria-labelledby="called-off">
      <h2 id="called-off" ref={heading} tabIndex={-1} className="card-title">
        {text(isCancelled ? 'progress' : 'answers')}
      </h2>
      {isCancelled ? <Refunds performance={performance} /> : <Answers performance={performance} />}
    </section>
  );
}

export const cancellationKey = (id: string) => ['mine', 'cancellation', id] as const;

function Refunds({ performance: { id, cancelReason, cancelledAt } }: { readonly performance: Performance }) {
  const text = useCallingOffText();
  const formats = useFormats();
  const { data, error, refetch } = useQuery({
    queryKey: cancellationKey(id),
    queryFn: ({ signal }) => call('getCancellation', { params: { id }, signal }),
    refetchInterval: ({ state }) => refreshMs(state.data),
  });
  return (
    <>
      <p>
        {text('reasonWas', { reason: cancelReason ?? '' })}
        <br />
        <span className="small quiet">{text('cancelledAt', { at: formats.moment(cancelledAt ?? '') })}</span>
      </p>
      {error && !data && <ProblemNotice error={error} retry={refetch} />}
      <p role="status">{data ? stateOf(data, text) : '–'}</p>
      <CountTiles
        counts={(['total', 'waiting', 'refunding', 'failed', 'done'] as const).map(
          (key) => [text(key), data?.[key]] as const,
        )}
      />
      {data && data.failures.length > 0 && <Failures failures={data.failures} count={data.failed} />}
    </>
  );
}

function refreshMs(data: Cancellation | undefined): number | false {
  if (data?.state === 'done') return false;
  return data && data.failed > 0 && data.waiting + data.refunding === 0 ? REFRESH_SLOWLY_MS : REFRESH_MS;
}

function stateOf({ state, total, done }: Cancellation, text: ReturnType<typeof useCallingOffText>): string {
  if (state === 'done' && total === 0) return text('state.none');
  return state === 'done' ? text('state.done', { total }) : text('state.running', { total, done });
}

type FailuresProps = { readonly failures: Cancellation['failures']; readonly count: number };

function Failures({ failures, count }: FailuresProps) {
  const text = useCallingOffText();
  const doorText = useDoorText();
  const formats = useFormats();
  return (
    <section className="stack-tight" aria-labelledby="failures">
      <h3 id="failures" className="card-title">
        {text('failures')}
      </h3>
      <p>{text('failuresNote')}</p>
      <ul className="stack-tight">
        {failures.map(({ reservationId, name, amount, attempts }) => (
          <li key={reservationId}>
            <p>
              <strong>{name}</strong> · <span className="figures">{formats.money(amount)}</span>{' '}
              <span className="badge badge-bad">{text('refused', { attempts })}</span>
            </p>
            <p className="small">
              <span className="booking-id">{reservationId}</span>{' '}
              <Link to={fillPath(operationsPaths.booking, { id: reservationId })}>
                {doorText('steps', { name })}
              </Link>
            </p>
          </li>
        ))}
      </ul>
      {count > failures.length && (
        <p className="small quiet">{text('failuresMore', { count: count - failures.length })}</p>
      )}
    </section>
  );
}

export const postponementKey = (id: string) => ['mine', 'postponement', id] as const;

function Answers({ performance }: { readonly performance: Performance }) {
  const text = useCallingOffText();
  const formats = useFormats();
  const { id, startsAt, postponedFrom, timeZone } = performance;
  const { data, error, refetch } = useQuery({
    queryKey: [...postponementKey(id), startsAt],
    queryFn: ({ signal }) => call('getPostponement', { params: { id }, signal }),
    refetchInterval: REFRESH_SLOWLY_MS,
  });
  const lines = [
    text('before', { when: formats.dateTime(postponedFrom ?? startsAt, timeZone) }),
    text('now', { when: formats.dateTime(startsAt, timeZone) }),
    text('until', { when: formats.dateTime(data?.answerUntil ?? startsAt, timeZone) }),
  ];
  return (
    <>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {error && !data && <ProblemNotice error={error} retry={refetch} />}
      <CountTiles
        counts={(['total', 'kept', 'handedBack', 'unanswered'] as const).map(
          (key) => [text(key), data?.[key]] as const,
        )}
      />
      <p className="small quiet">{text('unansweredNote')}</p>
    </>
  );
}
