import type { ConcertListRow, ConcertQuery, ConcertSort } from '../../../modules/catalogue/index.ts';
import type { Queryable } from '../database.ts';
import { CONCERT_COLUMNS, type ConcertRow, isPublicAt, toConcert } from './catalogue-rows.ts';

type Row = ConcertRow & {
  key: string | number | null;
  performance_count: number;
  first_starts_at: Date | null;
  last_starts_at: Date | null;
  next_opens_at: Date | null;
  status_rank: number | null;
  price_from: number | null;
  selling: { id: string; capacity: number }[] | null;
  venues: { name: string; nameEn: string | null }[] | null;
  time_zone: string | null;
};

type Order = {
  /** The value that a cursor carries beside the id. */
  readonly key: string;
  readonly orderBy: string;
  /** Where the page begins, on the parameters $1 (value) and $2 (id). */
  readonly after: string;
};

/** What the date of a concert without performances counts as in a cursor: the last day that a Date knows. */
const NEVER_MS = 8_640_000_000_000_000;

/** Each order has its index; a cursor enters it at the last row given, ties included. */
const ORDERS: Readonly<Record<ConcertSort, Order>> = {
  date: {
    key: `case when isfinite(c.first_starts_at) then (extract(epoch from c.first_starts_at) * 1000)::bigint
      else ${NEVER_MS} end`,
    orderBy: 'c.first_starts_at, c.id',
    after: '(c.first_starts_at, c.id) > ($1::timestamptz, $2::uuid)',
  },
  title: byTitle('c.title', 'ko-x-icu'),
  popularity: {
    key: 'c.popularity',
    orderBy: 'c.popularity desc, c.id',
    after: 'c.popularity <= $1::bigint and (c.popularity < $1::bigint or c.id > $2::uuid)',
  },
  newest: { key: '0', orderBy: 'c.id desc', after: '($1::bigint is null or c.id < $2::uuid)' },
};

const BY_ENGLISH_TITLE = byTitle('coalesce(c.title_en, c.title)', 'en-x-icu');

/** As readers of a language look a name up; both have an index. */
function byTitle(title: string, collation: string): Order {
  return {
    key: title,
    orderBy: `${title} collate "${collation}", c.id`,
    after: `(${title} collate "${collation}", c.id) > ($1::text, $2::uuid)`,
  };
}

/** Which performances a concert has, as of now; one that has none yet is to come. */
const WHEN: Readonly<Record<NonNullable<ConcertQuery['when']>, string>> = {
  upcoming: `(${hasPerformance('p.starts_at > $9')} or not ${hasPerformance('true')})`,
  past: `(${hasPerformance('true')} and not ${hasPerformance('p.starts_at > $9')})`,
  opening: hasPerformance('p.opens_at > $9'),
};

function hasPerformance(condition: string): string {
  return `exists (select from performance p where p.concert_id = c.id and p.removed_at is null and ${condition})`;
}

const FOUND_IN = ['c.title', 'c.title_en', 'c.artist', 'c.artist_en'];

/** Best first: what one can buy now, later, no longer. */
const STATUSES = ['on_sale', 'scheduled', 'sold_out', 'closed'] as const;

/** Of a performance `p` on a stage `s`, with its sales progress `sp`: its place in STATUSES. */
const RANK = `case when p.closes_at <= $9 then 3 when sp.sold >= s.capacity then 2
  when p.opens_at > $9 then 1 else 0 end`;

const STATUS_RANK = `(select min(${RANK}) from performance p join stage s on s.id = p.stage_id
  left join sales_progress sp on sp.performance_id = p.id
  where p.concert_id = c.id and p.removed_at is null)`;

/**
 * A page of the list. Planned again each time, so that filters that are not asked for vanish from the plan.
 * Text is found by scanning titles: a few thousand concerts take a millisecond, and pages are remembered.
 */
export async function listConcerts(
  database: Queryable,
  query: ConcertQuery,
): Promise<readonly ConcertListRow[]> {
  const rows = await database.query<Row>(statementFor(query), [
    keyParameter(query),
    query.after?.[1] ?? null,
    query.text === undefined ? null : `%${query.text.normalize('NFC').replace(/[\\%_]/g, '\\$&')}%`,
    query.category ?? null,
    query.sellerId ?? null,
    toDate(query.from),
    toDate(query.to),
    query.rows,
    new Date(query.now),
    query.withUnpublished === true,
  ]);
  return rows.map(toListRow);
}

function statementFor({ sort, language, when, status, after }: ConcertQuery): string {
  const order = sort === 'title' && language === 'en' ? BY_ENGLISH_TITLE : ORDERS[sort];
  return `with page as (
      select ${CONCERT_COLUMNS}, c.first_starts_at, c.popularity, ${order.key} as key
      from concert c
      where ${after ? order.after : '$1::text is null and $2::uuid is null'}
        and ($3::text is null or ${FOUND_IN.map((text) => `normalize(${text}) ilike $3`).join(' or ')})
        and ($10::boolean or ${isPublicAt('$9')})
        ${when === undefined ? '' : `and ${WHEN[when]}`}
        ${status === undefined ? '' : `and ${STATUS_RANK} = ${STATUSES.indexOf(status)}`}
        and ($4::text is null or c.category = $4)
        and ($5::uuid is null or c.owner_id = $5)
        and (($6::timestamptz is null and $7::timestamptz is null) or exists (
          select from performance p where p.concert_id = c.id and p.removed_at is null
            and ($6 is null or p.starts_at >= $6) and ($7 is null or p.starts_at < $7)))
      order by ${order.orderBy} limit $8)
    select ${CONCERT_COLUMNS}, c.key, d.* from page c
    cross join lateral (${PERFORMANCES}) d
    order by ${order.orderBy}`;
}

const PERFORMANCES = `select count(*) as performance_count,
    min(p.starts_at) as first_starts_at, max(p.starts_at) as last_starts_at,
    min(p.opens_at) filter (where p.opens_at > $9) as next_opens_at,
    min(${RANK}) as status_rank,
    min((select min(value::bigint) from jsonb_each_text(p.prices))) as price_from,
    json_agg(json_build_object('id', p.id, 'capacity', s.capacity)) filter (where p.closes_at > $9) as selling,
    jsonb_agg(distinct jsonb_build_object('name', v.name, 'nameEn', v.name_en)) as venues,
    (array_agg(v.time_zone order by p.starts_at, p.id))[1] as time_zone
  from performance p
  join stage s on s.id = p.stage_id
  join venue v on v.id = s.venue_id
  left join sales_progress sp on sp.performance_id = p.id
  where p.concert_id = c.id and p.removed_at is null`;

function keyParameter({ sort, after }: ConcertQuery): unknown {
  const value = after?.[0];
  if (value === undefined || sort !== 'date' || typeof value === 'string') return value ?? null;
  return value >= NEVER_MS ? 'infinity' : new Date(Math.max(0, value));
}

function toDate(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

function toListRow(row: Row): ConcertListRow {
  return {
    ...toConcert(row),
    key: [row.key ?? 0, row.id],
    performanceCount: row.performance_count,
    firstStartsAt: row.first_starts_at?.getTime() ?? null,
    lastStartsAt: row.last_starts_at?.getTime() ?? null,
    nextOpensAt: row.next_opens_at?.getTime() ?? null,
    status: STATUSES[row.status_rank ?? -1] ?? null,
    priceFrom: row.price_from,
    selling: row.selling ?? [],
    venues: row.venues ?? [],
    timeZone: row.time_zone,
  };
}
