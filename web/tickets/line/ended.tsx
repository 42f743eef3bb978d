import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useSaleText } from '../messages/sale.ts';
import { ticketPaths } from '../paths.ts';
import { saleStatusAt } from '../sale/sale-status.ts';
import type { EndReason } from './ending.ts';

/** What is said of each end, and the way on from it; the way back is there always. */
const ENDINGS = {
  left: { title: 'leftElsewhere', note: 'leftElsewhereNote', join: 'joinAgain' },
  dropped: { title: 'dropped', note: 'droppedNote', join: 'joinAgain' },
  'pass-expired': { title: 'passExpired', note: 'passExpiredNote', join: 'joinAgain', to: 'reservations' },
  'pass-spent': { title: 'passUsed', note: 'passUsedNote', join: 'joinForMore', to: 'reservations' },
  'entry-ended': { title: 'placeLost', note: 'placeLostNote', join: 'joinAgain' },
  'room-closed': { title: 'roomClosed', note: 'roomClosedNote', join: 'checkAgain' },
  'sale-over': { title: 'closed', note: 'saleOverNote', to: 'concert' },
  'room-off': { title: 'roomOff', note: 'roomOffNote', to: 'seats' },
  'too-many-streams': { title: 'elsewhere', note: 'elsewhereNote', join: 'reopen' },
  outside: { title: 'outside', note: undefined, join: 'joinAgain' },
} as const;

const WAYS = { reservations: 'toBookings', concert: 'toConcert', seats: 'chooseSeats' } as const;

type EndedProps = {
  readonly reason: EndReason | 'outside';
  readonly performance: Performance;
  readonly join: () => Promise<void>;
};

/** The end of the waiting: why, and how to go on. */
export function Ended({ reason, performance, join }: EndedProps) {
  const text = useSaleText();
  const isOver = saleStatusAt(performance, useServerTime()) === 'closed';
  const ending: Ending = ENDINGS[isOver && reason !== 'pass-spent' ? 'sale-over' : reason];
  const { id, concertId } = performance;
  const pathTo = { id: ending.to === 'concert' ? concertId : id };
  // Anyone who has what they came for is led on, anyone who has not is led back.
  const joinsFirst = ending.to === undefined || ending.join === 'joinAgain';
  const joining = ending.join && !isOver && (
    <button
      type="button"
      className={joinsFirst ? 'button' : 'button button-quiet'}
      onClick={() => void join()}
    >
      {text(ending.join)}
    </button>
  );
  return (
    <section className="card line-card">
      <div role="status">
        <h2>{text(ending.title)}</h2>
      </div>
      {ending.note && <p className="quiet">{text(ending.note)}</p>}
      <div className="row">
        {joinsFirst && joining}
        {ending.to && (
          <Link
            to={fillPath(ticketPaths[ending.to], pathTo)}
            className={joinsFirst ? 'button button-quiet' : 'button'}
          >
            {text(WAYS[ending.to])}
          </Link>
        )}
        {!joinsFirst && joining}
        <Link to={fillPath(ticketPaths.performance, { id })} className="button button-quiet">
          {text('backToPerformance')}
        </Link>
      </div>
    </section>
  );
}

type Ending = {
  readonly title: Parameters<ReturnType<typeof useSaleText>>[0];
  readonly note: Parameters<ReturnType<typeof useSaleText>>[0] | undefined;
  readonly join?: 'joinAgain' | 'joinForMore' | 'checkAgain' | 'reopen';
  readonly to?: keyof typeof WAYS;
};
