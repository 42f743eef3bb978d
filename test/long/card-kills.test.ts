import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDemoSale } from '../support/demo-sale.ts';
import { runCommand, type System, startSystem } from '../support/system.ts';
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

type Person = { readonly accessToken: string; readonly pass: string };
type Reply = { readonly status: number; readonly body: Record<string, string> };

async function send(person: Person, request: string, body?: object): Promise<Reply> {
  const [method = 'GET', path = ''] = request.split(' ');
  const answer = await fetch(system.address + path, {
    method,
    headers: {
      authorization: `Bearer ${person.accessToken}`,
      'room-pass': person.pass,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as Reply['body'] };
}

/** All steps of a payment; the process may die at any of them. */
async function buyByCard(person: Person, reservationId: string, behaviour: string): Promise<void> {
  const asked = await send(person, `POST /v1/reservations/${reservationId}/payments`, { method: 'card' });
  const { id = '' } = asked.body;
  const decided = { decision: 'pay', behaviour };
  const back = await send(person, `POST /v1/simulated-checkouts/${id}/decisions`, decided);
  const { searchParams } = new URL(back.body['redirectUrl'] ?? '');
  await send(person, `POST /v1/payments/${id}/confirmations`, {
    paymentKey: searchParams.get('paymentKey'),
    orderId: id,
    amount: Number(searchParams.get('amount')),
  });
}

async function openPayments(people: readonly Person[], reservations: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    reservations.map((id, index) => send(people[index]!, `GET /v1/reservations/${id}/payments`)),
  );
  const items = lists.flatMap(({ body }) => body['items'] as unknown as { status: string }[]);
  return items.map(({ status }) => status).filter((status) => ['unknown', 'refunding'].includes(status));
}

test(`${ROUNDS} kills while people pay by card leave no charge without a ticket or a refund`, async () => {
  const { performanceId, seatIds } = await findDemoSale(system.address, ROUNDS * BUYERS);
  const count = String(ROUNDS * BUYERS);
  const words = ['tokens', '--count', count, '--performance', performanceId, '--passes'];
  const { stdout } = await runCommand(dataDir, words);
  const everybody = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Person);
  for (let round = 0; round < ROUNDS; round++) {
    const people = everybody.slice(round * BUYERS, (round + 1) * BUYERS);
    const reservations = await Promise.all(
      people.map(async (person, index) => {
        const seat = seatIds[round * BUYERS + index];
        const held = await send(person, 'POST /v1/reservations', { performanceId, seatIds: [seat] });
        assert.equal(held.status, 201, JSON.stringify(held.body));
        return held.body['id'] ?? '';
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
    const { code, stdout: report } = await runCommand(dataDir, ['check']);
    assert.equal(code, 0, report);
  }
});
