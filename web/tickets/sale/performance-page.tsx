import { useEffect } from 'react';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { OwnersWay, type Performance, RemainingMeter } from '../concerts/performance-parts.tsx';
import { Poster } from '../concerts/poster.tsx';
import { PerformanceBadges } from '../concerts/status-badge.tsx';
import { useConcert } from '../concerts/use-concert.ts';
import { armChime } from '../line/chime.ts';
import { useSaleText } from '../messages/sale.ts';
import { ticketPaths } from '../paths.ts';
import { CalledOffNote } from './called-off.tsx';
import { PriceTable } from './price-table.tsx';
import { saleStatusAt } from './sale-status.ts';
import { usePerformance } from './use-performance.ts';

export function PerformancePage({ id }: { readonly id: string }) {
  const { data, error, refetch } = usePerformance(id);
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  return data ? <Sale performance={data} refetch={() => void refetch()} /> : <Loading />;
}

function Sale({ performance, refetch }: { readonly performance: Performance; readonly refetch: () => void }) {
  const text = useSaleText();
  const formats = useFormats();
  const language = useLanguage();
  const now = useServerTime();
  const status = saleStatusAt(performance, now);
  const isOpen = status === 'on_sale';
  // At the opening itself: what remains is asked for at once.
  useEffect(() => {
    if (isOpen) refetch();
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isOpen]);
  const { data: concert } = useConcert(performance.concertId);
  const category = concert?.category ?? 'concert';
  const title = localised(performance.title, performance.titleEn, language).main;
  return (
    <div className="sale">
      <section className="sale-panel">
        <Poster id={performance.concertId} category={category} />
        <div className="sale-panel-text">
          <PageHeading title={title} />
          <p className="figures">
            {formats.when(performance.startsAt, performance.timeZone)}
            <span className="block">{localised(performance.venue, performance.venueEn, language).main}</span>
          </p>
          {performance.cancelledAt === null && <CalledOffNote performance={performance} />}
          <Countdown performance={performance} now={now} />
          <Way performance={performance} now={now} />
        </div>
      </section>
      <div className="stack">
        <section className="card stack" aria-labelledby="prices-heading">
          <div className="row-apart">
            <h2 id="prices-heading">{text('pricesHeading')}</h2>
            <span className="row">
              <PerformanceBadges performance={performance} status={status} />
            </span>
          </div>
          <PriceTable performance={performance} />
          {performance.cancelledAt === null && <RemainingMeter performance={performance} />}
          <p>
            <Link to={fillPath(ticketPaths.seats, { id: performance.id })}>{text('viewSeats')}</Link>
          </p>
          <p className="row">
            <Link to={fillPath(ticketPaths.concert, { id: performance.concertId })}>{text('toConcert')}</Link>
            <OwnersWay sellerId={performance.sellerId} to={`/seller/performances/${performance.id}`} />
          </p>
        </section>
        <Facts performance={performance} />
      </div>
    </div>
  );
}

type MomentProps = { readonly performance: Performance; readonly now: number };

function Countdown({ performance, now }: MomentProps) {
  const text = useSaleText();
  const formats = useFormats();
  const status = saleStatusAt(performance, now);
  const { cancelledAt, cancelReason: reason } = performance;
  if (cancelledAt !== null)
    return (
      <div role="status">
        <p className="sale-state">{text('cancelled')}</p>
        {reason !== null && <p>{text('cancelReason', { reason })}</p>}
        <p className="small">{text('cancelledNote')}</p>
      </div>
    );
  if (status === 'scheduled')
    return (
      <div>
        <p className="sale-label">{text('untilOpening')}</p>
        <p className="sale-clock figures" role="timer">
          {formats.clock(Date.parse(performance.opensAt) - now)}
        </p>
        <p className="small">{text('serverTimeNote')}</p>
      </div>
    );
  const words = { on_sale: text('openNow'), sold_out: text('soldOut'), closed: text('closed') }[status];
  return (
    <div role="status">
      <p className="sale-state">{words}</p>
      {status === 'sold_out' && <p className="small">{text('soldOutNote')}</p>}
    </div>
  );
}

/** The one thing to do now. */
function Way({ performance, now }: MomentProps) {
  const text = useSaleText();
  const status = saleStatusAt(performance, now);
  // Nobody is let into the line while nothing is left; this page hears when a seat comes back.
  if (status === 'closed' || status === 'sold_out') return null;
  const { id, roomEnabled } = performance;
  if (!roomEnabled && status === 'scheduled') return null;
  const to = fillPath(roomEnabled ? ticketPaths.line : ticketPaths.seats, { id });
  const label = roomEnabled ? text(status === 'scheduled' ? 'joinEarly' : 'joinLine') : text('chooseSeats');
  return (
    <>
      <Link to={to} className="button button-large button-wide button-spark" onClick={armChime}>
        {roomEnabled && <Icon name="people" />}
        {label}
      </Link>
      {roomEnabled && <p className="small">{text('lineNote')}</p>}
    </>
  );
}

function Facts({ performance }: { readonly performance: Performance }) {
  const text = useSaleText();
  const formats = useFormats();
  const language = useLanguage();
  const { venue, venueEn, stage, stageEn, startsAt, opensAt, closesAt, timeZone } = performance;
  const { limitPerPerson, holdTtlMs } = performance;
  const facts: readonly (readonly [label: string, value: string])[] = [
    [text('startsAt'), formats.when(startsAt, timeZone)],
    [
      text('venue'),
      `${localised(venue, venueEn, language).main}, ${localised(stage, stageEn, language).main}`,
    ],
    [text('opensAt'), formats.when(opensAt, timeZone)],
    [text('closesAt'), formats.when(closesAt, timeZone)],
    [text('limitLabel'), text('limit', { count: limitPerPerson })],
    [text('holdLabel'), text('holdNote', { time: formats.duration(holdTtlMs) })],
  ];
  return (
    <dl className="card facts figures">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
