import { accountIdOf, session } from '../../shared/api/session-state.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { useSharedText } from '../../shared/messages/shared.ts';
import { Link } from '../../shared/router/link.tsx';
import { useLocation } from '../../shared/router/location.ts';
import { fillPath } from '../../shared/router/match.ts';
import { useStore } from '../../shared/state/use-store.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { useSaleText } from '../messages/sale.ts';
import { ticketPaths } from '../paths.ts';
import { usePerformance } from '../sale/use-performance.ts';
import { keptPerformances } from './kept-entry.ts';
import { useEntry } from './use-entry.ts';
import type { Entry } from './use-standing.ts';
import { useTurnSignal } from './use-turn-signal.ts';

/** On every page of the shop: in which lines one stands, and how long one is inside. */
export function LineBanners() {
  const { path } = useLocation();
  // These pages say it themselves.
  const saying = [ticketPaths.line, ticketPaths.seats];
  const elsewhere = useStore(keptPerformances).filter((id) =>
    saying.every((pattern) => fillPath(pattern, { id }) !== path),
  );
  const accountId = accountIdOf(useStore(session));
  return elsewhere.map((id) => <LineBanner key={`${accountId} ${id}`} id={id} />);
}

function LineBanner({ id }: { readonly id: string }) {
  const text = useSaleText();
  const shared = useSharedText();
  const { standing } = useEntry(id, false);
  const isTurn = standing.phase === 'admitted';
  useTurnSignal(isTurn, text('yourTurn'));
  // Its place is kept while what it says is on its way.
  if (standing.phase === 'joining') return <p className="line-banner">{shared('loading')}</p>;
  if (standing.phase !== 'waiting' && !isTurn) return null;
  const to = fillPath(isTurn ? ticketPaths.seats : ticketPaths.line, { id });
  return (
    <p className="line-banner figures" data-turn={isTurn} role="status">
      <span className="line-banner-text">
        {isTurn ? <TimeInside entry={standing.entry} /> : <Waiting entry={standing.entry} />}
        <Title id={id} />
      </span>
      <Link to={to} className="line-banner-link">
        {text(isTurn ? 'chooseSeats' : 'toLine')}
      </Link>
    </p>
  );
}

function Waiting({ entry: { number, ahead } }: { readonly entry: Entry }) {
  const text = useSaleText();
  return <strong>{text('waitingAs', { number, count: ahead })}</strong>;
}

function TimeInside({ entry }: { readonly entry: Entry }) {
  const text = useSaleText();
  const formats = useFormats();
  const left = Date.parse(entry.passExpiresAt ?? '') - useServerTime();
  return <strong>{text('timeToChoose', { time: formats.clock(left) })}</strong>;
}

function Title({ id }: { readonly id: string }) {
  const language = useLanguage();
  const { data } = usePerformance(id, { refresh: false });
  return <span className="small">{data ? localised(data.title, data.titleEn, language).main : ''}</span>;
}
