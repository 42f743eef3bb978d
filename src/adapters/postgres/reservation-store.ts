import type {
  ReservationFilter,
  ReservationHappening,
  ReservationPage,
  ReservationStore,
} from '../../modules/reservations/index.ts';
import type { Queryable } from './database.ts';
import { RESERVATION_COLUMNS, type ReservationRow, toRecord } from './reservation-row.ts';

const FIND = {
  name: 'find-reservation',
  text: `select ${RESERVATION_COLUMNS} from reservation where id = $1`,
};

const HISTORY = {
  name: 'reservation-history',
  text: `select position, type, occurred_at, data from event
    where key = $1 and position > $2 order by position`,
};

type HistoryRow = { position: number; type: string; occurred_at: Date; data: Record<string, unknown> };

/** Reservations as they are committed; their history is read from the event log itself. */
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
    async history(id, afterPosition = 0) {
      const rows = await database.query<HistoryRow>(HISTORY, [id, afterPosition]);
      return rows.map(toHappening);
    },
  };
}

function listStatement(filter: ReservationFilter, page: ReservationPage): [string, unknown[]] {
  const conditions: [string, unknown][] = [];
  if (filter.accountId !== undefined) conditions.push(['account_id =', filter.accountId]);
  if (filter.performanceId !== undefined) conditions.push(['performance_id =', filter.performanceId]);
  if (page.before !== undefined) conditions.push(['id <', page.before]);
  const where = conditions.map(([condition], index) => `${condition} $${index + 1}`).join(' and ');
  const text = `select ${RESERVATION_COLUMNS} from reservation ${where && `where ${where}`}
    order by id desc limit $${conditions.length + 1}`;
  return [text, [...conditions.map(([, value]) => value), page.limit + 1]];
}

function toHappening(row: HistoryRow): ReservationHappening {
  return {
    position: row.position,
    type: row.type,
    occurredAt: row.occurred_at.getTime(),
    data: row.data,
  };
}
