import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable } from '../../../src/kernel/faults.ts';
import { type BusySaleOptions, runBusySale, settleHalf } from './busy-sale.ts';
import type { ReservationTestApp } from './test-app.ts';

/**
 * A busy sale during which sessions of the database are ended at random, whatever they are at. Afterwards
 * everything that somebody was told to have must be there, and no invariant may be broken.
 * @returns how many sessions were ended, and how many steps felt it
 */
export async function runKilledSale(
  testApp: ReservationTestApp,
  options: BusySaleOptions,
): Promise<{ readonly kills: number; readonly faults: number }> {
  let kills = 0;
  let faults = 0;
  let isOver = false;
  const killer = (async () => {
    while (!isOver) {
      kills += await killOne(testApp);
      await sleep(2);
    }
  })();
  const promised = await runBusySale(testApp, {
    ...options,
    onFault(error) {
      assert.ok(isRetryable(error), String(error));
      faults += 1;
    },
  }).finally(() => {
    isOver = true;
  });
  await killer;
  await settleHalf(testApp);
  const [row] = await testApp.database.query<{ found: number }>(
    'select count(*)::integer as found from reservation where id = any ($1::uuid[])',
    [promised],
  );
  assert.equal(row?.found, promised.length, 'somebody was told to have what is not there');
  assert.deepEqual(await testApp.breaches(), []);
  return { kills, faults };
}

/** One that is at work; most are in the middle of a transaction. The killer may be hit itself. */
async function killOne({ database }: ReservationTestApp): Promise<number> {
  const statement = `select pg_terminate_backend(pid) from (
      select pid from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and state <> 'idle'
        and pid <> pg_backend_pid() order by random() limit 1) one`;
  try {
    return (await database.query(statement)).length;
  } catch (error) {
    assert.ok(isRetryable(error), String(error));
    return 0;
  }
}
