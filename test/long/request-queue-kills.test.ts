import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ApiClient } from '../../traffic/api-client.ts';
import { requestOf } from '../../traffic/requests.ts';
import { brokenInvariants, makePeople, type Person, type System, startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

/** Nearly everything has to wait: two writes at a time. */
const ENVIRONMENT = {
  OVERLOAD_QUEUE: 'fixed',
  OVERLOAD_THRESHOLD: '2',
  REQUEST_QUEUE_TTL_MS: '600000',
};
const PEOPLE = 150;
const KILLS = 2;

let dataDir: string;
let system: System;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'firstcome-queue-'));
  system = await startSystem({ dataDir, environment: ENVIRONMENT });
});
after(async () => {
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
});

type Promised = { readonly person: Person; readonly id: string };

const charge = requestOf<{ readonly queuedRequestId: string }>('POST /v1/points/charges', {
  amount: { amount: 10_000, currency: 'KRW' },
});
const statement = requestOf<{ readonly items: readonly unknown[] }>('GET /v1/points/entries');
const queued = (id: string) =>
  requestOf<{ readonly state: string; readonly status: number }>(`GET /v1/queued-requests/${id}`);

test(`kill -9 with queued requests, ${KILLS} times, loses none of them and runs none twice`, async () => {
  const people = await makePeople(dataDir, PEOPLE * KILLS);
  const promised: Promised[] = [];
  let direct = 0;
  for (let round = 0; round < KILLS; round++) {
    const over = new AbortController();
    const atFirst = promised.length;
    const client = new ApiClient(system.address);
    const mine = people.slice(round * PEOPLE, (round + 1) * PEOPLE);
    const sent = mine.map(async (person) => {
      const from = { ...person, signal: over.signal };
      const answer = await client.send(charge, from).catch(() => undefined);
      if (answer?.status === 202) promised.push({ person, id: answer.body.queuedRequestId! });
      else if (answer?.status === 201) direct++;
    });
    await until(() => promised.length - atFirst >= PEOPLE / 2);
    await system.kill(round % 2 === 0 ? 'server' : 'group');
    over.abort();
    await Promise.all(sent);
    system = await startSystem({ dataDir, environment: ENVIRONMENT });
  }
  assert.ok(promised.length >= PEOPLE, `${promised.length} were put in the queue, ${direct} went direct`);
  const client = new ApiClient(system.address);
  for (const { person, id } of promised) {
    const { body } = await until(
      () => client.send(queued(id), person),
      (answer) => answer.body.state === 'done',
    );
    assert.equal(body.status, 201, JSON.stringify(body));
    const { body: own } = await client.send(statement, person);
    assert.equal(own.items?.length, 1, 'credited once');
  }
  assert.deepEqual(await brokenInvariants(dataDir), []);
});
