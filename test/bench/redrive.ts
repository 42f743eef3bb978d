/**
 * `npm run bench -- redrive [--count=10000] [--rate=500]`: ten thousand dead letters of three causes in a running
 * system, and what bookings notice of their redrive. The system is a process of its own on a PostgreSQL that syncs to
 * disk; people hold seats and give them back at a fixed rate. Each cause is found, tried, repaired and redriven; before
 * each bookings go on alone for as long, which is the control.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createEmbeddedPostgres } from '../../src/adapters/embedded-postgres/index.ts';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import type { DeadLetterGroup, RedriveView } from '../../src/modules/dead-letters/contract.ts';
import { ApiClient, type From } from '../../traffic/api-client.ts';
import { requestOf } from '../../traffic/requests.ts';
import { Bookings, compare, rounded, untilOver } from '../support/bookings.ts';
import { Complaints } from '../support/complaints.ts';
import { startSystem } from '../support/system.ts';

const CAUSES = ['the till is locked', 'the ledger is full', 'the clerk is away'];
const MANAGER = { email: 'manager@demo.example', password: 'demo-manager-1' };

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, rate: { type: 'string', default: '500' } },
});
const directory = await mkdtemp(join(tmpdir(), 'firstcome-bench-'));
try {
  const result = await measure(directory, Number(values.count), Number(values.rate));
  process.stdout.write(
    `${JSON.stringify({ bench: 'redrive', cores: availableParallelism(), ...result }, null, 2)}\n`,
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function measure(dataDir: string, count: number, ratePerSecond: number): Promise<object> {
  const system = await startSystem({ dataDir, environment: { EXPORT_TO: 'off' } });
  const logger = { info() {}, warn() {}, error() {} };
  const postgres = createEmbeddedPostgres({ dataDir, role: 'tool', logger });
  try {
    await postgres.start();
    const database = createDatabase({ connection: postgres.connection() });
    const client = new ApiClient(system.address);
    const manager = await client.logIn(MANAGER);
    const bookings = await Bookings.open(system.address, dataDir);
    const complaints = await Complaints.open(database);
    const parking = performance.now();
    await park(database, complaints, count);
    await untilOver(async () => (await groupsOf(client, manager)).parked === count);
    const parkedIn = (performance.now() - parking) / 1_000;
    const [alone, beside]: [number[], number[]] = [[], []];
    let [tookMs, failedAgain] = [0, 0];
    for (const cause of (await groupsOf(client, manager)).causes) {
      const text = CAUSES.find((one) => cause.includes(one))!;
      const startedAt = performance.now();
      let redriven: RedriveView | undefined;
      beside.push(
        ...(await bookings.run(async () => {
          await redrive(client, manager, { cause, dryRun: true });
          await complaints.settle(text);
          redriven = await redrive(client, manager, { cause, ratePerSecond });
        })),
      );
      const took = performance.now() - startedAt;
      tookMs += took;
      failedAgain += redriven!.failedAgain;
      alone.push(...(await bookings.run(() => sleep(took))));
    }
    const [counted] = await database.query(`select sum(sold)::integer as seats from sales_minute`);
    await database.close();
    return {
      count,
      parkedIn: rounded(parkedIn),
      redriven: { seconds: rounded(tookMs / 1_000), ratePerSecond, failedAgain },
      ...compare(alone, beside),
      counted,
    };
  } finally {
    await system.stop();
    await postgres.stop();
  }
}

/** Sales whose events the rankings cannot take, for three reasons; each is of a performance of its own. */
async function park(database: Database, complaints: Complaints, count: number): Promise<void> {
  for (const [index, text] of CAUSES.entries()) {
    const shows = Array.from({ length: Math.ceil((count - index) / CAUSES.length) }, () => randomUUID());
    await complaints.about(text, shows);
    await database.query(
      `with shown as (
        insert into performance select (jsonb_populate_record(null::performance, to_jsonb(p) || jsonb_build_object('id', s))).*
          from unnest($1::uuid[]) s, (select * from performance limit 1) p returning id
      )
      insert into event (type, key, partition_key, occurred_at, data)
        select 'payment.succeeded', gen_random_uuid(), id::text, now(), json_build_object('reservationId', gen_random_uuid(),
          'performanceId', id, 'accountId', gen_random_uuid(), 'paymentId', gen_random_uuid(), 'amount', 1000,
          'method', 'points', 'seatNos', array[1], 'epoch', 0)
        from shown`,
      [shows],
    );
  }
}

async function groupsOf(client: ApiClient, manager: From) {
  const { items } = await client.ask(
    requestOf<{ items: DeadLetterGroup[] }>('GET /v1/dead-letters/groups'),
    manager,
  );
  const causes = items.flatMap(({ cause }) => cause ?? []);
  return { causes, parked: items.reduce((sum, { parked }) => sum + parked, 0) };
}

/** To its end. */
async function redrive(client: ApiClient, manager: From, how: object): Promise<RedriveView> {
  const asked = requestOf<{ id: string }>('POST /v1/dead-letters/redrives', { consumer: 'ranking', ...how });
  const { id } = await client.ask(asked, manager);
  const look = requestOf<RedriveView>(`GET /v1/dead-letters/redrives/${id}`);
  let standing = await client.ask(look, manager);
  await untilOver(async () => {
    standing = await client.ask(look, manager);
    return standing.endedAt !== null;
  });
  return standing;
}
