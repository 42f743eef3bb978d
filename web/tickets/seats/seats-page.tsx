import { useMemo, useState } from 'react';
import { codeOf } from '../../shared/api/problem.ts';
import { accountIdOf, session } from '../../shared/api/session-state.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useStore } from '../../shared/state/use-store.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { LiveBadge } from '../../shared/ui/live-badge.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import type { Reservation } from '../booking/use-reservation.ts';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useEntry } from '../line/use-entry.ts';
import { useSeatText } from '../messages/seats.ts';
import { ticketPaths } from '../paths.ts';
import { CancelledNotice } from '../sale/called-off.tsx';
import { GradeMark } from '../sale/grade-mark.tsx';
import { WhenAndWhere } from '../sale/performance-title.tsx';
import { saleStatusAt } from '../sale/sale-status.ts';
import { usePerformance } from '../sale/use-performance.ts';
import { ChoicePanel } from './choice-panel.tsx';
import { nameOf, type SeatLayout, seatNoOf } from './layout.ts';
import { LostNotice } from './lost-notice.tsx';
import { OwnBookings } from './own-bookings.tsx';
import { SeatList } from './seat-list.tsx';
import { SeatMap } from './seat-map.tsx';
import { sectionGroups } from './section-groups.ts';
import { type Choice, useChoice } from './use-choice.ts';
import { useHold } from './use-hold.ts';
import { useOwnBookings } from './use-own-bookings.ts';
import { type SeatMapData, useSeatMap } from './use-seat-map.ts';
import '../style/seats.css';
import '../style/seat-map.css';
import '../style/choice.css';
import '../style/seat-list.css';

export function SeatsPage({ id }: { readonly id: string }) {
  const performance = usePerformance(id);
  const own = useOwnBookings(id);
  const { map, live, error, retry } = useSeatMap(id);
  if (performance.error && !performance.data)
    return <FailedPage error={performance.error} retry={performance.refetch} />;
  if (error && !map) return <FailedPage error={error} retry={retry} />;
  if (!performance.data || !map || !own.isSettled) return <Loading />;
  return (
    <Seats
      performance={performance.data}
      map={map}
      bookings={own.bookings}
      live={<LiveBadge state={live} />}
    />
  );
}

type SeatsProps = {
  readonly performance: Performance;
  readonly map: SeatMapData;
  readonly bookings: readonly Reservation[];
  readonly live: React.ReactNode;
};

function Seats({ performance, map, bookings, live }: SeatsProps) {
  const text = useSeatText();
  const language = useLanguage();
  const [view, setView] = useState<'map' | 'list'>('map');
  const [shown, setShown] = useState<number>();
  const [isHolding, setHolding] = useState(false);
  const own = useMemo(
    () => bookings.flatMap(({ seats }) => seats.flatMap((seat) => seatNoOf(map.layout, seat) ?? [])),
    [bookings, map.layout],
  );
  const limit = Math.max(0, performance.limitPerPerson - own.length);
  const choice = useChoice(map.state, limit, isHolding);
  const seats = { map, performance, chosen: choice.chosen, own, onSeat: choice.toggle };
  const accountId = accountIdOf(useStore(session));
  return (
    <div className="seats">
      <div className="seats-head">
        <div>
          <PageHeading title={localised(performance.title, performance.titleEn, language).main} />
          <WhenAndWhere performance={performance} />
          <p className="small">
            <Link to={fillPath(ticketPaths.performance, { id: performance.id })}>
              {text('toPerformance')}
            </Link>
          </p>
        </div>
        <div className="row">
          {live}
          <div className="chips" role="group" aria-label={text('viewAs')}>
            {(['map', 'list'] as const).map((name) => (
              <button
                key={name}
                type="button"
                className="chip"
                aria-pressed={view === name}
                onClick={() => setView(name)}
              >
                {text(name)}
              </button>
            ))}
          </div>
        </div>
        <OwnBookings bookings={bookings} />
      </div>
      <div className="seats-view">
        {view === 'map' ? <SeatMap {...seats} shown={shown} /> : <SeatList {...seats} />}
        <Legend performance={performance} layout={map.layout} hasOwn={own.length > 0} />
      </div>
      <aside className="seats-side">
        <LostNotice map={map} performance={performance} choice={choice} onShow={setShown} />
        <ChoicePanel layout={map.layout} performance={performance} choice={choice} onShow={setShown}>
          <Booking
            key={accountId}
            performance={performance}
            map={map}
            choice={choice}
            onHolding={setHolding}
          />
        </ChoicePanel>
      </aside>
    </div>
  );
}

type LegendProps = {
  readonly performance: Performance;
  readonly layout: SeatLayout;
  readonly hasOwn: boolean;
};

function Legend({ performance, layout, hasOwn }: LegendProps) {
  const text = useSeatText();
  const formats = useFormats();
  return (
    <ul className="legend small figures" aria-label={text('legend')}>
      {Object.entries(performance.prices).map(([grade, price], index) => (
        <li key={grade}>
          <GradeMark gradeNo={index} /> {grade} {formats.money(price)}
        </li>
      ))}
      {hasOwn && (
        <li>
          <i className="legend-own" aria-hidden="true" /> {text('own')}
        </li>
      )}
      <li>
        <i className="legend-held" aria-hidden="true" /> {text('held')}
      </li>
      <li>
        <i className="legend-sold" aria-hidden="true" /> {text('sold')}
      </li>
      {sectionGroups(layout.sections).map(({ from, to, name }) => (
        <li key={from}>{text('sectionsNamed', { ids: from === to ? from : `${from}–${to}`, name })}</li>
      ))}
      <li>{text('countExplained')}</li>
    </ul>
  );
}

type BookingProps = {
  readonly performance: Performance;
  readonly map: SeatMapData;
  readonly choice: Choice;
  readonly onHolding: (isHolding: boolean) => void;
};

/** The way from a choice to a hold, or what stands in it. */
function Booking({ performance, map, choice, onHolding }: BookingProps) {
  const text = useSeatText();
  const formats = useFormats();
  const now = useServerTime();
  const { standing, join } = useEntry(performance.id, false);
  const hold = useHold(performance.id, (seatIds) => {
    const taken = choice.chosen.filter((no) => seatIds.includes(nameOf(map.layout, no).id));
    choice.lose(taken);
  });
  const status = saleStatusAt(performance, now);
  if (performance.cancelledAt !== null) return <CancelledNotice performance={performance} />;
  if (status === 'closed') return <Notice>{text('over')}</Notice>;
  if (status === 'sold_out') return <Notice>{text('soldOut')}</Notice>;
  const isInside = standing.phase === 'admitted';
  const line = fillPath(ticketPaths.line, { id: performance.id });
  if (performance.roomEnabled && !isInside && standing.phase !== 'joining')
    return (
      <>
        <Notice>
          <p>{text(standing.phase === 'waiting' ? 'waiting' : 'enterFirst')}</p>
        </Notice>
        <Link to={line} className="button button-large button-wide">
          {text('toLine')}
        </Link>
      </>
    );
  if (status === 'scheduled') return <Notice>{text('notYet')}</Notice>;
  const entry = isInside ? standing.entry : undefined;
  const left = Date.parse(entry?.passExpiresAt ?? '') - now;
  const { chosen } = choice;
  const holdChosen = () => {
    onHolding(true);
    const seatIds = chosen.map((no) => nameOf(map.layout, no).id);
    hold.mutate(
      { seatIds, pass: entry?.pass },
      { onError: (error) => (onHolding(false), codeOf(error).startsWith('pass_') && void join()) },
    );
  };
  return (
    <>
      {hold.isError && codeOf(hold.error) !== 'seat_taken' && <ProblemNotice error={hold.error} />}
      <button
        type="button"
        className="button button-large button-wide"
        disabled={chosen.length === 0 || hold.isPending || standing.phase === 'joining'}
        onClick={holdChosen}
      >
        {hold.isPending
          ? text('holding')
          : text(chosen.length === 0 ? 'holdNone' : 'hold', { count: chosen.length })}
      </button>
      {left > 0 && (
        <p className="small quiet row-apart figures">
          <span>{text('timeInside')}</span>
          <span role="timer">{formats.clock(left)}</span>
        </p>
      )}
    </>
  );
}
