import type {
  MinuteSales,
  RankedPerformance,
  RankingStore,
  SalesProgress,
} from '../../../modules/ranking/index.ts';
import { isPublicAt } from '../catalogue/catalogue-rows.ts';
import type { Database, Queryable } from '../database.ts';
import { appendOnce } from '../events/outbox.ts';
import { resetProgress } from '../events/progress-store.ts';

type ProgressRow = {
  performance_id: string;
  capacity: number;
  sold: number;
  first_sold_at: Date | null;
  sold_out_at: Date | null;
};

/**
 * The read model of rankings: `sales_progress`, `sales_minute`, and the popularity of concerts, which the
 * catalogue sorts by. Only the consumer `ranking` writes them, so that nothing needs to be locked.
 */
export function createRankingStore(database: Database): RankingStore {
  return {
    async progress(performanceIds, transaction) {
      const rows = await (transaction as Queryable).query<ProgressRow>(PROGRESS, [performanceIds]);
      return rows.map(toProgress);
    },
    save: (progress, minutes, transaction) => save(transaction as Queryable, progress, minutes),
    tell: (events, transaction) => appendOnce(transaction as Queryable, events),
    async sellingNow(since, limit) {
      const rows = await database.query<RankedRow>(SELLING_NOW, [new Date(since), limit]);
      return rows.map((row) => ({ ...toRanked(row), soldInWindow: row.in_window }));
    },
    async fastestSoldOut(limit) {
      const rows = await database.query<RankedRow>(FASTEST, [limit]);
      return rows.map((row) => ({ ...toRanked(row), soldOutAt: row.sold_out_at.getTime() }));
    },
    reset: () => database.transaction(reset, { patient: true }),
  };
}

const PROGRESS = {
  name: 'ranking_progress',
  text: `select p.id as performance_id, s.capacity, coalesce(sp.sold, 0) as sold, sp.first_sold_at, sp.sold_out_at
    from performance p join stage s on s.id = p.stage_id
    left join sales_progress sp on sp.performance_id = p.id
    where p.id = any($1::uuid[])`,
};

function toProgress(row: ProgressRow): SalesProgress {
  return {
    performanceId: row.performance_id,
    capacity: row.capacity,
    sold: row.sold,
    firstSoldAt: row.first_sold_at?.getTime(),
    soldOutAt: row.sold_out_at?.getTime(),
  };
}

const SAVE_PROGRESS = {
  name: 'ranking_save_progress',
  text: `insert into sales_progress (performance_id, capacity, sold, first_sold_at, sold_out_at)
    select * from unnest($1::uuid[], $2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[])
    on conflict (performance_id) do update set capacity = excluded.capacity, sold = excluded.sold,
      first_sold_at = excluded.first_sold_at, sold_out_at = excluded.sold_out_at`,
};

const SAVE_MINUTES = {
  name: 'ranking_save_minutes',
  text: `insert into sales_minute as m (performance_id, minute, sold)
    select * from unnest($1::uuid[], $2::timestamptz[], $3::int[])
    on conflict (performance_id, minute) do update set sold = m.sold + excluded.sold`,
};

// Concerts in the order of their ids: who changes one locks it in the same order.
const SAVE_POPULARITY = {
  name: 'ranking_save_popularity',
  text: `with changed as (
      select p.concert_id, sum(d.seats) as seats
      from unnest($1::uuid[], $2::int[]) as d (performance_id, seats)
      join performance p on p.id = d.performance_id
      group by p.concert_id),
    locked as (
      select c.id from concert c where c.id in (select concert_id from changed) order by c.id for no key update)
    update concert c set popularity = c.popularity + d.seats
    from changed d, locked l where c.id = d.concert_id and l.id = c.id and d.seats <> 0`,
};

async function save(
  tx: Queryable,
  progress: readonly SalesProgress[],
  minutes: readonly MinuteSales[],
): Promise<void> {
  if (progress.length === 0) return;
  await tx.query(SAVE_PROGRESS, [
    progress.map((one) => one.performanceId),
    progress.map((one) => one.capacity),
    progress.map((one) => one.sold),
    progress.map((one) => toDate(one.firstSoldAt)),
    progress.map((one) => toDate(one.soldOutAt)),
  ]);
  const performanceIds = minutes.map((one) => one.performanceId);
  const seats = minutes.map((one) => one.seats);
  await tx.query(SAVE_MINUTES, [performanceIds, minutes.map((one) => toDate(one.minute)), seats]);
  await tx.query(SAVE_POPULARITY, [performanceIds, seats]);
}

function toDate(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

async function reset(tx: Queryable): Promise<void> {
  // First the progress: the consumer waits there until this has committed.
  await resetProgress(tx, 'ranking');
  await tx.query('delete from sales_progress');
  await tx.query('delete from sales_minute');
  await tx.query('update concert set popularity = 0 where popularity <> 0');
}

type RankedRow = {
  performance_id: string;
  concert_id: string;
  title: string;
  title_en: string | null;
  artist: string;
  artist_en: string | null;
  venue: string;
  venue_en: string | null;
  time_zone: string;
  starts_at: Date;
  opens_at: Date;
  capacity: number;
  sold: number;
  in_window: number;
  sold_out_at: Date;
};

const RANKED = `p.id as performance_id, p.concert_id, c.title, c.title_en, c.artist, c.artist_en, v.name as venue,
  v.name_en as venue_en, v.time_zone,  p.starts_at, p.opens_at, sp.capacity, sp.sold`;
const JOINS = `join sales_progress sp on sp.performance_id = p.id
  join concert c on c.id = p.concert_id
  join stage s on s.id = p.stage_id
  join venue v on v.id = s.venue_id`;
const IS_PUBLIC = isPublicAt('now()');

// Whole minutes: the one in which the window begins counts as a whole.
const SELLING_NOW = {
  name: 'ranking_selling_now',
  text: `select ${RANKED}, w.seats as in_window
    from (select performance_id, sum(sold) as seats from sales_minute
      where minute >= date_trunc('minute', $1::timestamptz)
      group by performance_id having sum(sold) > 0
      order by sum(sold) desc, performance_id limit $2) w
    join performance p on p.id = w.performance_id ${JOINS}
    where ${IS_PUBLIC}
    order by w.seats desc, p.id`,
};

const FASTEST = {
  name: 'ranking_fastest_sold_out',
  text: `select ${RANKED}, sp.sold_out_at from performance p ${JOINS}
    where sp.sold_out_at is not null and ${IS_PUBLIC}
    order by sp.sold_out_at - p.opens_at, p.id limit $1`,
};

function toRanked(row: RankedRow): RankedPerformance {
  return {
    performanceId: row.performance_id,
    concertId: row.concert_id,
    title: row.title,
    titleEn: row.title_en,
    artist: row.artist,
    artistEn: row.artist_en,
    venue: row.venue,
    venueEn: row.venue_en,
    timeZone: row.time_zone,
    startsAt: row.starts_at.getTime(),
    opensAt: row.opens_at.getTime(),
    capacity: row.capacity,
    sold: row.sold,
  };
}
