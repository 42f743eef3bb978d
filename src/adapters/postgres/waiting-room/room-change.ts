import { Fault } from '../../../kernel/faults.ts';
import { type LineChange, type RoomChange, waitingRoomEvents } from '../../../modules/waiting-room/index.ts';
import { type DomainEvent, newEvent } from '../../../platform/events/event.ts';
import type { Queryable, Statement } from '../database.ts';
import { isUniqueViolation, sqlState } from '../errors.ts';
import { appendEvents } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';

/** One statement of a step. */
type Part = (tx: Queryable) => Promise<unknown>;

// A room that another process has made meanwhile is not ours: nothing is changed, and the division fails.
const SET: Statement = {
  name: 'room-set',
  text: `with r as (
      insert into room (performance_id, state, rate_per_second, concurrency, grace_ms, updated_at, version, holder,
        rate_before)
      values ($1, $2, $3, $4, $7, to_timestamp($5::float8 / 1000), $8, $9, $10)
      on conflict (performance_id) do update set state = excluded.state,
        rate_per_second = excluded.rate_per_second, concurrency = excluded.concurrency,
        grace_ms = excluded.grace_ms, updated_at = excluded.updated_at, version = excluded.version,
        rate_before = excluded.rate_before
      where room.holder is not distinct from excluded.holder
      returning performance_id),
    s as (
    insert into room_setting (performance_id, state, rate_per_second, concurrency, changed_at, changed_by, grace_ms)
    select $1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6::uuid, $7 from r)
    select 1 / (select count(*) from r)`,
};

const REVIVE: Statement = {
  name: 'room-revive',
  text: 'update room set retired_at = null where performance_id = any ($1::uuid[])',
};

// Rooms are named once and then by their place, from 1: thousands of rows carry small numbers, not ids.
const JOIN: Statement = {
  name: 'room-join',
  text: `insert into room_entry (performance_id, number, account_id, joined_at)
    select ($1::uuid[])[j.room], j.number, j.account_id, to_timestamp($5::float8 / 1000)
    from unnest($2::int[], $3::int[], $4::uuid[]) as j (room, number, account_id)`,
};

// Every row must be found live: else memory and store have diverged, and the whole step must not happen. The
// division by zero makes it fail within the one statement, so that a step of admission is one round trip.
const UPDATE: Statement = {
  name: 'room-update',
  text: `with updated as (
      update room_entry e set status = u.status,
        admitted_at = case when u.status > 0 then coalesce(to_timestamp(u.admitted / 1000), e.admitted_at) end,
        pass_expires_at = case when u.status > 0 then coalesce(to_timestamp(u.expires / 1000), e.pass_expires_at) end,
        picked_up_at = case when u.status > 0 then coalesce(to_timestamp(u.picked_up / 1000), e.picked_up_at) end,
        ended_at = coalesce(to_timestamp(u.ended / 1000), e.ended_at)
      from unnest($2::int[], $3::int[], $4::smallint[], $5::float8[], $6::float8[], $7::float8[], $8::float8[])
        as u (room, number, status, admitted, expires, picked_up, ended)
      where e.performance_id = ($1::uuid[])[u.room] and e.number = u.number and e.status < 2
      returning 1)
    select 1 / (case when count(*) = cardinality($3::int[]) then 1 else 0 end) from updated`,
};

const MISS: Statement = {
  name: 'room-miss',
  text: `insert into room_missed_admission (performance_id, number, admitted_at, given_up_at)
    select ($1::uuid[])[m.room], m.number, to_timestamp(m.admitted / 1000), to_timestamp($5::float8 / 1000)
    from unnest($2::int[], $3::int[], $4::float8[]) as m (room, number, admitted)`,
};

const PASS_OVER: Statement = {
  name: 'room-pass-over',
  text: `insert into room_absence (performance_id, number, passed_over_at)
    select ($1::uuid[])[a.room], a.number, to_timestamp($4::float8 / 1000)
    from unnest($2::int[], $3::int[]) as a (room, number)`,
};

const RETURN: Statement = {
  name: 'room-return',
  text: `update room_absence r set returned_at = to_timestamp($4::float8 / 1000)
    from unnest($2::int[], $3::int[]) as a (room, number)
    where r.performance_id = ($1::uuid[])[a.room] and r.number = a.number and r.returned_at is null`,
};

const SPEND: Statement = {
  name: 'room-spend',
  text: `insert into spent_pass as s (performance_id, account_id, spent_at)
    select ($1::uuid[])[p.room], p.account_id, to_timestamp(p.at / 1000)
    from unnest($2::int[], $3::uuid[], $4::float8[]) as p (room, account_id, at)
    on conflict (performance_id, account_id) do update set spent_at = greatest(s.spent_at, excluded.spent_at)`,
};

/** The statements that store a step, as few as it needs: one for joins alone, one for admissions alone. */
export function partsOf(change: LineChange, holder: number | null): readonly Part[] {
  const { rooms, at } = change;
  const ids = array(rooms.map((room) => room.performanceId));
  const parts: Part[] = rooms.flatMap((room) => settingParts(room, holder));
  const revived = rooms.filter((room) => room.revived).map((room) => room.performanceId);
  if (revived.length > 0) parts.push((tx) => tx.query(REVIVE, [array(revived)]));
  const joins = joinColumns(rooms);
  if (joins) parts.push((tx) => tx.query(JOIN, [ids, ...joins, at]));
  const updates = updateColumns(rooms);
  if (updates) parts.push((tx) => tx.query(UPDATE, [ids, ...updates]));
  const missed = missedColumns(rooms);
  if (missed) parts.push((tx) => tx.query(MISS, [ids, ...missed, at]));
  const passedOver = numberColumns(rooms, (room) => room.passedOver);
  if (passedOver) parts.push((tx) => tx.query(PASS_OVER, [ids, ...passedOver, at]));
  const returned = numberColumns(rooms, (room) => room.returned);
  if (returned) parts.push((tx) => tx.query(RETURN, [ids, ...returned, at]));
  const spent = spentColumns(rooms);
  if (spent) parts.push((tx) => tx.query(SPEND, [ids, ...spent]));
  if (change.results.length > 0) parts.push((tx) => saveResults(tx, change.results));
  const events = rooms.flatMap((room) => settingEvents(room));
  if (events.length > 0) parts.push((tx) => appendEvents(tx, events));
  return parts;
}

/** An error of the statements above that only a line in memory gone wrong can cause. */
export function asDivergence(error: unknown): unknown {
  const isDivergence = sqlState(error) === '22012' || isUniqueViolation(error, 'room_entry_pkey');
  if (!isDivergence) return error;
  return new Fault('room_line_diverged', 'the line in memory is not the one that is stored', {
    cause: error,
  });
}

function settingParts({ performanceId, settings }: RoomChange, holder: number | null): readonly Part[] {
  if (!settings) return [];
  const { value, version, at, changedBy } = settings;
  const { state, ratePerSecond, concurrency, graceMs, rateBefore = null } = value;
  const values = [performanceId, state, ratePerSecond, concurrency, at, changedBy, graceMs, version, holder];
  return [(tx) => tx.query(SET, [...values, rateBefore])];
}

function settingEvents({ performanceId, settings }: RoomChange): readonly DomainEvent[] {
  if (!settings) return [];
  const { at, changedBy } = settings;
  const { rateBefore: _lent, ...value } = settings.value;
  const data = { performanceId, ...value, changedBy };
  return [newEvent(waitingRoomEvents['room.changed'], data, { occurredAt: at })];
}

// The driver quotes every element of an array; ids and numbers need none, and joining them is ten times cheaper.
function array(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}

function joinColumns(rooms: readonly RoomChange[]): readonly string[] | undefined {
  const [places, numbers, accounts]: [number[], number[], string[]] = [[], [], []];
  rooms.forEach(({ joins }, index) => {
    joins?.accountIds.forEach((accountId, offset) => {
      places.push(index + 1);
      numbers.push(joins.firstNumber + offset);
      accounts.push(accountId);
    });
  });
  return places.length > 0 ? [array(places), array(numbers), array(accounts)] : undefined;
}

function updateColumns(rooms: readonly RoomChange[]): readonly string[] | undefined {
  const columns: (string | number)[][] = [[], [], [], [], [], [], []];
  rooms.forEach(({ updates }, index) => {
    for (const update of updates ?? []) {
      columns[0]!.push(index + 1);
      columns[1]!.push(update.number);
      columns[2]!.push(update.status);
      columns[3]!.push(update.admittedAt ?? 'null');
      columns[4]!.push(update.passExpiresAt ?? 'null');
      columns[5]!.push(update.pickedUpAt ?? 'null');
      columns[6]!.push(update.endedAt ?? 'null');
    }
  });
  return columns[0]!.length > 0 ? columns.map((column) => array(column)) : undefined;
}

function missedColumns(rooms: readonly RoomChange[]): readonly string[] | undefined {
  const [places, numbers, times]: [number[], number[], number[]] = [[], [], []];
  rooms.forEach(({ missed }, index) => {
    for (const { number, admittedAt } of missed ?? []) {
      places.push(index + 1);
      numbers.push(number);
      times.push(admittedAt);
    }
  });
  return places.length > 0 ? [array(places), array(numbers), array(times)] : undefined;
}

function numberColumns(
  rooms: readonly RoomChange[],
  select: (room: RoomChange) => readonly number[] | undefined,
): readonly string[] | undefined {
  const [places, numbers]: [number[], number[]] = [[], []];
  rooms.forEach((room, index) => {
    for (const number of select(room) ?? []) {
      places.push(index + 1);
      numbers.push(number);
    }
  });
  return places.length > 0 ? [array(places), array(numbers)] : undefined;
}

function spentColumns(rooms: readonly RoomChange[]): readonly string[] | undefined {
  const [places, accounts, times]: [number[], string[], number[]] = [[], [], []];
  rooms.forEach(({ spent }, index) => {
    for (const { accountId, at } of spent ?? []) {
      places.push(index + 1);
      accounts.push(accountId);
      times.push(at);
    }
  });
  return places.length > 0 ? [array(places), array(accounts), array(times)] : undefined;
}
