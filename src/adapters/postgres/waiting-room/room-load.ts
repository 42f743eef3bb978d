import type {
  EndedStatus,
  EntryChunk,
  PastChunk,
  RoomState,
  StoredRoom,
} from '../../../modules/waiting-room/index.ts';
import type { Queryable } from '../database.ts';

const ACCOUNT_BYTES = 16;
/** An account and a number of four bytes, or a status of two. */
const WAITING_BYTES = ACCOUNT_BYTES + 4;
const ENDED_BYTES = ACCOUNT_BYTES + 2;
/** See room-settling.ts. */
const SETTLED_TO = '(select settled_to from room where performance_id = $1)';

type HeaderRow = {
  state: RoomState;
  rate_per_second: number;
  concurrency: number;
  version: number;
  grace_ms: number;
  rate_before: number | null;
  changed_at: number;
  settled_to: number;
  last_number: number;
  admitted_total: number;
  last_at: number;
};

const HEADER = `select r.state, r.rate_per_second, r.concurrency, r.grace_ms, r.rate_before,
    r.version,
    ${ms('r.updated_at')} as changed_at, r.settled_to, greatest(r.settled_to, e.last_number) as last_number,
    r.settled_admitted + e.admitted_total + m.missed as admitted_total,
    greatest(e.last_at, m.last_at, ${ms('r.settled_at')}) as last_at
  from room r cross join lateral (
    select coalesce(max(number), 0) as last_number, count(admitted_at) as admitted_total,
      coalesce(${ms('max(greatest(joined_at, admitted_at, ended_at))')}, 0) as last_at
    from room_entry where performance_id = r.performance_id and number > r.settled_to) e
  cross join lateral (
    select count(*) as missed, coalesce(${ms('max(given_up_at)')}, 0) as last_at
    from room_missed_admission where performance_id = r.performance_id) m
  where r.performance_id = $1`;

const LAST_ADMISSIONS = `select ${ms('admitted_at')} as at, count(*) as count
  from (
    select admitted_at, max(admitted_at) over () as last_at from (
      select admitted_at from room_entry
        where performance_id = $1 and number > ${SETTLED_TO} and admitted_at is not null
      union all select admitted_at from room_missed_admission where performance_id = $1) a) b
  where admitted_at >= last_at - interval '1 second'
  group by admitted_at order by admitted_at`;

// As bytes, 20 a person: a million rows of columns would take the driver seconds and hundreds of megabytes.
const WAITING = `select string_agg(uuid_send(account_id) || int4send(number), ''::bytea order by number) as entries
  from room_entry where performance_id = $1 and number > $2 and number <= $3 and status = 0`;

const ENDED = `select string_agg(uuid_send(account_id) || int2send(status), ''::bytea order by ended_at, number) as entries
  from (
    select account_id, number, status, ended_at from room_entry
      where performance_id = $1 and number > $2 and status > 1
      order by ended_at desc, number desc limit $3) e`;

const ADMITTED = `select number, account_id, ${ms('admitted_at')} as admitted, ${ms('pass_expires_at')} as expires,
    picked_up_at is not null as picked_up
  from room_entry where performance_id = $1 and number > ${SETTLED_TO} and status = 1 order by number`;

const PASSED_OVER = `select distinct a.number from room_absence a
  join room_entry e on e.performance_id = a.performance_id and e.number = a.number
  where a.performance_id = $1 and a.returned_at is null and e.status = 0`;

const SPENT = `select account_id as "accountId", ${ms('spent_at')} as at from spent_pass where performance_id = $1`;

export async function readWaitingFrom(
  query: Queryable,
  performanceId: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<EntryChunk> {
  const [row] = await query.query<{ entries: Buffer | null }>(WAITING, [performanceId, after, upTo]);
  return readWaiting(row?.entries ?? Buffer.alloc(0));
}

export async function readEndedFrom(
  query: Queryable,
  performanceId: string,
  { after, most }: { readonly after: number; readonly most: number },
): Promise<PastChunk> {
  const [row] = await query.query<{ entries: Buffer | null }>(ENDED, [performanceId, after, most]);
  return readEnded(row?.entries ?? Buffer.alloc(0));
}

/** A room without its live entries. */
export async function readRoomFrom(query: Queryable, performanceId: string): Promise<StoredRoom | undefined> {
  const [header] = await query.query<HeaderRow>(HEADER, [performanceId]);
  if (!header) return undefined;
  const passedOver = await query.query<{ number: number }>(PASSED_OVER, [performanceId]);
  return {
    performanceId,
    settings: {
      state: header.state,
      ratePerSecond: header.rate_per_second,
      concurrency: header.concurrency,
      graceMs: header.grace_ms,
      ...(header.rate_before === null ? {} : { rateBefore: header.rate_before }),
    },
    version: header.version,
    changedAt: header.changed_at,
    settledTo: header.settled_to,
    lastNumber: header.last_number,
    admittedTotal: header.admitted_total,
    lastAt: header.last_at,
    lastAdmissions: await query.query<{ at: number; count: number }>(LAST_ADMISSIONS, [performanceId]),
    passedOver: passedOver.map((row) => row.number),
    spent: await query.query<{ accountId: string; at: number }>(SPENT, [performanceId]),
  };
}

/** Epoch milliseconds of a timestamp, whole as they were stored. */
function ms(timestamp: string): string {
  return `(extract(epoch from ${timestamp}) * 1000)::float8`;
}

function readWaiting(entries: Buffer): EntryChunk {
  const count = entries.length / WAITING_BYTES;
  const chunk = emptyChunk(count);
  for (let i = 0; i < count; i++) {
    readAccount(chunk.accounts, i, entries, i * WAITING_BYTES);
    chunk.numbers[i] = entries.readUInt32BE(i * WAITING_BYTES + ACCOUNT_BYTES);
  }
  return chunk;
}

function readEnded(entries: Buffer): PastChunk {
  const count = entries.length / ENDED_BYTES;
  const accounts = new Uint32Array(count * 4);
  const statuses: EndedStatus[] = [];
  for (let i = 0; i < count; i++) {
    readAccount(accounts, i, entries, i * ENDED_BYTES);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the statement selects them
    statuses.push(entries.readUInt16BE(i * ENDED_BYTES + ACCOUNT_BYTES) as EndedStatus);
  }
  return { accounts, statuses };
}

function readAccount(accounts: Uint32Array, index: number, bytes: Buffer, at = 0): void {
  for (let word = 0; word < 4; word++) accounts[index * 4 + word] = bytes.readUInt32BE(at + word * 4);
}

type AdmittedRow = {
  number: number;
  account_id: string;
  admitted: number;
  expires: number;
  picked_up: boolean;
};

export async function readAdmittedFrom(query: Queryable, performanceId: string): Promise<EntryChunk> {
  const rows = await query.query<AdmittedRow>(ADMITTED, [performanceId]);
  const chunk = emptyChunk(rows.length);
  for (const [i, row] of rows.entries()) {
    readAccount(chunk.accounts, i, Buffer.from(row.account_id.replaceAll('-', ''), 'hex'));
    chunk.numbers[i] = row.number;
    chunk.admittedAt.push(row.admitted);
    chunk.passExpiresAt.push(row.expires);
    chunk.isPickedUp.push(row.picked_up);
  }
  return chunk;
}

function emptyChunk(count: number) {
  return {
    count,
    numbers: new Uint32Array(count),
    accounts: new Uint32Array(count * 4),
    admittedAt: [] as number[],
    passExpiresAt: [] as number[],
    isPickedUp: [] as boolean[],
  };
}
