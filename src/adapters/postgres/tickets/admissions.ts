import {
  type AdmitOutcome,
  type AdmitRequest,
  type CheckIn,
  ticketEvents,
  type UndoRequest,
} from '../../../modules/tickets/index.ts';
import { type DomainEvent, newEvent } from '../../../platform/events/event.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Queryable } from '../database.ts';
import { appendEvents } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';

/**
 * Lets in a batch, in the transaction of the caller: the tickets are locked against a refund (by id), then one
 * statement inserts all check-ins, and what the unique index does not take was let in before. Two gates that scan one
 * ticket at once meet at that index: the second waits for the first to commit, and is told of it.
 */
export async function admitLocked(
  tx: Queryable,
  batch: readonly AdmitRequest[],
): Promise<readonly AdmitOutcome[]> {
  const ticketIds = batch.map(({ ticketId }) => ticketId);
  const valid = new Set((await tx.query<{ id: string }>(LOCK_VALID, [ticketIds])).map(({ id }) => id));
  const inserted = await insert(
    tx,
    batch.filter(({ ticketId }) => valid.has(ticketId)),
  );
  const living = await findLiving(tx, ticketIds);
  const outcomes = batch.map((request): AdmitOutcome => {
    const checkIn = living.get(request.ticketId);
    // Inserted now, or by the same request before.
    if (checkIn?.id === request.id) return { ok: true, value: checkIn };
    if (!valid.has(request.ticketId)) return { ok: false, code: 'ticket_void' };
    // The id is that of another ticket's scan, or of one that was undone.
    if (!checkIn) return { ok: false, code: 'scan_id_taken' };
    return { ok: false, code: 'already_checked_in', earlier: checkIn };
  });
  await recordConflicts(tx, batch, outcomes);
  await appendEvents(tx, batch.filter(({ id }) => inserted.has(id)).map(checkedInEvent));
  await saveResults(
    tx,
    batch.flatMap(({ saveTo }, index) => {
      const outcome = outcomes[index];
      return saveTo && outcome?.ok ? [resultRecord(saveTo, outcome.value)] : [];
    }),
  );
  return outcomes;
}

async function insert(tx: Queryable, batch: readonly AdmitRequest[]): Promise<ReadonlySet<string>> {
  if (batch.length === 0) return new Set();
  const rows = batch.map((request) => ({
    id: request.id,
    ticket_id: request.ticketId,
    performance_id: request.performanceId,
    gate: request.gate,
    gate_id: 'gateId' in request.by ? request.by.gateId : null,
    account_id: 'accountId' in request.by ? request.by.accountId : null,
    at: new Date(request.at),
    now: new Date(request.now),
  }));
  const inserted = await tx.query<{ id: string }>(INSERT, [JSON.stringify(rows)]);
  return new Set(inserted.map(({ id }) => id));
}

async function findLiving(
  tx: Queryable,
  ticketIds: readonly string[],
): Promise<ReadonlyMap<string, CheckIn>> {
  const rows = await tx.query<{ id: string; ticket_id: string; gate: string; checked_in_at: Date }>(LIVING, [
    ticketIds,
  ]);
  return new Map(
    rows.map(({ id, ticket_id: ticketId, gate, checked_in_at: at }) => [
      ticketId,
      { id, gate, checkedInAt: at.getTime() },
    ]),
  );
}

/** Of those who are inside already, no matter who should not be: kept for the seller, once a scan. */
async function recordConflicts(
  tx: Queryable,
  batch: readonly AdmitRequest[],
  outcomes: readonly AdmitOutcome[],
): Promise<void> {
  const rows = batch.flatMap((request, index) => {
    const outcome = outcomes[index];
    if (!request.wasLetIn || !outcome || outcome.ok || outcome.code === 'scan_id_taken') return [];
    const { id, ticketId, performanceId, gate, at, now } = request;
    return [
      {
        id,
        ticket_id: ticketId,
        performance_id: performanceId,
        reason: outcome.code,
        gate,
        at: new Date(at),
        now: new Date(now),
      },
    ];
  });
  if (rows.length > 0) await tx.query(RECORD_CONFLICTS, [JSON.stringify(rows)]);
}

function checkedInEvent(request: AdmitRequest): DomainEvent {
  const { id: checkInId, ticketId, performanceId, gate, by, at, now: occurredAt, trace } = request;
  const who = 'gateId' in by ? { gateId: by.gateId } : { by: by.accountId };
  const checkedInAt = new Date(at).toISOString();
  const data = { ticketId, performanceId, checkInId, gate, ...who, checkedInAt };
  return newEvent(ticketEvents['ticket.checked-in'], data, { occurredAt, trace });
}

/** @returns false for no such check-in; one that was undone before stays as it is */
export async function undoLocked(tx: Queryable, request: UndoRequest): Promise<boolean> {
  const { id, by, now, trace } = request;
  const [undone] = await tx.query<{ ticket_id: string; performance_id: string; gate: string }>(UNDO, [
    id,
    new Date(now),
    by,
  ]);
  if (!undone) return (await tx.query(EXISTS, [id])).length > 0;
  const { ticket_id: ticketId, performance_id: performanceId, gate } = undone;
  const data = { ticketId, performanceId, checkInId: id, gate, by };
  await appendEvents(tx, [newEvent(ticketEvents['check-in.undone'], data, { occurredAt: now, trace })]);
  return true;
}

// The order of locks is that of the ids. A refund changes the row, so that it waits for the check-in or is seen by it.
const LOCK_VALID = {
  name: 'door_lock_valid',
  text: `with locked as (
      select id, status from ticket where id = any ($1::uuid[]) order by id for share)
    select id from locked where status = 'valid'`,
};

// In the order of the tickets, so that two batches with the same ones cannot wait for each other in a circle.
const INSERT = {
  name: 'door_insert',
  text: `insert into check_in
      (id, ticket_id, performance_id, gate, gate_id, account_id, checked_in_at, recorded_at)
    select id, ticket_id, performance_id, gate, gate_id, account_id, at, now
    from json_to_recordset($1::json) as r (id uuid, ticket_id uuid, performance_id uuid, gate text, gate_id uuid,
      account_id uuid, at timestamptz, now timestamptz)
    order by ticket_id
    on conflict do nothing
    returning id`,
};

const LIVING = {
  name: 'door_living',
  text: `select id, ticket_id, gate, checked_in_at from check_in
    where ticket_id = any ($1::uuid[]) and undone_at is null`,
};

const RECORD_CONFLICTS = {
  name: 'door_record_conflicts',
  text: `insert into admission_conflict (id, ticket_id, performance_id, reason, gate, admitted_at, recorded_at)
    select id, ticket_id, performance_id, reason, gate, at, now
    from json_to_recordset($1::json) as r (id uuid, ticket_id uuid, performance_id uuid, reason text, gate text,
      at timestamptz, now timestamptz)
    on conflict do nothing`,
};

const UNDO = {
  name: 'door_undo',
  text: `update check_in set undone_at = $2, undone_by = $3 where id = $1 and undone_at is null
    returning ticket_id, performance_id, gate`,
};

const EXISTS = { name: 'door_exists', text: 'select from check_in where id = $1' };
