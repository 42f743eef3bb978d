import type {
  ReservationFilter,
  ReservationHappening,
  ReservationPage,
  ReservationStore,
} from '../../../modules/reservations/index.ts';
import type { Queryable } from '../database.ts';
import { RESERVATION_COLUMNS, type ReservationRow, toRecord } from './reservation-row.ts';

const FIND = {
  name: 'find-reservation',
  text: `select ${RESERVATION_COLUMNS} from reservation where id = $1`,
};

/** The event of the beginning may share a row with others, which has no key: the reservation itself tells it. */
const HISTORY = {
  name: 'reservation-history',
  text: `select 0 as position, 'reservation.created' as type, created_at as occurred_at,
      json_build_object('seatNos', seat_nos, 'amount', amount,
        'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as data
    from reservation where id = $1
    union all
    select position, type, occurred_at, data from event where key = $1 and type <> 'reservation.created'
    order by position`,
};

type HistoryRow = { position: number; type: string; occurred_at: Date; data: Record<string, unknown> };

/** Reservations as they are committed; their history after the beginning is read from the event log. */
export function createReservationStore(database: Queryable): ReservationStore {
  return {
    async find(id) {
      const [row] = await database.query<ReservationRow>(FIND, [id]);
      return row && toRecord(row);
    },
    async list(filter, page) {
      const rows = await database.query<ReservationRow>(...listStatement(filter, page));
      return rows.map(toRecord);
    },
    async history(id) {
      const rows = await database.query<HistoryRow>(HISTORY, [id]);
      return rows.map(toHappening);
    },
  };
}

const OF_SELLER = `performance_id in (select p.id from performance p join concert c on c.id = p.concert_id
  where c.owner_id = `;

function listStatement(filter: ReservationFilter, page: ReservationPage): [string, unknown[]] {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions: string[] = [];
  if (filter.accountId !== undefined) conditions.push(`account_id = ${parameter(filter.accountId)}`);
  if (filter.performanceId !== undefined)
    conditions.push(`performance_id = ${parameter(filter.performanceId)}`);
  if (filter.sellerId !== undefined) conditions.push(`${OF_SELLER}${parameter(filter.sellerId)})`);
  if (page.before !== undefined) conditions.push(`id < ${parameter(page.before)}`);
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const text = `select ${RESERVATION_COLUMNS} from reservation ${where}
    order by id desc limit ${parameter(page.limit + 1)}`;
  return [text, values];
}

function toHappening(row: HistoryRow): ReservationHappening {
  return {
    position: row.position,
    type: row.type,
    occurredAt: row.occurred_at.getTime(),
    data: row.data,
  };
}
