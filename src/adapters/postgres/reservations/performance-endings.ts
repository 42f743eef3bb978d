import type { Ids } from '../../../kernel/ids.ts';
import {
  decideCallOff,
  PERFORMANCE_CANCELLED,
  type PerformanceEndings,
} from '../../../modules/reservations/index.ts';
import { type CancellationsOptions, type Change, type Step, writeChanges } from './cancellations.ts';
import { RESERVATION_COLUMNS, type ReservationRow, toRecord } from './reservation-row.ts';
import { RESERVATION_STATUS } from './reservation-status.ts';

/**
 * Ends the reservations of cancelled performances, a batch in a transaction. A payment that holds the lock of a
 * reservation is waited for: what it confirms meanwhile is found confirmed.
 */
export function createPerformanceEndings(
  options: CancellationsOptions & { readonly ids: Ids },
): PerformanceEndings {
  const { database, clock, hint, refund, ids } = options;
  return {
    async ending() {
      const rows = await database.query<{ id: string }>(ENDING);
      return rows.map(({ id }) => id);
    },
    async endReservations(batch) {
      const now = clock.now();
      const ended = await database.transaction((tx) => endLocked({ tx, refund, now }, batch, ids));
      if (ended !== undefined) hint.committed();
      return ended;
    },
    async finish(performanceId) {
      return (await database.query(FINISH, [performanceId, new Date(clock.now())])).length > 0;
    },
  };
}

async function endLocked(
  step: Step,
  { performanceId, after, limit }: Parameters<PerformanceEndings['endReservations']>[0],
  ids: Ids,
): Promise<string | undefined> {
  const rows = await step.tx.query<ReservationRow>(LOCK_LIVING, [performanceId, after ?? null, limit]);
  const changes = rows.map(toRecord).flatMap((record): Change[] => {
    const to = decideCallOff(record, step.now);
    return to ? [{ record, to, reason: PERFORMANCE_CANCELLED, transferId: ids.next() }] : [];
  });
  await writeChanges(step, changes);
  return rows.at(-1)?.id;
}

const LIVING = [RESERVATION_STATUS.held, RESERVATION_STATUS.confirmed, RESERVATION_STATUS.cancelling].join();

const ENDING = {
  name: 'endings-performances',
  text: `select id from performance where cancelled_at is not null and all_cancelled_at is null order by id`,
};

const LOCK_LIVING = {
  name: 'endings-lock-living',
  text: `select ${RESERVATION_COLUMNS} from reservation
    where performance_id = $1 and status in (${LIVING}) and id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
    order by id limit $3 for update`,
};

// A hold that somebody made without knowing better yet cannot be paid, and lapses.
const FINISH = {
  name: 'endings-finish',
  text: `update performance set all_cancelled_at = $2
    where id = $1 and cancelled_at is not null and all_cancelled_at is null
      and not exists (select from reservation where performance_id = $1 and status in (${LIVING}))
    returning id`,
};
