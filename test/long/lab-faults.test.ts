import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ScenarioResult } from '../../lab/results/scenario-result.ts';
import { openStorage } from '../../src/app/storage.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { startSystem } from '../support/system.ts';

const LAB = fileURLToPath(new URL('../../lab/main.ts', import.meta.url));

/**
 * The pessimistic strategy with a lock of its own that is released when the seat was looked at and written,
 * and the transaction has yet to commit. Anyone who comes next sees the seat as it was before.
 */
const RELEASED_BEFORE_COMMIT = `
create or replace function hold_seats_pessimistic(
  id uuid, performance uuid, account uuid, seats integer[], prices bigint[], amount bigint, seats_max integer,
  ttl bigint, trace text, at timestamptz
) returns text language plpgsql as $$
declare
  live integer[];
  top integer;
begin
  perform pg_advisory_lock(uuid_hash(performance), seats[1]);
  select array_agg(c.seat_no) into live from seat_hold c
    where c.performance_id = performance and c.seat_no = any (seats)
      and (c.status = 2 or (c.status = 1 and c.expires_at > at));
  perform pg_advisory_unlock(uuid_hash(performance), seats[1]);
  if live is not null then return '[' || array_to_string(live, ',') || ']'; end if;
  select coalesce(max(c.epoch), 0) + 1 into top from seat_hold c
    where c.performance_id = performance and c.seat_no = any (seats);
  insert into seat_hold as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
  select performance, w.seat_no, top, 1, id, at + ttl * interval '1 millisecond' from unnest(seats) as w (seat_no)
  on conflict (performance_id, seat_no) do update
    set epoch = excluded.epoch, status = 1, reservation_id = excluded.reservation_id, expires_at = excluded.expires_at;
  perform record_reservation(id, performance, account, seats, prices, amount, top,
    at + ttl * interval '1 millisecond', trace, at);
  return top::text;
end $$`;

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firstcome-lab-faults-'));
});

after(() => rm(folder, { recursive: true, force: true }));

/** The window of a fault is milliseconds wide: crowds on several seats, so that one at least meets in it. */
const CROWDS = '8';

/** A quick run of the crowd on one seat. */
async function runLab(words: readonly string[], environment: Record<string, string> = {}) {
  const json = join(folder, `${words.join('')}.json`.replaceAll(/[^\w.]/g, ''));
  const child = spawn(
    process.execPath,
    [LAB, 'hot-seat', '--quick', '--repeats', CROWDS, '--json', json, ...words],
    {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const text = await readFile(json, 'utf8').catch(() => assert.fail(`the lab wrote no result: ${errors}`));
  return { code, result: JSON.parse(text) as ScenarioResult };
}

function assertCaught({ code, result }: Awaited<ReturnType<typeof runLab>>): void {
  assert.equal(code, 1);
  assert.equal(result.ok, false);
  const broken = result.runs.flatMap((run) => run.invariants.filter(({ ok }) => !ok)).map(({ name }) => name);
  assert.ok(broken.includes('seats_have_one_live_owner'), broken.join());
  assert.ok(broken.includes('lab_one_seat_has_one_winner'), broken.join());
}

test('a quick run of the lab catches seats that are checked and then written', async () => {
  assertCaught(await runLab(['--strategy', 'broken']));
});

test('a quick run of the lab catches a lock that is released before the commit', async () => {
  const dataDir = join(folder, 'data');
  const environment = { HOLD_STRATEGY: 'pessimistic', LOG_INS_PER_MINUTE: '1000' };
  const system = await startSystem({ dataDir, environment });
  try {
    const logger = createLogger({ level: 'error', format: 'text' });
    const storage = await openStorage({ config: readConfig({ DATA_DIR: dataDir }), role: 'tool', logger });
    await storage.database.query(RELEASED_BEFORE_COMMIT);
    await storage.close();
    const words = ['--strategy', 'pessimistic', '--against', system.address];
    assertCaught(await runLab(words, { DATA_DIR: dataDir }));
  } finally {
    await system.stop();
  }
});
