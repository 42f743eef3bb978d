import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { ApiClient } from '../../traffic/api-client.ts';
import {
  type ApiRequest,
  chargePoints,
  holdSeats,
  joinLine,
  payWithPoints,
  readPlace,
} from '../../traffic/requests.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { acquireTestDatabase, type TestDatabase, urlOf } from '../support/postgres.ts';
import { brokenPromises, numberOf, rage, type Storm } from '../support/storm.ts';
import { brokenInvariants, makePeople, type System, startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

const WORKERS = 12;
const PEOPLE = 400;
const SEATS = 200;
const STORM_MS = 2_000;
const TIMEOUT = { timeout: 180_000 };

let testDatabase: TestDatabase;
let database: Database;
let environment: Readonly<Record<string, string>>;
const running: System[] = [];

before(async () => {
  testDatabase = await acquireTestDatabase();
  // The people of the storm charge more than people do in a month.
  environment = { DATABASE_URL: urlOf(testDatabase.connection), CHARGE_MONTH_MAX: '9000000000' };
  database = createDatabase({ connection: testDatabase.connection });
});

after(async () => {
  for (const system of running) await system.stop();
  await database.close();
  await testDatabase.release();
});

async function start(): Promise<System> {
  const system = await startSystem({ dataDir: '', environment });
  running.push(system);
  return system;
}

async function codeOfJoin(storm: Storm, client: ApiClient): Promise<readonly [number, unknown]> {
  const { accessToken } = storm.people[0]!;
  const { status, body } = await client.send(joinLine(storm.performanceId), { accessToken });
  return [status, body.code];
}

async function assertClean(): Promise<void> {
  assert.deepEqual(await brokenInvariants('', environment), []);
}

test('two processes keep rooms of their own on one database, and lose nothing when both are killed', async () => {
  const first = await start();
  const everybody = await makePeople('', 2 * PEOPLE + 2, { environment });
  const stormOf = async (place: number): Promise<Storm> => ({
    client: new ApiClient(first.address),
    ...(await findDemoSale(first.address, SEATS, place)),
    people: everybody.slice(place * PEOPLE, (place + 1) * PEOPLE),
    promises: { entries: new Map(), reservations: new Map(), charges: new Map() },
    over: AbortSignal.abort(),
  });
  const [one, other] = [await stormOf(0), await stormOf(1)];
  await first.stop();
  // A room that there is not yet is kept by who opens it.
  await database.query('delete from room where performance_id = any ($1)', [
    [one.performanceId, other.performanceId],
  ]);

  const [left, right] = [await start(), await start()];
  const clients = { left: new ApiClient(left.address), right: new ApiClient(right.address) };
  const storms = [
    { ...one, client: clients.left },
    { ...other, client: clients.right },
  ] as const;
  const latecomers = everybody.slice(-2);
  for (const [index, storm] of storms.entries()) await numberOf(storm, latecomers[index]!);
  assert.deepEqual(await codeOfJoin(one, clients.right), [503, 'room_elsewhere']);
  assert.deepEqual(await codeOfJoin(other, clients.left), [503, 'room_elsewhere']);

  const end = new AbortController();
  const raging = storms.map((storm) => rage({ ...storm, over: end.signal }, WORKERS));
  await sleep(STORM_MS);
  await right.kill('server');
  await until(
    () => codeOfJoin(other, clients.left),
    ([status]) => status < 300,
  );
  await sleep(STORM_MS / 2);
  await left.kill('server');
  end.abort();
  await Promise.all(raging);

  const again = await start();
  for (const storm of storms) {
    assert.ok(storm.promises.entries.size > 0, 'the storm did nothing');
    const broken = await brokenPromises({ ...storm, client: new ApiClient(again.address) });
    assert.deepEqual(broken.slice(0, 5), []);
  }
  await assertClean();
});

test('a payment through another process ends the pass where the room is kept', TIMEOUT, async () => {
  for (const system of running.splice(0)) await system.stop();
  // The first takes all rooms that nobody keeps.
  const [left, right] = [await start(), await start()];
  const [person] = await makePeople('', 1, { environment });
  const { performanceId, seatIds } = await findDemoSale(left.address, 1);
  const [here, there] = [new ApiClient(left.address), new ApiClient(right.address)];
  const send = <T>(
    request: ApiRequest<T>,
    { client = here, pass }: { client?: ApiClient; pass?: string } = {},
  ) => client.send(request, { accessToken: person!.accessToken, pass });
  await send(joinLine(performanceId));
  const admitted = await until(
    () => send(readPlace(performanceId)),
    ({ body }) => body.status === 'admitted',
  );
  const held = await send(holdSeats(performanceId, seatIds), { pass: admitted.body.pass ?? '' });
  assert.equal(held.status, 201);
  await send(chargePoints(1_000_000));
  const paid = await send(payWithPoints(String(held.body.id)), { client: there });
  assert.equal(paid.status, 201);
  await until(
    () => send(readPlace(performanceId)),
    ({ status }) => status === 404,
  );
  for (const system of running.splice(0)) await system.stop();
  await assertClean();
});

test('one process does the upkeep, and another goes on when it is killed', TIMEOUT, async () => {
  const read = async () => {
    const [row] = await database.query<{ holder: string; number: number; isHeld: boolean }>(
      `select holder, fencing_number as number, expires_at > clock_timestamp() as "isHeld" from lease
        where name = 'upkeep'`,
    );
    return row ?? assert.fail('nobody has taken the lease of the upkeep');
  };
  // One that was killed in the storm may hold it still.
  await database.query('delete from lease');
  const first = await start();
  const held = await read();
  const second = await start();
  assert.deepEqual(await read(), held, 'the second does not take it from the first');
  await first.kill('server');
  // Its time is over, without the wait.
  await database.query(`update lease set expires_at = clock_timestamp() where name = 'upkeep'`);
  const over = await until(async () => {
    const now = await read();
    return now.isHeld && now.number > held.number ? now : undefined;
  });
  assert.notEqual(over?.holder, held.holder);
  await second.stop();
  assert.equal((await read()).isHeld, false, 'who stops gives it back');
  running.splice(0);
  await assertClean();
});
