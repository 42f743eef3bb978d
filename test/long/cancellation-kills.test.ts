import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ApiClient } from '../../traffic/api-client.ts';
import { chargePoints, holdSeats, payWithPoints, requestOf } from '../../traffic/requests.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { buyByCard } from '../support/reservations/cards.ts';
import { brokenInvariants, makePeople, type Person, type System, startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

const MANAGER = { email: 'manager@demo.example', password: 'demo-manager-1' };
const BUYERS = 200;
const BUYING_AT_ONCE = 12;
const CHARGED = 1_000_000;
/** The lease of one that was killed lasts half a minute more. */
const PATIENCE_MS = 120_000;

let dataDir: string;
let system: System;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'firstcome-cancelled-'));
  system = await startSystem({ dataDir });
});

after(async () => {
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const client = new ApiClient(() => system.address);

type Buyer = { readonly person: Person; readonly reservationId: string };
type Progress = Readonly<Record<'total' | 'waiting' | 'refunding' | 'failed' | 'done', number>> & {
  readonly state: string;
};

/** Every other one by card, so that money goes back both ways. */
async function buy(performanceId: string, people: readonly Person[], seatIds: readonly string[]) {
  const buyers: Buyer[] = [];
  const buyOne = async (index: number): Promise<void> => {
    const person = people[index]!;
    const { id } = await client.ask(holdSeats(performanceId, [seatIds[index]!]), person);
    await client.ask(chargePoints(CHARGED), person);
    const byCard = requestOf<{ id: string }>(`POST /v1/reservations/${id}/payments`, { method: 'card' });
    await (index % 2 === 0 ? buyByCard(client, person, byCard) : client.ask(payWithPoints(id), person));
    buyers.push({ person, reservationId: id });
  };
  let next = 0;
  const line = async (): Promise<void> => {
    while (next < people.length) await buyOne(next++);
  };
  await Promise.all(Array.from({ length: BUYING_AT_ONCE }, line));
  return buyers;
}

type Item = Readonly<Record<'status' | 'type' | 'method', string>>;

async function assertGivenBackOnce({ person, reservationId }: Buyer): Promise<void> {
  const read = <T>(path: string) => client.ask(requestOf<T>(`GET ${path}`), person);
  const itemsOf = async (path: string) => (await read<{ items: Item[] }>(path)).items;
  const { status } = await read<Item>(`/v1/reservations/${reservationId}`);
  const payments = await itemsOf(`/v1/reservations/${reservationId}/payments`);
  const tickets = await itemsOf('/v1/tickets');
  assert.deepEqual(
    [status, payments.map((one) => one.status), tickets.map((one) => one.status)],
    ['cancelled', ['refunded'], ['void']],
  );
  const history = await itemsOf(`/v1/reservations/${reservationId}/history`);
  const countOf = (type: string) => history.filter((one) => one.type === type).length;
  // A history says of money that goes back to a card alone that it does so.
  const ofCard = payments[0]?.method === 'card' ? 1 : 0;
  assert.deepEqual([countOf('reservation.cancelled'), countOf('payment.refunded')], [1, ofCard]);
  const { balance } = await read<{ balance: { amount: number } }>('/v1/points');
  assert.equal(balance.amount, CHARGED);
}

/** When the process dies: as soon as it was answered, in the middle of the batches, and of the refunds by card. */
const KILLS: readonly {
  readonly what: 'server' | 'group';
  readonly isThere: (progress: Progress) => boolean;
}[] = [
  { what: 'server', isThere: () => true },
  { what: 'group', isThere: ({ total, waiting }) => waiting < total },
  { what: 'server', isThere: ({ total, done }) => done > total / 2 },
  { what: 'group', isThere: ({ total, done }) => done > (total * 3) / 4 },
];

test(`${KILLS.length} kills while a performance is cancelled refund everybody who paid, once`, async () => {
  const manager = await client.logIn(MANAGER);
  const { performanceId, seatIds } = await findDemoSale(system.address, BUYERS);
  const people = await makePeople(dataDir, BUYERS, { performanceId });
  const buyers = await buy(performanceId, people, seatIds);
  const path = `/v1/performances/${performanceId}/cancellation`;
  const progress = () => client.ask(requestOf<Progress>(`GET ${path}`), manager);
  await client.ask(requestOf(`POST ${path}`, { reason: 'The singer is ill' }), manager);
  let interrupted = 0;
  for (const { what, isThere } of KILLS) {
    const { state } = await until(progress, isThere, PATIENCE_MS);
    await system.kill(what);
    if (state === 'running') interrupted += 1;
    system = await startSystem({ dataDir });
  }
  assert.ok(interrupted > 0, 'no kill met the cancellation in its middle');
  const { total, done } = await until(progress, ({ state }) => state === 'done', PATIENCE_MS);
  assert.deepEqual([total, done], [BUYERS, BUYERS]);
  for (const buyer of buyers) await assertGivenBackOnce(buyer);
  assert.deepEqual(await brokenInvariants(dataDir), []);
});
