import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../../shared/api/call.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useShopText } from '../messages/shop.ts';
import { ticketPaths } from '../paths.ts';
import { localised } from './localised.ts';

const SHOWN = 5;
const REFRESH_MS = 15_000;

/** What sells now, and what was gone soonest. */
export function Rankings() {
  const text = useShopText();
  const formats = useFormats();
  const query = { limit: SHOWN };
  const selling = useQuery({
    queryKey: ['rankings', 'selling'],
    queryFn: ({ signal }) => call('rankSellingNow', { query: { ...query, minutes: 60 }, signal }),
    refetchInterval: REFRESH_MS,
  });
  const fastest = useQuery({
    queryKey: ['rankings', 'fastest'],
    queryFn: ({ signal }) => call('rankFastestSoldOut', { query, signal }),
    refetchInterval: REFRESH_MS,
  });
  const [now, soonest] = [selling.data?.items ?? [], fastest.data?.items ?? []];
  if (now.length === 0 && soonest.length === 0) return null;
  return (
    <div className="rankings">
      {now.length > 0 && (
        <RankingList title={text('rankingSelling')}>
          {now.map((item) => (
            <RankingRow
              key={item.performanceId}
              item={item}
              note={text('soldRecently', { count: item.soldInWindow })}
            />
          ))}
        </RankingList>
      )}
      {soonest.length > 0 && (
        <RankingList title={text('rankingFastest')}>
          {soonest.map((item) => (
            <RankingRow
              key={item.performanceId}
              item={item}
              note={text('soldOutIn', { time: formats.duration(item.soldOutAfterMs) })}
            />
          ))}
        </RankingList>
      )}
    </div>
  );
}

function RankingList({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card stack-tight">
      <h2 className="ranking-title">{title}</h2>
      <ol>{children}</ol>
    </section>
  );
}

type RankedItem = {
  readonly rank: number;
  readonly concertId: string;
  readonly title: string;
  readonly startsAt: string;
};

function RankingRow({ item, note }: { readonly item: RankedItem; readonly note: string }) {
  const formats = useFormats();
  const language = useLanguage();
  return (
    <li className="ranking-row">
      <span className="ranking-number figures" aria-hidden="true">
        {item.rank}
      </span>
      <span className="ranking-name">
        <Link to={fillPath(ticketPaths.concert, { id: item.concertId })}>
          {localised(item.title, language).main}
        </Link>
        <span className="small quiet">{formats.date(item.startsAt)}</span>
      </span>
      <span className="small figures ranking-note">{note}</span>
    </li>
  );
}
