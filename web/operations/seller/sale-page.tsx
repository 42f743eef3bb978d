import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { navigate } from '../../shared/router/location.ts';
import { fillPath } from '../../shared/router/match.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { LiveBadge } from '../../shared/ui/live-badge.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { Ask } from '../../tickets/booking/ask.tsx';
import type { Performance } from '../../tickets/concerts/performance-parts.tsx';
import { CalledOffBadge, StatusBadge } from '../../tickets/concerts/status-badge.tsx';
import { usePerformance } from '../../tickets/sale/use-performance.ts';
import { CallOff } from '../calling-off/call-off.tsx';
import { CalledOff } from '../calling-off/called-off.tsx';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';
import { countByGrade } from './sale-counts.ts';
import { SaleMap } from './sale-map.tsx';
import { SaleStats } from './sale-stats.tsx';
import { TermsEditor } from './terms-editor.tsx';
import { type LiveSale, useLiveSale } from './use-live-sale.ts';

/** How one performance sells, live, and on which terms. */
export function SalePage({ id }: { readonly id: string }) {
  const text = useSellerText();
  const formats = useFormats();
  const language = useLanguage();
  const { data: performance, error, refetch } = usePerformance(id);
  const { sale, error: seatsError } = useLiveSale(id);
  const [isCalledOffHere, setCalledOffHere] = useState(false);
  if (error && !performance) return <FailedPage error={error} retry={refetch} />;
  if (!performance) return <Loading />;
  const title = localised(performance.title, performance.titleEn, language).main;
  const isCancelled = performance.cancelledAt !== null;
  const concert = fillPath(operationsPaths.concert, { id: performance.concertId });
  return (
    <div className="stack sections">
      <div className="stack-tight">
        <p className="row">
          <StatusBadge status={performance.status} />
          <CalledOffBadge performance={performance} />
        </p>
        <PageHeading title={`${title} — ${formats.dateTime(performance.startsAt, performance.timeZone)}`} />
        <p className="quiet">
          {localised(performance.venue, performance.venueEn, language).main},{' '}
          {localised(performance.stage, performance.stageEn, language).main}
        </p>
        <p className="row">
          <Link to={concert}>{text('backToConcert')}</Link>
          <Link to={fillPath(operationsPaths.doors, { id })}>{text('toDoors')}</Link>
          <Link to={fillPath(operationsPaths.performanceBookings, { id })}>{text('toBookings')}</Link>
          <a href={`/performances/${id}`}>{text('toShop')}</a>
          {performance.roomEnabled && <Link to={operationsPaths.rooms}>{text('toRooms')}</Link>}
        </p>
        {/* On a line of its own, which its longest text fits too. */}
        <p>
          <LiveBadge state={sale?.live ?? 'connecting'} />
        </p>
      </div>
      {(isCancelled || performance.postponedFrom !== null) && (
        <CalledOff
          key={`${isCancelled} ${performance.startsAt}`}
          performance={performance}
          takesFocus={isCalledOffHere}
        />
      )}
      {seatsError !== null && !sale && <ProblemNotice error={seatsError} />}
      {sale && <Sale sale={sale} performance={performance} />}
      {/* Below what is still to come, it would be pushed down under the eyes of the reader. */}
      {!sale && seatsError === null && <Loading />}
      {(sale || seatsError !== null) && !isCancelled && (
        <>
          <section className="stack" aria-labelledby="terms">
            <h2 id="terms">{text('terms')}</h2>
            <TermsEditor key={performance.timeZone} performance={performance} />
            <Removal performance={performance} />
          </section>
          <CallOff performance={performance} onDone={() => setCalledOffHere(true)} />
        </>
      )}
    </div>
  );
}

/** A performance of which nothing was sold can be taken back. */
function Removal({ performance }: { readonly performance: Performance }) {
  const text = useSellerText();
  const queries = useQueryClient();
  const { id, concertId } = performance;
  const removal = useMutation({
    mutationFn: () => call('removePerformance', { params: { id } }),
    async onSuccess() {
      navigate(fillPath(operationsPaths.concert, { id: concertId }));
      await queries.invalidateQueries({ queryKey: ['concert', concertId] });
    },
  });
  return (
    <div className="stack-tight">
      {removal.isError && <ProblemNotice error={removal.error} />}
      <Ask
        label={text('removePerformance')}
        question={text('removeQuestion')}
        yes={text('removeYes')}
        no={text('removeNo')}
        isBusy={removal.isPending}
        onYes={() => removal.mutate()}
      />
    </div>
  );
}

type SaleProps = { readonly sale: LiveSale; readonly performance: Performance };

function Sale({ sale, performance }: SaleProps) {
  const text = useSellerText();
  return (
    <>
      <section className="stack" aria-labelledby="sale">
        <h2 id="sale">{text('sale')}</h2>
        <SaleStats counts={countByGrade(sale.layout, sale.seats.statuses)} performance={performance} />
      </section>
      <section className="stack" aria-labelledby="sale-map">
        <h2 id="sale-map">{text('saleMap')}</h2>
        <div className="card stack-tight">
          <SaleMap sale={sale} />
        </div>
      </section>
    </>
  );
}
