/** `npm run cluster` under load: an api is killed, then all are restarted one by one; nothing that was answered is lost. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../traffic/api-client.ts';
import { holdSeats, requestOf } from '../../traffic/requests.ts';
import { ROOT } from '../../traffic/system-process.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { readEvents } from '../support/event-source.ts';
import { type Following, followed, liveTransports, type Wish } from '../support/live-transports.ts';
import { acquireTestDatabase, type TestDatabase, urlOf } from '../support/postgres.ts';
import { brokenPromises, rage, type Storm } from '../support/storm.ts';
import { brokenInvariants, makePeople } from '../support/system.ts';
import { until } from '../support/until.ts';

const WORKERS = 12;
const PEOPLE = 300;
const SEATS = 400;
const TIMEOUT = { timeout: 240_000 };

let testDatabase: TestDatabase;
let dataDir: string;
let cluster: ChildProcess;
let environment: Record<string, string>;
const lines: string[] = [];

before(async () => {
  testDatabase = await acquireTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'firstcome-cluster-'));
  environment = {
    DATABASE_URL: urlOf(testDatabase.connection),
    DATA_DIR: dataDir,
    PORT: '0',
    CHARGE_MONTH_MAX: '9000000000',
    // For a machine that also runs the storm.
    DATABASE_CONNECTIONS_MAX: '10',
  };
  cluster = spawn(process.execPath, ['scripts/run.cjs', 'cluster'], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [cluster.stdout!, cluster.stderr!])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
});

after(async () => {
  if (cluster.exitCode === null && cluster.signalCode === null) {
    cluster.kill('SIGTERM');
    await once(cluster, 'exit');
  }
  await rm(dataDir, { recursive: true, force: true });
  await testDatabase.release();
});

/** What the script said last that looks so. */
const said = (pattern: RegExp) => lines.map((line) => pattern.exec(line)).findLast(Boolean);
const awaitLine = (pattern: RegExp) =>
  until(
    () => {
      assert.equal(cluster.exitCode, null, lines.join('\n'));
      return said(pattern)?.[1];
    },
    Boolean,
    120_000,
  );
const pidOf = (name: string) => Number(said(new RegExp(`${name} \\(.*\\) is process (\\d+)`))?.[1]);

async function prepare(address: string): Promise<Storm> {
  return {
    client: new ApiClient(address),
    ...(await findDemoSale(address, SEATS)),
    people: await makePeople(dataDir, PEOPLE, { environment }),
    promises: { entries: new Map(), reservations: new Map(), charges: new Map() },
    over: AbortSignal.abort(),
  };
}

type Followed = { count: number; closings: number; broken: string[] };

/** Follows seats as a page does: comes again with the last id whenever the stream ends. */
async function follow(address: string, performanceId: string, over: AbortSignal): Promise<Followed> {
  const seen: Followed = { count: 0, closings: 0, broken: [] };
  const url = `${address}/v1/performances/${performanceId}/seats/stream`;
  let lastId: string | undefined;
  while (!over.aborted) {
    const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId };
    const reader = await readEvents<{ version?: number }>(url, headers).catch(() => undefined);
    const stop = () => reader?.close();
    over.addEventListener('abort', stop, { once: true });
    try {
      for (;;) {
        const event = (await reader?.next()) ?? assert.fail('no stream');
        if (event.event === 'closed') seen.closings += 1;
        else seen.count += 1;
        if (event.id !== '') lastId = event.id;
      }
    } catch {
      // Cut, or ended: it comes again.
    }
    over.removeEventListener('abort', stop);
    await sleep(50);
  }
  return seen;
}

test(
  'an api that is killed and a rolling restart under load lose nothing that was answered',
  TIMEOUT,
  async (t) => {
    const address = (await awaitLine(/firstcome is running at (\S+) as a cluster/))!;
    const variables = await readFile(join(dataDir, 'cluster.env'), 'utf8');
    assert.match(variables, /^DATABASE_URL='postgres:/m);
    const calm = await prepare(address);
    const end = new AbortController();
    const storm = { ...calm, over: end.signal };
    const raging = rage(storm, WORKERS);
    const following = follow(address, calm.performanceId, end.signal);
    const promised = () => storm.promises.reservations.size;
    const goesOn = async () => {
      const at = promised();
      await until(() => promised() > at + 5);
    };
    await goesOn();

    const killed = pidOf('api-1');
    process.kill(killed, 'SIGKILL');
    await awaitLine(/(api-1) has ended by SIGKILL/);
    await goesOn();
    await until(() => pidOf('api-1') !== killed);
    await goesOn();

    cluster.kill('SIGUSR2');
    await awaitLine(/(all apis and the worker) have been restarted/);
    await goesOn();
    end.abort();
    await raging;
    const seen = await following;

    assert.deepEqual((await brokenPromises(storm)).slice(0, 5), []);
    assert.deepEqual(await brokenInvariants(dataDir, environment), []);
    assert.ok(seen.closings >= 1, `who follows a stream is told to come again: ${JSON.stringify(seen)}`);
    assert.ok(seen.count > 0);
    const { reservations, entries, charges } = storm.promises;
    t.diagnostic(
      `${reservations.size} reservations, ${entries.size} places, ${charges.size} charges promised and kept`,
    );
  },
);

test('seats that are held through one api are told by the other, over both transports', TIMEOUT, async () => {
  const address = (await awaitLine(/firstcome is running at (\S+) as a cluster/))!;
  const client = new ApiClient(address);
  const { items } = await client.ask(requestOf<{ items: { id: string }[] }>('GET /v1/concerts?limit=100'));
  const concerts = await Promise.all(
    items.map(({ id }) =>
      client.ask(
        requestOf<{ performances: { id: string; status: string; roomEnabled: boolean }[] }>(
          `GET /v1/concerts/${id}`,
        ),
      ),
    ),
  );
  const open = concerts
    .flatMap(({ performances }) => performances)
    .find(({ status, roomEnabled }) => status === 'on_sale' && !roomEnabled);
  const performanceId = open?.id ?? assert.fail('the demonstration has no sale without a room');
  const [person] = await makePeople(dataDir, 1, { environment });
  const path = `GET /v1/performances/${performanceId}/seats/list?status=free&limit=2`;
  const free = await client.ask(requestOf<{ items: { id: string }[] }>(path));
  for (const [at, transport] of liveTransports.entries()) {
    const wish: Wish = { address, token: person!.accessToken, view: 'seats', performanceId };
    // Streams go where the fewest are, so that both apis have one.
    const readers: readonly Following[] = [await followed(transport, wish), await followed(transport, wish)];
    for (const reader of readers) assert.equal((await reader.next()).event, 'snapshot');
    const held = await client.send(holdSeats(performanceId, [free.items[at]!.id]), person);
    assert.equal(held.status, 201, JSON.stringify(held.body));
    const changes = await Promise.all(readers.map((reader) => reader.next()));
    assert.deepEqual(
      changes.map(({ event }) => event),
      ['delta', 'delta'],
    );
    assert.deepEqual(changes[0]!.data, changes[1]!.data);
    for (const reader of readers) reader.close();
  }
});
