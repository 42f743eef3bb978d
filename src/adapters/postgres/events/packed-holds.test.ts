import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type OpenDatabase, openDatabase } from '../../../../test/support/open-database.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { createIds } from '../../../kernel/ids.ts';
import { createSeededRandom, systemRandom } from '../../../kernel/random.ts';
import { type HoldRequest, reservationEvents } from '../../../modules/reservations/index.ts';
import { newEvent, type StoredEvent } from '../../../platform/events/event.ts';
import type { EventFeed } from '../../../platform/events/feed.ts';
import type { Database } from '../database.ts';
import { holdParameters } from '../reservations/hold-call.ts';
import { singleParameters } from '../reservations/single-hold.ts';
import { createPostgresEventFeed } from './event-feed.ts';
import { createEventTail } from './event-tail.ts';
import { appendEvents } from './outbox.ts';
import type { PackedHold } from './packed-holds.ts';

const AT = Date.UTC(2026, 0, 1, 9, 30, 0, 123);
const TRACE = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
const CREATED = new Set(['reservation.created']);
const ids = createIds(systemClock, systemRandom);

let database: Database;
let close: OpenDatabase['close'];

before(async () => {
  ({ database, close } = await openDatabase({ maxConnections: 6 }));
});
after(() => close());
beforeEach(() =>
  database.query('truncate event, event_consumer, event_mark, dead_letter, dead_letter_key restart identity'),
);

function hold(seatNo: number, trace?: string): PackedHold {
  const told = [ids.next(), ids.next(), ids.next(), [seatNo, seatNo + 1], 3, 1500, 60_000] as const;
  return trace === undefined ? told : [...told, trace];
}

/** One row for holds that were decided at once. */
async function pack(holds: readonly PackedHold[]): Promise<void> {
  await database.query(
    `insert into event (type, occurred_at, size, data) values ('reservation.created', $1, $2, $3)`,
    [new Date(AT), holds.length, JSON.stringify(holds)],
  );
}

const keysOf = (events: readonly StoredEvent[]) => events.map(({ subject }) => subject);
const reservationsOf = (holds: readonly PackedHold[]) => holds.map(([id]) => id);

async function startLog(more: { batchMax: number; onError?: (error: unknown) => void }): Promise<EventFeed> {
  const log = createPostgresEventFeed(database, {
    clock: systemClock,
    random: createSeededRandom(1),
    pollMs: 10,
    backoff: { baseMs: 1, maxMs: 8 },
    onError: assert.ifError,
    ...more,
  });
  await log.start();
  return log;
}

test('holds that share a row are read one by one, each with its key and an id of its own', async () => {
  const holds = [hold(1), hold(7, TRACE)];
  await pack(holds);
  const { events } = await createEventTail(database).readTail(0, CREATED);
  assert.deepEqual(
    events.map(({ id, position, version, occurredAt, trace }) => [id, position, version, occurredAt, trace]),
    [
      ['1.0', 1, 1, AT, undefined],
      ['1.1', 1, 1, AT, TRACE],
    ],
  );
  const [reservationId, performanceId, accountId] = holds[1]!;
  assert.deepEqual(events[1]!.data, {
    reservationId,
    performanceId,
    accountId,
    seatNos: [7, 8],
    epoch: 3,
    amount: 1500,
    expiresAt: new Date(AT + 60_000).toISOString(),
  });
  // What people and checks see is the same.
  const seen = await database.query<Record<string, unknown>>(
    'select type, version, key, trace, data from event_each order by position, n',
  );
  assert.deepEqual(
    seen,
    events.map(({ type, version, subject, trace = null, data }) => ({
      type,
      version,
      key: subject,
      trace,
      data,
    })),
  );
});

test('what the functions that hold seats save is what `newEvent` makes of it, whichever function it is', async () => {
  const performanceId = ids.next();
  const requests: readonly HoldRequest[] = [[3], [4, 9], [5]].map((seatNos, index) => ({
    reservationId: ids.next(),
    performanceId,
    accountId: ids.next(),
    seatNos,
    prices: seatNos.map(() => 700),
    amount: seatNos.length * 700,
    // Not a whole second, and beyond a month.
    holdTtlMs: 60_001 + index * 2_700_000_000,
    limitPerPerson: 4,
    ...(index === 0 ? {} : { trace: TRACE }),
  }));
  const [together, alone] = [requests.slice(0, 2), requests.slice(2)];
  await database.query(
    'select hold_seats($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
    holdParameters(together, AT),
  );
  await database.query(
    'select hold_seats_alone($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    singleParameters(alone[0]!, AT),
  );
  const { events } = await createEventTail(database).readTail(0, CREATED);
  const expected = requests.map(({ reservationId, accountId, seatNos, amount, holdTtlMs, trace }) =>
    newEvent(
      reservationEvents['reservation.created'],
      {
        reservationId,
        performanceId,
        accountId,
        seatNos: [...seatNos],
        epoch: 1,
        amount,
        expiresAt: new Date(AT + holdTtlMs).toISOString(),
      },
      { occurredAt: AT, trace },
    ),
  );
  assert.deepEqual(
    events.map(({ id: _id, position: _position, offset: _offset, ...envelope }) => envelope),
    expected,
  );
  assert.deepEqual(
    events.map(({ id, position, offset }) => [id, position, offset]),
    [
      ['1.0', 1, 1],
      ['1.1', 1, 1],
      ['2', 2, 2],
    ],
  );
});

test('no page ends between them, and none has many more than were asked for', async () => {
  const rows = [[hold(1), hold(2), hold(3)], [hold(4)], [hold(5), hold(6)]];
  for (const holds of rows) await pack(holds);
  const tail = createEventTail(database);
  const read = (from: number, limit: number) => tail.readPage({ after: from, end: 3, types: CREATED, limit });
  const one = await read(0, 2);
  assert.deepEqual([keysOf(one.events), one.end], [reservationsOf(rows[0]!), 1]);
  const second = await read(1, 2);
  assert.deepEqual([keysOf(second.events), second.end], [reservationsOf(rows.slice(1).flat()), 3]);
  const all = await read(0, 100);
  assert.deepEqual([keysOf(all.events), all.end], [reservationsOf(rows.flat()), 3]);
});

test('a tail of full rows is read in parts', async () => {
  const rows = Array.from({ length: 5 }, () => Array.from({ length: 400 }, (_, no) => hold(no)));
  for (const holds of rows) await pack(holds);
  const tail = createEventTail(database);
  const first = await tail.readTail(0, CREATED);
  assert.deepEqual([first.end, first.events.length, first.againMs], [3, 1_200, 0]);
  const second = await tail.readTail(first.end, CREATED);
  assert.deepEqual([second.end, second.events.length, second.againMs], [5, 800, undefined]);
  const others = await tail.readTail(0, new Set(['thing.happened']));
  assert.deepEqual([others.end, others.events], [3, []]);
});

test('a consumer with small batches takes each of them once, in order, from memory and from the table', async () => {
  const rows = Array.from({ length: 8 }, (_, no) => Array.from({ length: 1 + (no % 4) }, () => hold(no)));
  for (const holds of rows.slice(0, 4)) await pack(holds);
  const log = await startLog({ batchMax: 2 });
  const taken: string[] = [];
  const subscription = log.subscribe({
    kind: 'durable',
    name: 'taking',
    types: [reservationEvents['reservation.created']],
    apply: (events) => Promise.resolve(void taken.push(...keysOf(events))),
  });
  await subscription.reached(await log.now());
  for (const holds of rows.slice(4)) await pack(holds);
  await subscription.reached(await log.now());
  const { position, events } = log.stats();
  assert.deepEqual([position, events], [8, rows.slice(4).flat().length]);
  await log.stop();
  assert.deepEqual(taken, reservationsOf(rows.flat()));
});

test('one of them that fails holds up its row, with pauses, and what stands before takes effect', async () => {
  const first = hold(1);
  const row = [hold(2), hold(3), hold(4)];
  const poisoned = row[1]![0];
  await database.transaction((tx) =>
    appendEvents(tx, [
      {
        type: 'reservation.created',
        version: 1,
        subject: first[0],
        partitionKey: first[1],
        occurredAt: AT,
        data: { seatNos: [1] },
      },
    ]),
  );
  await pack(row);
  const errors: unknown[] = [];
  const log = await startLog({ batchMax: 500, onError: (error) => void errors.push(error) });
  const effective: string[] = [];
  const attempts: number[] = [];
  let isHealed = false;
  const subscription = log.subscribe({
    kind: 'durable',
    name: 'poisoned',
    types: [reservationEvents['reservation.created']],
    retry: { onPoison: 'wait', because: 'the row is what this test looks at' },
    async apply(events) {
      attempts.push(events.length);
      if (!isHealed && keysOf(events).includes(poisoned)) {
        if (attempts.length > 6) isHealed = true;
        throw new Error('cannot');
      }
      effective.push(...keysOf(events));
    },
  });
  await subscription.reached(await log.now());
  await log.stop();
  assert.deepEqual(effective, [first[0], ...reservationsOf(row)]);
  assert.deepEqual(attempts.slice(0, 4), [4, 4, 1, 3]);
  assert.equal(errors.length, attempts.length - 2);
});

test('several of them that fail are parked, each by itself, and the others of their row take effect', async () => {
  const row = [hold(1), hold(2), hold(3), hold(4)];
  const poisoned = [row[1]![0], row[3]![0]];
  await pack(row);
  const log = await startLog({ batchMax: 500, onError: () => undefined });
  const effective: string[] = [];
  const subscription = log.subscribe({
    kind: 'durable',
    name: 'poisoned',
    types: [reservationEvents['reservation.created']],
    async apply(events) {
      if (keysOf(events).some((key) => poisoned.includes(key))) throw new Error('cannot');
      effective.push(...keysOf(events));
    },
  });
  await subscription.reached(await log.now());
  await log.stop();
  assert.deepEqual(effective, [row[0]![0], row[2]![0]]);
  const parked = await database.query<{ state: string; subject: string }>(
    `select state, event ->> 'subject' as subject from dead_letter order by seq`,
  );
  assert.deepEqual(
    parked.map(({ state, subject }) => [state, subject]),
    poisoned.map((subject) => ['parked', subject]),
  );
});
