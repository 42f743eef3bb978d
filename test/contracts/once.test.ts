import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { runOnce } from '../../src/adapters/postgres/once.ts';
import { type OpenDatabase, openDatabase } from '../support/open-database.ts';

describe('work that is done once for a database', () => {
  let database: Database;
  let close: OpenDatabase['close'];

  before(async () => {
    ({ database, close } = await openDatabase());
    await database.query('create table trace (step text)');
  });

  beforeEach(async () => {
    await database.query('truncate trace, done_once');
  });

  after(() => close());

  const leave = (inside: Pick<Database, 'query'>, step: string) =>
    inside.query('insert into trace values ($1)', [step]);
  const traces = async () =>
    (await database.query<{ step: string }>('select step from trace')).map((row) => row.step);

  test('is done the first time, and never again', async () => {
    assert.equal(
      await runOnce(database, 'work', async (inside) => void (await leave(inside, 'first'))),
      true,
    );
    assert.equal(
      await runOnce(database, 'work', async (inside) => void (await leave(inside, 'second'))),
      false,
    );
    assert.deepEqual(await traces(), ['first']);
  });

  test('is done once, however many begin it together', async () => {
    const starts = Array.from({ length: 5 }, (_, index) =>
      runOnce(database, 'work', async (inside) => void (await leave(inside, `from ${index}`))),
    );
    const ran = await Promise.all(starts);
    assert.equal(ran.filter(Boolean).length, 1);
    assert.equal((await traces()).length, 1);
  });

  test('leaves nothing behind when it throws, and is done by the next', async () => {
    const failing = runOnce(database, 'work', async (inside) => {
      await inside.transaction((tx) => leave(tx, 'half'));
      throw new Error('no further');
    });
    await assert.rejects(failing, /no further/);
    assert.deepEqual(await traces(), []);
    assert.equal(
      await runOnce(database, 'work', async (inside) => void (await leave(inside, 'whole'))),
      true,
    );
    assert.deepEqual(await traces(), ['whole']);
  });

  test('leaves nothing behind when its session is ended in the middle', async () => {
    const cut = runOnce(database, 'work', async (inside) => {
      await leave(inside, 'half');
      const [session] = await inside.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.query('select pg_terminate_backend($1, 5000)', [session?.pid]);
      await leave(inside, 'never');
    });
    await assert.rejects(cut);
    assert.deepEqual(await traces(), []);
    assert.equal(
      await runOnce(database, 'work', async (inside) => void (await leave(inside, 'whole'))),
      true,
    );
  });

  test('fails as a whole where a transaction inside failed, even if that was caught', async () => {
    const careless = runOnce(database, 'work', async (inside) => {
      await inside
        .transaction(async (tx) => {
          await leave(tx, 'half');
          throw new Error('swallowed');
        })
        .catch(() => undefined);
    });
    await assert.rejects(careless, { code: 'transaction_spoilt' });
    assert.deepEqual(await traces(), []);
  });

  test('runs statements asked for at once one after the other, on one connection', async () => {
    await runOnce(database, 'work', async (inside) => {
      const pids = await Promise.all(
        Array.from({ length: 20 }, () => inside.query<{ pid: number }>('select pg_backend_pid() as pid')),
      );
      assert.equal(new Set(pids.flat().map((row) => row.pid)).size, 1);
    });
  });
});
