import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../traffic/api-client.ts';
import { holdSeats, requestOf } from '../../traffic/requests.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { backIn } from '../support/reservations/cards.ts';
import { brokenInvariants, makePeople, type Person, type System, startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

const ROUNDS = 6;
const BUYERS = 12;
const BEHAVIOURS = ['normal', 'delay', 'timeout', 'decline', 'duplicate', 'reordered'] as const;
const ENVIRONMENT = { PAYMENT_TIMEOUT_MS: '500' };

let dataDir: string;
let system: System;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'firstcome-cards-'));
  system = await startSystem({ dataDir, environment: ENVIRONMENT });
});

after(async () => {
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const client = new ApiClient(() => system.address);

/** All steps of a payment; the process may die at any of them. */
async function buyByCard(person: Person, reservationId: string, behaviour: string): Promise<void> {
  const pay = requestOf<{ id: string }>(`POST /v1/reservations/${reservationId}/payments`, {
    method: 'card',
  });
  const { id = '' } = (await client.send(pay, person)).body;
  const decided = { decision: 'pay', behaviour };
  const decide = requestOf<{ redirectUrl: string }>(`POST /v1/simulated-checkouts/${id}/decisions`, decided);
  const back = await client.send(decide, person);
  const confirmation = backIn(new URL(back.body.redirectUrl ?? ''));
  await client.send(requestOf(`POST /v1/payments/${id}/confirmations`, confirmation), person);
}

async function openPayments(people: readonly Person[], reservations: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    reservations.map((id, index) => {
      const read = requestOf<{ items: { status: string }[] }>(`GET /v1/reservations/${id}/payments`);
      return client.ask(read, people[index]);
    }),
  );
  const statuses = lists.flatMap(({ items }) => items.map(({ status }) => status));
  return statuses.filter((status) => ['unknown', 'refunding'].includes(status));
}

test(`${ROUNDS} kills while people pay by card leave no charge without a ticket or a refund`, async () => {
  const { performanceId, seatIds } = await findDemoSale(system.address, ROUNDS * BUYERS);
  const everybody = await makePeople(dataDir, ROUNDS * BUYERS, { performanceId });
  for (let round = 0; round < ROUNDS; round++) {
    const people = everybody.slice(round * BUYERS, (round + 1) * BUYERS);
    const reservations = await Promise.all(
      people.map(async (person, index) => {
        const seatId = seatIds[round * BUYERS + index]!;
        const held = await client.send(holdSeats(performanceId, [seatId]), person);
        assert.equal(held.status, 201, JSON.stringify(held.body));
        return held.body.id ?? '';
      }),
    );
    const buying = people.map((person, index) =>
      buyByCard(person, reservations[index]!, BEHAVIOURS[index % BEHAVIOURS.length]!).catch(() => undefined),
    );
    await sleep(50 + Math.random() * 800);
    await system.kill(round % 2 === 0 ? 'group' : 'server');
    await Promise.all(buying);
    system = await startSystem({ dataDir, environment: ENVIRONMENT });
    await until(
      () => openPayments(people, reservations),
      (open) => open.length === 0,
    );
    assert.deepEqual(await brokenInvariants(dataDir), []);
  }
});
