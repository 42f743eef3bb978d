import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { call } from '../../shared/api/call.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useShopText } from '../messages/shop.ts';
import { ticketPaths } from '../paths.ts';
import { type Seats, seatsLeft } from './seats-left.ts';
import { StatusBadge } from './status-badge.tsx';

const SHOWN = 5;
const REFRESH_MS = 15_000;

/** What sells now, and what was gone soonest; asked for once, since what stands below them waits for their size. */
export function useRankings() {
  const query = { limit: SHOWN };
  const common = { refetchInterval: REFRESH_MS, retry: false };
  const selling = useQuery({
    queryKey: ['rankings', 'selling'],
    queryFn: ({ signal }) => call('rankSellingNow', { query: { ...query, minutes: 60 }, signal }),
    ...common,
  });
  const fastest = useQuery({
    queryKey: ['rankings', 'fastest'],
    queryFn: ({ signal }) => call('rankFastestSoldOut', { query, signal }),
    ...common,
  });
  return {
    isPending: selling.isPending || fastest.isPending,
    now: selling.data?.items ?? [],
    soonest: fastest.data?.items ?? [],
  };
}

type RankingsProps = Pick<ReturnType<typeof useRankings>, 'now' | 'soonest'>;

export function Rankings({ now, soonest }: RankingsProps) {
  const text = useShopText();
  const formats = useFormats();
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
              left={<SeatsLeft item={item} />}
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
  const headingId = useId();
  return (
    <section className="card stack-tight" aria-labelledby={headingId}>
      <h2 id={headingId} className="ranking-title">
        {title}
      </h2>
      <ol>{children}</ol>
    </section>
  );
}

type RankedItem = {
  readonly rank: number;
  readonly concertId: string;
  readonly title: string;
  readonly titleEn: string | null;
  readonly startsAt: string;
  readonly timeZone: string;
  readonly sold: number;
};

/** How much is left of what sells, so that one knows whether to hurry. */
function SeatsLeft({ item }: { readonly item: RankedItem & Seats }) {
  const text = useShopText();
  if (item.sold >= item.capacity) return <StatusBadge status="sold_out" />;
  if (seatsLeft(item) !== 'some') return <StatusBadge status="on_sale" seats={item} />;
  return <span className="small quiet figures">{text('remaining', { count: item.remainingTotal })}</span>;
}

type RankingRowProps = { readonly item: RankedItem; readonly note: string; readonly left?: ReactNode };

function RankingRow({ item, note, left }: RankingRowProps) {
  const formats = useFormats();
  const language = useLanguage();
  return (
    <li className="ranking-row">
      <span className="ranking-number figures" aria-hidden="true">
        {item.rank}
      </span>
      <span className="ranking-name">
        <Link to={fillPath(ticketPaths.concert, { id: item.concertId })}>
          {localised(item.title, item.titleEn, language).main}
        </Link>
        <span className="small quiet">{formats.date(item.startsAt, item.timeZone)}</span>
      </span>
      <span className="ranking-note">
        <span className="small figures">{note}</span>
        {left}
      </span>
    </li>
  );
}
