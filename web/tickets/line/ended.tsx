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
  'place-lost': { title: 'placeLost', note: 'placeLostNote', join: 'joinAgain' },
  'pass-expired': { title: 'passExpired', note: 'passExpiredNote', join: 'joinAgain' },
  'pass-used': { title: 'passUsed', note: 'passUsedNote', join: 'joinAgain', to: 'reservations' },
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
  const ending: Ending = ENDINGS[isOver && reason !== 'pass-used' ? 'sale-over' : reason];
  const { id, concertId } = performance;
  const pathTo = { id: ending.to === 'concert' ? concertId : id };
  return (
    <section className="card line-card">
      <h2 role="status">{text(ending.title)}</h2>
      {ending.note && <p className="quiet">{text(ending.note)}</p>}
      <div className="row">
        {ending.to && (
          <Link to={fillPath(ticketPaths[ending.to], pathTo)} className="button">
            {text(WAYS[ending.to])}
          </Link>
        )}
        {ending.join && !isOver && (
          <button
            type="button"
            className={ending.to ? 'button button-quiet' : 'button'}
            onClick={() => void join()}
          >
            {text(ending.join)}
          </button>
        )}
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
  readonly join?: 'joinAgain' | 'checkAgain' | 'reopen';
  readonly to?: keyof typeof WAYS;
};
