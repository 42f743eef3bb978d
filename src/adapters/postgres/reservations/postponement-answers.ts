import { type PostponementAnswers, reservationEvents } from '../../../modules/reservations/index.ts';
import { newEvent } from '../../../platform/events/event.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Database } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';
import { aboutReservation } from './cancellations.ts';
import { RESERVATION_COLUMNS, type ReservationRow, toRecord } from './reservation-row.ts';
import { RESERVATION_STATUS } from './reservation-status.ts';

export function createPostponementAnswers(database: Database, hint: CommitNotice): PostponementAnswers {
  return {
    async keep({ reservationId, startsAt, now, trace, saveTo }) {
      const record = await database.transaction(async (tx) => {
        const [row] = await tx.query<ReservationRow>(LOCK_PAID, [reservationId]);
        if (!row) return undefined;
        const before = toRecord(row);
        const kept = { ...before, keptFor: startsAt };
        if (before.keptFor !== startsAt) {
          await tx.query(KEEP, [reservationId, new Date(startsAt)]);
          const data = { ...aboutReservation(kept), startsAt: new Date(startsAt).toISOString() };
          const about = { occurredAt: now, trace };
          await appendEvents(tx, [newEvent(reservationEvents['reservation.kept'], data, about)]);
        }
        if (saveTo) await saveResults(tx, [resultRecord(saveTo, kept)]);
        return kept;
      });
      if (record) hint.committed();
      return record;
    },
  };
}

const LOCK_PAID = {
  name: 'answers-lock-paid',
  text: `select ${RESERVATION_COLUMNS} from reservation
    where id = $1 and status = ${RESERVATION_STATUS.confirmed} for update`,
};

// When it was changed last stays: what is handed back is counted from the postponement on.
const KEEP = { name: 'answers-keep', text: 'update reservation set kept_for = $2 where id = $1' };
