import type {
  AdmissionConflict,
  CheckIn,
  CheckInStore,
  OfflineTicket,
  TicketAtDoor,
} from '../../../modules/tickets/index.ts';
import type { Database } from '../database.ts';
import type { CommitNotice } from '../events/outbox.ts';
import { admitLocked, undoLocked } from './admissions.ts';

type DoorRow = {
  code: string;
  id: string;
  performance_id: string;
  seat_no: number;
  status: 'valid' | 'void';
  is_refunded: boolean;
};

type CountsRow = { tickets: number; checked_in: number; conflicts: number; version: number };

type OfflineRow = { code_hash: string; seat_no: number; state: OfflineTicket['state'] };

type ConflictRow = {
  id: string;
  seat_no: number;
  reason: AdmissionConflict['reason'];
  gate: string;
  admitted_at: Date;
  recorded_at: Date;
  first_id: string | null;
  first_gate: string | null;
  first_at: Date | null;
};

/** Who was let in, in PostgreSQL: its unique index on living check-ins decides between gates. */
export function createCheckInStore(database: Database, hint: CommitNotice): CheckInStore {
  return {
    async find(codes) {
      const rows = await database.query<DoorRow>(FIND, [codes]);
      return new Map(rows.map((row) => [row.code, toTicketAtDoor(row)]));
    },

    async admit(batch) {
      const outcomes = await database.transaction((tx) => admitLocked(tx, batch));
      if (outcomes.some(({ ok }) => ok)) hint.committed();
      return outcomes;
    },

    async undo(request) {
      const isKnown = await database.transaction((tx) => undoLocked(tx, request));
      hint.committed();
      return isKnown;
    },

    async counts(performanceId) {
      const [row] = await database.query<CountsRow>(COUNTS, [performanceId]);
      return {
        tickets: row?.tickets ?? 0,
        checkedIn: row?.checked_in ?? 0,
        conflicts: row?.conflicts ?? 0,
        version: row?.version ?? 0,
      };
    },

    async offlineList(performanceId, limit) {
      const rows = await database.query<OfflineRow>(OFFLINE_LIST, [performanceId, limit]);
      return rows.map(({ code_hash: codeHash, seat_no: seatNo, state }) => ({ codeHash, seatNo, state }));
    },

    async conflicts(performanceId, page) {
      const values = [performanceId, page.before ?? null, page.limit + 1];
      const rows = await database.query<ConflictRow>(CONFLICTS, values);
      return rows.map(toConflict);
    },
  };
}

function toTicketAtDoor(row: DoorRow): TicketAtDoor {
  return {
    id: row.id,
    performanceId: row.performance_id,
    seatNo: row.seat_no,
    voidBecause: row.status === 'valid' ? undefined : row.is_refunded ? 'refunded' : 'cancelled',
  };
}

function toConflict(row: ConflictRow): AdmissionConflict {
  return {
    id: row.id,
    seatNo: row.seat_no,
    reason: row.reason,
    gate: row.gate,
    admittedAt: row.admitted_at.getTime(),
    recordedAt: row.recorded_at.getTime(),
    first: toCheckIn(row.first_id, row.first_gate, row.first_at),
  };
}

/** What a left join found of a check-in. */
export function toCheckIn(id: string | null, gate: string | null, at: Date | null): CheckIn | undefined {
  return id === null || gate === null || at === null ? undefined : { id, gate, checkedInAt: at.getTime() };
}

const FIND = {
  name: 'door_find',
  text: `select t.code, t.id, t.performance_id, t.seat_no, t.status,
      exists (select from payment p
        where p.purpose = 'reservation' and p.purpose_id = t.reservation_id and p.paid_at is not null
          and p.status in ('refunding', 'refunded') and p.amount > 0) as is_refunded
    from ticket t where t.code = any ($1::text[])`,
};

// Anyone who is inside counts, also where the ticket was refunded afterwards. The version counts what happened: tickets
// issued and voided, people let in and taken back.
const COUNTS = {
  name: 'door_counts',
  text: `select t.valid as tickets, c.total - c.undone as checked_in, a.total as conflicts,
      t.total + t.total - t.valid + c.total + c.undone as version
    from
      (select count(*)::int as total, (count(*) filter (where status = 'valid'))::int as valid
        from ticket where performance_id = $1) t,
      (select count(*)::int as total, count(undone_at)::int as undone from check_in where performance_id = $1) c,
      (select count(*)::int as total from admission_conflict where performance_id = $1) a`,
};

const OFFLINE_LIST = {
  name: 'door_offline_list',
  text: `select rtrim(translate(encode(sha256(convert_to(t.code, 'UTF8')), 'base64'), '+/', '-_'), '=') as code_hash,
      t.seat_no,
      case when t.status = 'void' then 'void' when c.id is not null then 'used' else 'valid' end as state
    from ticket t left join check_in c on c.ticket_id = t.id and c.undone_at is null
    where t.performance_id = $1 order by t.status, t.seat_no limit $2`,
};

const CONFLICTS = {
  name: 'door_conflicts',
  text: `select a.id, t.seat_no, a.reason, a.gate, a.admitted_at, a.recorded_at,
      c.id as first_id, c.gate as first_gate, c.checked_in_at as first_at
    from admission_conflict a
    join ticket t on t.id = a.ticket_id
    left join check_in c on c.ticket_id = a.ticket_id and c.undone_at is null
    where a.performance_id = $1 and ($2::uuid is null or a.id < $2) order by a.id desc limit $3`,
};
