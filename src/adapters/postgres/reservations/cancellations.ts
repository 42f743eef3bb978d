import type { Clock } from '../../../kernel/clock.ts';
import {
  type Cancellations,
  type CancelOutcome,
  type CancelRequest,
  decideCancel,
  PERFORMANCE_CANCELLED,
  type RequestedCancellation,
  type ReservationRecord,
  reservationEvents,
} from '../../../modules/reservations/index.ts';
import { type DomainEvent, newEvent } from '../../../platform/events/event.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import { RESERVATION_COLUMNS, type ReservationRow, toRecord } from './reservation-row.ts';
import { RESERVATION_STATUS } from './reservation-status.ts';

type CancelReason = 'requested' | typeof PERFORMANCE_CANCELLED;

/** What the payment says of it. */
const REFUND_REASON: Readonly<Record<CancelReason, string>> = {
  requested: 'cancelled',
  [PERFORMANCE_CANCELLED]: PERFORMANCE_CANCELLED,
};

/** A cancellation that is decided, with the reservation as it was under lock. */
export type Change = {
  readonly record: ReservationRecord;
  readonly to: 'cancelled' | 'cancelling';
  readonly reason: CancelReason;
  readonly transferId: string;
  readonly requestedBy?: string;
  readonly trace?: string | undefined;
};

/**
 * Gives back what was paid for these reservations, in the transaction that cancels them.
 * @returns the amount by reservation id, with the event of money that is back already; absent where there was nothing
 */
export type RefundReservations = (
  tx: Queryable,
  refunds: readonly {
    readonly reservationId: string;
    readonly transferId: string;
    readonly now: Date;
    readonly reason: string;
  }[],
) => Promise<ReadonlyMap<string, { readonly amount: number; readonly event: DomainEvent | undefined }>>;

export type CancellationsOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly hint: CommitNotice;
  readonly refund: RefundReservations;
};

/**
 * Cancels in one transaction for a batch: locks the reservations (by id), decides each by the module's own
 * rule, then writes status, seats (in key order), refunds, events and results. So it is refunded once: who
 * comes second finds it cancelled.
 */
export function createCancellations(options: CancellationsOptions): Cancellations {
  const { database, clock, hint, refund } = options;
  return {
    async cancel(batch) {
      const outcomes = await database.transaction((tx) =>
        cancelLocked({ tx, refund, now: clock.now() }, batch),
      );
      hint.committed();
      return outcomes;
    },
    async carryOut(batch, transaction) {
      // The log's transactions are those of this database; it says so where it is composed.
      await carryOutLocked({ tx: transaction as Queryable, refund, now: clock.now() }, batch);
    },
  };
}

export type Step = { readonly tx: Queryable; readonly refund: RefundReservations; readonly now: number };

async function cancelLocked(step: Step, batch: readonly CancelRequest[]): Promise<readonly CancelOutcome[]> {
  const { tx, now } = step;
  const locked = await lockReservations(tx, batch);
  const changes: Change[] = [];
  const outcomes = batch.map((request): CancelOutcome => {
    const record = locked.get(request.reservationId);
    if (!record) return { ok: false, code: 'reservation_not_found' };
    const decision = decideCancel(record, request.how, now);
    if (decision.kind === 'ended') return { ok: false, code: 'reservation_ended' };
    if (decision.kind === 'unchanged') return { ok: true, value: record };
    const { transferId, requestedBy, trace } = request;
    changes.push({ record, to: decision.to, reason: 'requested', transferId, requestedBy, trace });
    return { ok: true, value: { ...record, status: decision.to, updatedAt: now } };
  });
  await writeChanges(step, changes);
  const results = batch.flatMap(({ saveTo }, index) => {
    const outcome = outcomes[index];
    return saveTo && outcome?.ok ? [resultRecord(saveTo, outcome.value)] : [];
  });
  await saveResults(tx, results);
  return outcomes;
}

async function carryOutLocked(step: Step, batch: readonly RequestedCancellation[]): Promise<void> {
  const locked = await lockReservations(step.tx, batch);
  const changes = batch.flatMap(({ reservationId, transferId, trace }): Change[] => {
    const record = locked.get(reservationId);
    // Done already: the log gives a request out again after a crash.
    if (record?.status !== 'cancelling') return [];
    return [{ record, to: 'cancelled', reason: 'requested', transferId, trace }];
  });
  await writeChanges(step, changes);
}

async function lockReservations(
  tx: Queryable,
  batch: readonly { readonly reservationId: string }[],
): Promise<ReadonlyMap<string, ReservationRecord>> {
  const ids = batch.map(({ reservationId }) => reservationId);
  const rows = await tx.query<ReservationRow>(LOCK_RESERVATIONS, [ids]);
  return new Map(rows.map((row) => [row.id, toRecord(row)]));
}

/** Writes what was decided, on locked reservations: status, seats, refunds and events. */
export async function writeChanges({ tx, refund, now }: Step, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const at = new Date(now);
  const ids = changes.map(({ record }) => record.id);
  const statuses = changes.map(({ to }) => RESERVATION_STATUS[to]);
  await tx.query(SET_STATUS, [ids, statuses, at]);
  const cancelled = changes.filter(({ to }) => to === 'cancelled');
  await tx.query(FREE_SEATS, [cancelled.map(({ record }) => record.id)]);
  const refunds = cancelled.map(({ record, transferId, reason }) => {
    return { reservationId: record.id, transferId, now: at, reason: REFUND_REASON[reason] };
  });
  const refunded = await refund(tx, refunds);
  await appendEvents(
    tx,
    changes.flatMap((change) => {
      const given = refunded.get(change.record.id);
      const told = toEvent(change, given?.amount, now);
      return given?.event ? [told, given.event] : [told];
    }),
  );
}

function toEvent(
  { record, to, reason, requestedBy, trace }: Change,
  refunded: number | undefined,
  now: number,
): DomainEvent {
  const about = { occurredAt: now, trace };
  if (requestedBy !== undefined && to === 'cancelling') {
    const data = { ...aboutReservation(record), requestedBy };
    return newEvent(reservationEvents['reservation.cancellation-requested'], data, about);
  }
  const data = {
    ...aboutReservation(record),
    reason,
    wasPaid: refunded !== undefined,
    refundedAmount: refunded ?? 0,
  };
  return newEvent(reservationEvents['reservation.cancelled'], data, about);
}

/** What every event of a reservation says. */
export function aboutReservation({
  id: reservationId,
  performanceId,
  accountId,
  seatNos,
  epoch,
}: ReservationRecord) {
  return { reservationId, performanceId, accountId, seatNos: [...seatNos], epoch };
}

const LOCK_RESERVATIONS = {
  name: 'cancel-lock-reservations',
  text: `select ${RESERVATION_COLUMNS} from reservation where id = any ($1::uuid[]) order by id for update`,
};

const SET_STATUS = {
  name: 'cancel-set-status',
  text: `update reservation r set status = u.status, updated_at = $3
    from unnest($1::uuid[], $2::smallint[]) as u (id, status) where r.id = u.id`,
};

// Only seats that it still owns: a hold may have lapsed and been taken over since the cancellation was accepted.
const FREE_SEATS = {
  name: 'cancel-free-seats',
  text: `with owned as materialized (
      select c.performance_id, c.seat_no
      from (select id, performance_id, epoch, unnest(seat_nos) as seat_no
        from reservation where id = any ($1::uuid[])) r
      join seat_hold c on c.performance_id = r.performance_id and c.seat_no = r.seat_no
      where c.reservation_id = r.id and c.epoch = r.epoch and c.status <> ${SEAT_STATUS.free}
      order by c.performance_id, c.seat_no
      for update of c
    )
    update seat_hold c set status = ${SEAT_STATUS.free}
    from owned o where c.performance_id = o.performance_id and c.seat_no = o.seat_no`,
};
