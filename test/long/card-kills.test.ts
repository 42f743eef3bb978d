import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../traffic/api-client.ts';
import { holdSeats, requestOf } from '../../traffic/requests.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { buyByCard } from '../support/reservations/cards.ts';
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

const seatsOf = (reservationId: string) =>
  requestOf<{ id: string }>(`POST /v1/reservations/${reservationId}/payments`, { method: 'card' });
const POINTS = requestOf<{ id: string }>('POST /v1/points/charges', {
  method: 'card',
  amount: { amount: 10_000, currency: 'KRW' },
});

type Underway = { readonly status: string };
const isMoving = ({ status }: Underway) => ['unknown', 'refunding'].includes(status);

async function openPayments(people: readonly Person[], reservations: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    reservations.map((id, index) => {
      const read = requestOf<{ items: Underway[] }>(`GET /v1/reservations/${id}/payments`);
      return client.ask(read, people[index]);
    }),
  );
  const points = await Promise.all(
    people.map((person) => client.ask(requestOf<{ underWay: Underway[] }>('GET /v1/points'), person)),
  );
  const all = [...lists.flatMap(({ items }) => items), ...points.flatMap(({ underWay }) => underWay)];
  return all.filter(isMoving).map(({ status }) => status);
}

test(`${ROUNDS} kills while people pay for seats and points by card leave no charge without a ticket or a refund`, async () => {
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
    // Everybody buys their seat and points, so that both are in every step when the process dies.
    const buying = people.flatMap((person, index) =>
      [seatsOf(reservations[index]!), POINTS].map((purchase) =>
        buyByCard(client, person, purchase, BEHAVIOURS[index % BEHAVIOURS.length]).catch(() => undefined),
      ),
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
