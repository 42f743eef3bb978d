import {
  checkAdmissionLog,
  type LoggedEntry,
  type LoggedSetting,
  type RoomState,
} from '../../../modules/waiting-room/index.ts';
import type { Queryable } from '../database.ts';
import type { CheckedInvariant } from './invariant.ts';

/** Rows read at once: a room can have a million entries. */
const ROWS_MAX = 50_000;

const SHOWN_MAX = 5;

const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;

/** Also when no room could be looked at: a report always has the same lines. */
export function lineInvariantNames(): readonly string[] {
  return checkAdmissionLog([], []).map((finding) => finding.name);
}

/** Invariant 4, for each room that anyone ever joined: what is found wrong anywhere is a breach. */
export async function runLineInvariants(snapshot: Queryable): Promise<readonly CheckedInvariant[]> {
  const rooms = await snapshot.query<{ id: string }>(
    'select performance_id as id from room union select distinct performance_id from room_entry order by 1',
  );
  const found = new Map<string, { checked: number; breaches: string[] }>();
  for (const { id } of rooms) {
    const entries = await readEntries(snapshot, id);
    const settings = await readSettings(snapshot, id);
    for (const { name, ok, checked, detail } of checkAdmissionLog(entries, settings)) {
      const sum = found.get(name) ?? { checked: 0, breaches: [] };
      sum.checked += checked;
      if (!ok) sum.breaches.push(`room ${id}: ${detail}`);
      found.set(name, sum);
    }
  }
  return lineInvariantNames().map((name) => {
    const { checked, breaches } = found.get(name) ?? { checked: 0, breaches: [] };
    const detail = breaches.length === 0 ? 'no breach' : breaches.slice(0, SHOWN_MAX).join('; ');
    return { name, ok: breaches.length === 0, checked, detail };
  });
}

async function readSettings(snapshot: Queryable, room: string): Promise<readonly LoggedSetting[]> {
  const rows = await snapshot.query<{
    at: number;
    state: RoomState;
    rate: number;
    concurrency: number;
    grace: number;
  }>(
    `select ${MS('changed_at')} as at, state, rate_per_second as rate, concurrency, grace_ms as grace
      from room_setting where performance_id = $1 order by changed_at`,
    [room],
  );
  return rows.map(({ at, state, rate, concurrency, grace }) => ({
    changedAt: at,
    state,
    ratePerSecond: rate,
    concurrency,
    graceMs: grace,
  }));
}

type EntryRow = {
  number: number;
  account: string;
  joined: number;
  status: number;
  admitted: number | null;
  pass: number | null;
  ended: number | null;
};

async function readEntries(snapshot: Queryable, room: string): Promise<readonly LoggedEntry[]> {
  const absences = await readAbsences(snapshot, room);
  const missed = await readMissed(snapshot, room);
  const entries: LoggedEntry[] = [];
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await snapshot.query<EntryRow>(
      `select number, account_id as account, status, ${MS('joined_at')} as joined,
          ${MS('admitted_at')} as admitted, ${MS('pass_expires_at')} as pass, ${MS('ended_at')} as ended
        from room_entry where performance_id = $1 and number > $2 order by number limit ${ROWS_MAX}`,
      [room, Math.max(after, -(2 ** 31))],
    );
    for (const row of rows)
      entries.push(toEntry(row, { absences: absences.get(row.number), missed: missed.get(row.number) }));
    if (rows.length < ROWS_MAX) return entries;
    after = rows.at(-1)!.number;
  }
}

type Absences = NonNullable<LoggedEntry['absences']>;

type Missed = NonNullable<LoggedEntry['missed']>;
type Interruptions = { readonly absences: Absences | undefined; readonly missed: Missed | undefined };

function toEntry(row: EntryRow, { absences, missed }: Interruptions): LoggedEntry {
  return {
    number: row.number,
    accountId: row.account,
    joinedAt: row.joined,
    status: row.status,
    admittedAt: row.admitted,
    passExpiresAt: row.pass,
    endedAt: row.ended,
    ...(absences ? { absences } : {}),
    ...(missed ? { missed } : {}),
  };
}

async function readAbsences(snapshot: Queryable, room: string): Promise<ReadonlyMap<number, Absences>> {
  const rows = await snapshot.query<{ number: number; from: number; until: number | null }>(
    `select number, ${MS('passed_over_at')} as "from", ${MS('returned_at')} as until
      from room_absence where performance_id = $1 order by number, passed_over_at`,
    [room],
  );
  const byNumber = new Map<number, { from: number; until: number | null }[]>();
  for (const { number, from, until } of rows) {
    const known = byNumber.get(number);
    if (known) known.push({ from, until });
    else byNumber.set(number, [{ from, until }]);
  }
  return byNumber;
}

async function readMissed(snapshot: Queryable, room: string): Promise<ReadonlyMap<number, Missed>> {
  const rows = await snapshot.query<{ number: number; admittedAt: number; givenUpAt: number }>(
    `select number, ${MS('admitted_at')} as "admittedAt", ${MS('given_up_at')} as "givenUpAt"
      from room_missed_admission where performance_id = $1 order by number, admitted_at`,
    [room],
  );
  return Map.groupBy(rows, ({ number }) => number);
}
