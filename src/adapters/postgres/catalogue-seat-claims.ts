import type { SeatClaim, SeatClaimReader } from '../../modules/catalogue/index.ts';
import type { Queryable } from './database.ts';
import { seatStatusOf } from './seat-status.ts';

const CLAIMS = {
  name: 'catalogue_seat_claims',
  text: 'select seat_no, epoch, status from seat_claim where performance_id = $1',
};

const TAKEN = {
  name: 'catalogue_seats_taken',
  text: `select performance_id, count(*)::int as taken from seat_claim
    where performance_id = any($1::uuid[]) and status <> 0 group by performance_id`,
};

const COUNTS = {
  name: 'catalogue_seat_counts',
  text: `select performance_id, count(*) filter (where status = 1)::int as held,
      count(*) filter (where status = 2)::int as sold
    from seat_claim where status <> 0 and ($1::uuid[] is null or performance_id = any($1))
    group by performance_id`,
};

type CountRow = { performance_id: string; held: number; sold: number };

/** The seats that were ever claimed. 20,000 rows take 30 ms, once per seat map and process. */
export function createSeatClaimReader(database: Queryable): SeatClaimReader {
  return {
    async claims(performanceId): Promise<readonly SeatClaim[]> {
      const rows = await database.query<{ seat_no: number; epoch: number; status: number }>(CLAIMS, [
        performanceId,
      ]);
      return rows.map(({ seat_no: seatNo, epoch, status }) => ({
        seatNo,
        epoch,
        status: seatStatusOf(status),
      }));
    },
    async taken(performanceIds) {
      const rows = await database.query<{ performance_id: string; taken: number }>(TAKEN, [performanceIds]);
      return new Map(rows.map((row) => [row.performance_id, row.taken]));
    },
    async counts(performanceIds) {
      const rows = await database.query<CountRow>(COUNTS, [performanceIds ?? null]);
      return new Map(rows.map(({ performance_id: id, held, sold }) => [id, { held, sold }]));
    },
  };
}
