import type {
  ReservationFilter,
  ReservationPage,
  ReservationStore,
} from '../../../modules/reservations/index.ts';
import type { Queryable } from '../database.ts';
import { RESERVATION_COLUMNS, type ReservationRow, toRecord } from './reservation-row.ts';

const FIND = {
  name: 'find-reservation',
  text: `select ${RESERVATION_COLUMNS} from reservation where id = $1`,
};

/** Reservations as they are committed. */
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
