import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { type OpenDatabase, openDatabase } from '../../../../test/support/open-database.ts';
import type { FeedLane } from '../../../platform/events/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { createEventTail } from './event-tail.ts';
import { appendEvents } from './outbox.ts';

const KEY = '0198c0de-0000-7000-8000-000000000001';
const TYPES = new Set(['thing.happened']);
const CONNECTIONS = 4;

let database: Database;
let close: OpenDatabase['close'];
let clients: PoolClient[];

before(async () => {
  ({ database, close } = await openDatabase({ maxConnections: CONNECTIONS + 2 }));
});
after(() => close());
beforeEach(async () => {
  await database.query('truncate event restart identity');
  clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => database.connect()));
});
afterEach(async () => {
  for (const client of clients) {
    await client.query('rollback');
    client.release();
  }
});

function on(index: number): Queryable {
  const client = clients[index]!;
  return {
    query: async (statement, values) =>
      (
        await client.query({
          ...(typeof statement === 'string' ? { text: statement } : statement),
          values: [...(values ?? [])],
        })
      ).rows,
  };
}

async function append(tx: Queryable, ...serials: number[]): Promise<void> {
  const events = serials.map((serial) => ({
    type: 'thing.happened',
    version: 1,
    subject: KEY,
    partitionKey: KEY,
    occurredAt: 1_767_225_600_000,
    data: { serial },
  }));
  await appendEvents(tx, events);
}

/** Follows the tail as the reader does, and keeps what it was given. */
class Reader {
  readonly serials: number[] = [];
  readonly positions: number[] = [];
  readonly #source: FeedLane;
  #after = 0;
  #isOpen = false;

  constructor(source: FeedLane = createEventTail(database)) {
    this.#source = source;
  }

  async open(): Promise<number> {
    this.#after = await this.#source.open();
    this.#isOpen = true;
    return this.#after;
  }

  /** Reads until the log says that there is nothing to ask for, or that somebody must end first. */
  async read(waitsMax = 6): Promise<readonly number[]> {
    if (!this.#isOpen) await this.open();
    for (let waits = 0; waits < waitsMax; ) {
      const page = await this.#source.readTail(this.#after, TYPES);
      for (const one of page.events) {
        this.positions.push(one.position);
        this.serials.push((one.data as { serial: number }).serial);
      }
      this.#after = page.end;
      if (page.againMs === undefined) break;
      if (page.againMs > 0) waits += 1;
    }
    return this.serials;
  }
}

describe('the tail of the event table', () => {
  test('gives out what has committed, at once, whatever else is open', async () => {
    const reader = new Reader();
    await reader.open();
    await on(0).query('begin');
    await on(0).query('create temporary table busy on commit drop as select pg_current_xact_id()');
    await append(database, 1, 2);
    assert.deepEqual(await reader.read(), [1, 2]);
  });

  test('waits for a smaller position that commits later, and keeps the order', async () => {
    const reader = new Reader();
    await reader.open();
    for (const client of [0, 1, 2]) {
      await on(client).query('begin');
      await append(on(client), client);
    }
    await on(2).query('commit');
    assert.deepEqual(await reader.read(), []);
    await on(0).query('commit');
    assert.deepEqual(await reader.read(), [0]);
    await on(1).query('commit');
    assert.deepEqual(await reader.read(), [0, 1, 2]);
  });

  test('passes over what was rolled back, in the middle and by savepoint', async () => {
    const reader = new Reader();
    await reader.open();
    await on(0).query('begin');
    await append(on(0), 1);
    await on(0).query('savepoint s');
    await append(on(0), 2);
    await on(0).query('rollback to savepoint s');
    await append(on(0), 3);
    await on(1).query('begin');
    await append(on(1), 4, 5, 6);
    await on(1).query('rollback');
    await append(database, 7);
    await on(0).query('commit');
    assert.deepEqual(await reader.read(), [1, 3, 7]);
    assert.deepEqual(reader.positions, [1, 3, 7]);
  });

  test('a transaction that stays open holds up what came after it, and nothing is lost when it ends', async () => {
    const reader = new Reader();
    await append(database, 1);
    await reader.open();
    await on(0).query('begin');
    await append(on(0), 2);
    for (let serial = 3; serial < 150; serial++) await append(database, serial);
    for (let look = 0; look < 5; look++) assert.deepEqual(await reader.read(), []);
    await on(0).query('commit');
    const rest = Array.from({ length: 148 }, (_, index) => index + 2);
    assert.deepEqual(await reader.read(), rest);
  });

  test('a connection that is cut while it writes counts as rolled back', async () => {
    const reader = new Reader();
    await reader.open();
    const doomed = await database.connect();
    const lost = new Promise((resolve) => doomed.on('error', resolve));
    await doomed.query('begin');
    await doomed.query(`insert into event (type, key, occurred_at, data)
      values ('thing.happened', '${KEY}', now(), '{"serial": 1}')`);
    await append(database, 2);
    const { rows } = await doomed.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.query('select pg_terminate_backend($1, 5000)', [rows[0]!.pid]);
    await lost;
    doomed.release(true);
    assert.deepEqual(await reader.read(), [2]);
  });

  test('passes a hole that nobody ever drew, as a crash of the server leaves behind', async () => {
    const reader = new Reader();
    await append(database, 1);
    await reader.open();
    await database.query(`select setval('event_position_seq', 33)`);
    await append(database, 2);
    assert.deepEqual(await reader.read(), [2]);
    assert.deepEqual(reader.positions, [34]);
  });

  test('begins at the end of the log when nobody is writing', async () => {
    await append(database, 1, 2, 3);
    assert.equal(await new Reader().open(), 3);
  });

  test('begins where the foremost consumer stands when somebody is writing', async () => {
    await append(database, 1, 2, 3);
    await database.query(`insert into event_consumer (name, feed, position)
      values ('a', 'postgres', 2), ('b', 'postgres', 1), ('c', 'another', 9)`);
    await on(0).query('begin');
    await append(on(0), 4);
    await append(database, 5);
    const reader = new Reader();
    assert.equal(await reader.open(), 2);
    assert.deepEqual(await reader.read(), [3]);
    await on(0).query('commit');
    assert.deepEqual(await reader.read(), [3, 4, 5]);
    await database.query('delete from event_consumer');
  });

  test('a page ends where it was asked to, or at its last event where the limit cut it', async () => {
    await append(database, 1, 2, 3, 4, 5);
    const source = createEventTail(database);
    const cut = await source.readPage({ after: 1, end: 5, types: TYPES, limit: 2 });
    assert.deepEqual([cut.end, cut.events.map((one) => one.position)], [3, [2, 3]]);
    const whole = await source.readPage({ after: 3, end: 4, types: TYPES, limit: 10 });
    assert.deepEqual([whole.end, whole.events.map((one) => one.position)], [4, [4]]);
    const none = await source.readPage({ after: 0, end: 5, types: new Set(['other']), limit: 10 });
    assert.deepEqual([none.end, none.events.length], [5, 0]);
  });
});

type Step = { client: number; act: 'append' | 'savepoint' | 'undo' | 'commit' | 'rollback' };

/** What a transaction has appended, with marks where a savepoint stands. */
type Open = { serials: number[]; savepoints: number[] };

class Model {
  readonly committed: number[] = [];
  readonly #open: (Open | undefined)[] = [];
  #serial = 0;

  async run({ client, act }: Step): Promise<void> {
    const tx = on(client);
    const open = this.#open[client];
    if (!open) {
      if (act !== 'append') return;
      await tx.query('begin');
      this.#open[client] = { serials: [], savepoints: [] };
      return this.run({ client, act });
    }
    if (act === 'append') {
      const serials = [++this.#serial, ++this.#serial];
      await append(tx, ...serials);
      open.serials.push(...serials);
    } else if (act === 'savepoint') {
      await tx.query('savepoint s');
      open.savepoints.push(open.serials.length);
    } else if (act === 'undo') {
      const length = open.savepoints.pop();
      if (length === undefined) return;
      await tx.query('rollback to savepoint s; release savepoint s');
      open.serials.length = length;
    } else {
      await tx.query(act);
      if (act === 'commit') this.committed.push(...open.serials);
      this.#open[client] = undefined;
    }
  }
}

const steps = fc.array(
  fc.record({
    client: fc.nat({ max: CONNECTIONS - 1 }),
    act: fc.constantFrom<Step['act'][]>(
      'append',
      'append',
      'append',
      'commit',
      'commit',
      'rollback',
      'savepoint',
      'undo',
    ),
  }),
  { minLength: 5, maxLength: 40 },
);

test('under any interleaving a reader gets exactly what committed, by position, and never too early', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat({ max: 3 }), async (plan, readEvery) => {
      await database.query('truncate event restart identity');
      const model = new Model();
      const reader = new Reader();
      await reader.open();
      for (const [index, step] of plan.entries()) {
        await model.run(step);
        if (readEvery > 0 && index % readEvery === 0) {
          const given = await reader.read(2);
          const committed = new Set(model.committed);
          assert.ok(
            given.every((serial) => committed.has(serial)),
            'something was given out before its commit',
          );
        }
      }
      for (let client = 0; client < CONNECTIONS; client++) await model.run({ client, act: 'commit' });
      await sleep(1);
      const given = await reader.read(20);
      assert.deepEqual(
        given.toSorted((a, b) => a - b),
        model.committed.toSorted((a, b) => a - b),
      );
      assert.deepEqual(
        reader.positions,
        reader.positions.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 60 },
  );
});
