import {
  type CancellationProgress,
  type CatalogueReader,
  FAILURES_MAX,
  type PostponementProgress,
  type SeatPlan,
  type StageOwner,
  type TakingsRow,
  type Venue,
  type VenueQuery,
} from '../../../modules/catalogue/index.ts';
import { PERFORMANCE_CANCELLED } from '../../../modules/reservations/index.ts';
import type { Database } from '../database.ts';
import { GIVEN_UP } from '../payments/refused-refunds.ts';
import { RESERVATION_STATUS } from '../reservations/reservation-status.ts';
import {
  CONCERT_COLUMNS,
  type ConcertRow,
  type PerformanceRow,
  SELECT_PERFORMANCE,
  STAGE_COLUMNS,
  type StageRow,
  toConcert,
  toPerformance,
  toStage,
} from './catalogue-rows.ts';
import { listConcerts } from './concert-list.ts';

/** What readers see of the catalogue; callers remember it, so that none of this is a hot path. */
export function createCatalogueReader(database: Database): CatalogueReader {
  return {
    venues: (query) => listVenues(database, query),
    async venue(id) {
      const [venue] = toVenues(await database.query<VenueRow>(VENUE, [id]));
      return venue;
    },
    async stage(id) {
      const [row] = await database.query<StageOwnerRow>(STAGE, [id]);
      return row && toStageOwner(row);
    },
    concerts: (query) => listConcerts(database, query),
    async concert(id) {
      const [row] = await database.query<ConcertRow>(CONCERT, [id]);
      return row && toConcert(row);
    },
    async performancesOf(concertId) {
      const rows = await database.query<PerformanceRow>(PERFORMANCES_OF, [concertId]);
      return rows.map(toPerformance);
    },
    async performance(id) {
      const [row] = await database.query<PerformanceRow>(PERFORMANCE, [id]);
      return row && toPerformance(row);
    },
    async plan(planHash) {
      const [row] = await database.query<{ plan: SeatPlan }>(PLAN, [planHash]);
      return row?.plan;
    },
    async takings(concertId) {
      const rows = await database.query<TakingsRow>(TAKINGS, [concertId]);
      return rows;
    },
    async cancellationProgress(performanceId) {
      const [row] = await database.query<CancellationProgress>(CANCELLATION, [performanceId]);
      return row!;
    },
    async postponementProgress(performanceId) {
      const [row] = await database.query<PostponementProgress>(POSTPONEMENT, [performanceId]);
      return row!;
    },
    async hasBooked(accountId, performanceIds) {
      const rows = await database.query(HAS_BOOKED, [accountId, performanceIds]);
      return rows.length > 0;
    },
    async onSale(now, limit) {
      const rows = await database.query<{ id: string; concert_id: string }>(ON_SALE, [new Date(now), limit]);
      const concertIds = new Set(rows.map((row) => row.concert_id));
      return { performanceIds: rows.map((row) => row.id), concertIds: [...concertIds] };
    },
  };
}

const STAGE = {
  name: 'catalogue_stage',
  text: `select ${STAGE_COLUMNS}, v.owner_id, v.name as venue_name, v.name_en as venue_name_en, v.time_zone
    from stage s join venue v on v.id = s.venue_id where s.id = $1`,
};

const CONCERT = {
  name: 'catalogue_concert',
  text: `select ${CONCERT_COLUMNS} from concert c where c.id = $1`,
};

const PERFORMANCE = { name: 'catalogue_performance', text: `${SELECT_PERFORMANCE} where p.id = $1` };

const PERFORMANCES_OF = {
  name: 'catalogue_performances_of',
  text: `${SELECT_PERFORMANCE} where p.concert_id = $1 order by p.starts_at, p.id`,
};

// Prices are those of the hold: what a seat costs today says nothing of what was paid for it.
const TAKINGS = {
  name: 'catalogue_takings',
  text: `with paid as (
      select y.status, y.paid_at, y.updated_at, r.performance_id, r.seat_nos, r.prices, v.time_zone
      from performance p
      join reservation r on r.performance_id = p.id
      join payment y on y.purpose = 'reservation' and y.purpose_id = r.id and y.paid_at is not null
      join stage s on s.id = p.stage_id
      join venue v on v.id = s.venue_id
      where p.concert_id = $1 and p.removed_at is null),
    moved as (
      select performance_id, seat_nos, prices, false as is_refund, paid_at at time zone time_zone as at from paid
      union all
      select performance_id, seat_nos, prices, true, updated_at at time zone time_zone from paid
      where status in ('refunding', 'refunded'))
    select to_char(at, 'YYYY-MM-DD') as day, performance_id as "performanceId", seat.no as "seatNo",
      is_refund as "isRefund", count(*) as seats, sum(seat.price)::bigint as amount
    from moved cross join lateral unnest(seat_nos, prices) as seat (no, price)
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
};

// The refund of a cancelled performance says so in its reason; what its buyer had cancelled before is not of it.
const CANCELLATION = {
  name: 'catalogue_cancellation',
  text: `with paid as (
      select r.id, r.status as booking, y.status, y.amount, y.attempts, y.account_id,
        y.status = 'refunding' and y.${GIVEN_UP} as is_failed
      from reservation r
      join payment y on y.purpose = 'reservation' and y.purpose_id = r.id and y.paid_at is not null
      where r.performance_id = $1 and (y.status = 'succeeded' or y.reason = '${PERFORMANCE_CANCELLED}')),
    failure as (
      select f.id, f.amount, f.attempts, coalesce(a.name, '') as name
      from paid f left join account a on a.id = f.account_id where f.is_failed order by f.id limit ${FAILURES_MAX})
    select (count(*) filter (where booking = ${RESERVATION_STATUS.confirmed}))::int as waiting,
      (count(*) filter (where status = 'refunding' and not is_failed))::int as refunding,
      (count(*) filter (where is_failed))::int as failed,
      (count(*) filter (where status = 'refunded'))::int as done,
      (select all_cancelled_at is not null from performance where id = $1) as "isAllCancelled",
      (select coalesce(jsonb_agg(jsonb_build_object('reservationId', id, 'name', name, 'amount', amount,
        'attempts', attempts) order by id), '[]') from failure) as failures
    from paid`,
};

const POSTPONEMENT = {
  name: 'catalogue_postponement',
  text: `select (count(*) filter (where r.status = ${RESERVATION_STATUS.confirmed} and r.kept_for = p.starts_at))::int as kept,
      (count(*) filter (where r.status <> ${RESERVATION_STATUS.confirmed}))::int as "handedBack",
      (count(*) filter (where r.status = ${RESERVATION_STATUS.confirmed} and r.kept_for is distinct from p.starts_at))::int
        as unanswered
    from performance p
    join reservation r on r.performance_id = p.id
    join payment y on y.purpose = 'reservation' and y.purpose_id = r.id and y.paid_at < p.postponed_at
    where p.id = $1 and (r.status = ${RESERVATION_STATUS.confirmed} or r.updated_at >= p.postponed_at)`,
};

const HAS_BOOKED = {
  name: 'catalogue_has_booked',
  text: 'select from reservation where account_id = $1 and performance_id = any($2::uuid[]) limit 1',
};

const PLAN = { name: 'catalogue_plan', text: 'select plan from stage where plan_hash = $1 limit 1' };

const ON_SALE = {
  name: 'catalogue_on_sale',
  text: 'select id, concert_id from performance where closes_at > $1 order by opens_at, id limit $2',
};

const VENUE_COLUMNS = `v.id, v.owner_id, v.name, v.name_en, v.address, v.address_en, v.time_zone, v.created_at,
  v.version`;

const VENUES = {
  name: 'catalogue_venues',
  text: `with page as (
      select id, owner_id, name, name_en, address, address_en, time_zone, created_at, version from venue
      where ($1::uuid is null or owner_id = $1) and ($2::uuid is null or id < $2)
      order by id desc limit $3)
    select ${VENUE_COLUMNS}, ${STAGE_COLUMNS}
    from page v join stage s on s.venue_id = v.id order by v.id desc, s.id`,
};

const VENUE = {
  name: 'catalogue_venue',
  text: `select ${VENUE_COLUMNS}, ${STAGE_COLUMNS}
    from venue v join stage s on s.venue_id = v.id where v.id = $1 order by s.id`,
};

type StageOwnerRow = StageRow & {
  owner_id: string;
  venue_name: string;
  venue_name_en: string | null;
  time_zone: string;
};

function toStageOwner(row: StageOwnerRow): StageOwner {
  return {
    stage: toStage(row),
    ownerId: row.owner_id,
    venueName: row.venue_name,
    venueNameEn: row.venue_name_en,
    timeZone: row.time_zone,
  };
}

type VenueRow = StageRow & {
  id: string;
  owner_id: string;
  name: string;
  name_en: string | null;
  address: string;
  address_en: string | null;
  time_zone: string;
  created_at: Date;
  version: number;
};

async function listVenues(database: Database, query: VenueQuery): Promise<Venue[]> {
  const rows = await database.query<VenueRow>(VENUES, [
    query.ownerId ?? null,
    query.before ?? null,
    query.limit,
  ]);
  return toVenues(rows);
}

/** Rows of stages, those of a venue together. */
function toVenues(rows: readonly VenueRow[]): Venue[] {
  const byId = Map.groupBy(rows, (row) => row.id);
  return [...byId.values()].flatMap((ofVenue) => {
    const [first] = ofVenue;
    if (!first) return [];
    return [
      {
        id: first.id,
        ownerId: first.owner_id,
        name: first.name,
        nameEn: first.name_en,
        address: first.address,
        addressEn: first.address_en,
        timeZone: first.time_zone,
        createdAt: first.created_at.getTime(),
        version: first.version,
        stages: ofVenue.map(toStage),
      },
    ];
  });
}
