import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inHours, won } from '../support/catalogue.ts';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';
import type { Person } from '../support/waiting-room/test-app.ts';

let shop: Shop;
before(async () => {
  shop = await Shop.open();
});
after(() => shop.close());

const TIMEOUT = { timeout: 60_000 };

type Write = {
  readonly person: Person | undefined;
  readonly what: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
};

type Answer = { readonly id: string; readonly seats?: unknown; readonly stages?: { readonly id: string }[] };

let keys = 0;

async function send({ person, what, body, headers }: Write, key: string) {
  const [method, url] = what.split(' ') as ['POST' | 'PATCH' | 'DELETE', string];
  const {
    statusCode,
    headers: got,
    body: text,
  } = await shop.testApp.app.server.inject({
    method,
    url,
    headers: {
      ...(person ? { authorization: `Bearer ${person.token}` } : {}),
      'idempotency-key': key,
      ...headers,
    },
    ...(body ? { payload: body } : {}),
  });
  return {
    status: statusCode,
    text,
    type: got['content-type'],
    etag: got['etag'],
    replayed: got['idempotency-replayed'],
  };
}

/** Sends a write twice under one key, and once more with another body. @returns what was answered */
async function twice(write: Write, expected: number) {
  const key = `repeated-${++keys}`;
  const first = await send(write, key);
  assert.equal(first.status, expected, `${write.what}: ${first.text}`);
  assert.equal(first.replayed, undefined);
  const again = await send(write, key);
  assert.deepEqual(again, { ...first, replayed: 'true' }, write.what);
  const other = await send({ ...write, what: `${write.what}?other` }, key);
  assert.equal(other.status, 422, write.what);
  assert.equal((JSON.parse(other.text) as { code: string }).code, 'idempotency_key_reused');
  return JSON.parse(first.text || '{}') as Answer;
}

/** The results that are stored for this person, newest key last. */
async function storedOf(person: Person) {
  const rows = await shop.testApp.database.query<{ result: string }>(
    'select result from idempotency_record where scope = $1 order by created_at',
    [person.accountId],
  );
  return rows.map(({ result }) => JSON.parse(result) as { ok: boolean; value?: Record<string, unknown> });
}

describe('a write that is repeated under its key', TIMEOUT, () => {
  it('is answered byte for byte as before: points, holds, payments, cancellations', async () => {
    const performanceId = await shop.performance();
    const person = await shop.buyer(0);
    await twice({ person, what: 'POST /v1/points/charges', body: { amount: won(5_000) } }, 201);
    const body = { performanceId, seatIds: ['A-1-1', 'A-1-2'] };
    const { id } = await twice({ person, what: 'POST /v1/reservations', body }, 201);
    const pay = { person, what: `POST /v1/reservations/${id}/payments`, body: { method: 'points' } };
    await twice(pay, 201);
    await twice(pay, 200);
    const cancel = { person, what: `DELETE /v1/reservations/${id}` };
    await twice({ ...cancel, headers: { prefer: 'respond-async' } }, 202);
    assert.deepEqual(
      (await storedOf(person)).map(({ ok }) => ok),
      [true, true, true, true, true],
    );
  });

  it('is answered with the hold as it was made, also when that has lapsed since', async () => {
    const performanceId = await shop.performance({ holdTtlMs: 1_000 });
    const person = await shop.buyer(0);
    const write = { person, what: 'POST /v1/reservations', body: { performanceId, seatIds: ['A-1-1'] } };
    const first = await send(write, 'lapsing');
    const { id } = JSON.parse(first.text) as { id: string };
    await until(async () => (await shop.reservation(person, id))['status'] === 'expired');
    assert.deepEqual(await send(write, 'lapsing'), { ...first, replayed: 'true' });
    const [stored] = await storedOf(person);
    assert.equal(stored?.value?.['status'], 'held');
    assert.ok(Array.isArray(stored?.value?.['seats']));
  });

  it('is answered byte for byte as before: refusals, with what they name and whose request they were', async () => {
    const performanceId = await shop.performance();
    await shop.held(await shop.buyer(0), performanceId, [1]);
    const person = await shop.buyer(0);
    const body = { performanceId, seatIds: ['A-1-1'] };
    const refused = await twice({ person, what: 'POST /v1/reservations', body }, 409);
    assert.deepEqual(refused.seats, ['A-1-1']);
    assert.equal((await storedOf(person))[0]?.ok, false);
  });

  it('is answered byte for byte as before: places in line', async () => {
    const performanceId = await shop.testApp.performance({ opensAt: inHours(1) });
    const person = await shop.buyer(0);
    const room = `/v1/performances/${performanceId}/room`;
    await twice({ person, what: `POST ${room}/entries` }, 201);
    await twice({ person, what: `POST ${room}/entries` }, 200);
    await twice({ person, what: `DELETE ${room}/entries/me` }, 204);
    await twice({ person: shop.testApp.seller, what: `PATCH ${room}`, body: { ratePerSecond: 7 } }, 200);
  });

  it('is answered byte for byte as before: venues, concerts, performances', async () => {
    const person = shop.testApp.seller;
    const row = { id: '1', runs: [{ grade: 'R', first: 1, count: 5, at: [0, 0], by: [1, 0] }] };
    const stages = [{ name: 'Main', plan: { sections: [{ id: 'A', rows: [row] }] } }];
    const venue = await twice(
      { person, what: 'POST /v1/venues', body: { name: 'Club', address: 'Here', stages } },
      201,
    );
    await twice({ person, what: `PATCH /v1/venues/${venue.id}`, body: { name: 'Club 2' } }, 200);
    const concert = await twice(
      { person, what: 'POST /v1/concerts', body: { title: 'Night', artist: 'Duo' } },
      201,
    );
    const [testApp] = venue.stages!;
    const terms = {
      stageId: testApp!.id,
      startsAt: inHours(48),
      opensAt: inHours(1),
      prices: { R: won(1_000) },
    };
    const made = await twice(
      { person, what: `POST /v1/concerts/${concert.id}/performances`, body: terms },
      201,
    );
    await twice({ person, what: `PATCH /v1/concerts/${concert.id}`, body: { title: 'Day' } }, 200);
    await twice({ person, what: `PATCH /v1/performances/${made.id}`, body: { limitPerPerson: 2 } }, 200);
    await twice({ person, what: `DELETE /v1/performances/${made.id}` }, 204);
    await twice({ person, what: `DELETE /v1/venues/${venue.id}` }, 204);
  });

  it('is answered byte for byte as before: accounts, roles, keys', async () => {
    const account = { email: 'repeat@example.org', password: 'a long enough password', name: 'Repeat' };
    const { id } = await twice({ person: undefined, what: 'POST /v1/accounts', body: account }, 201);
    const person = shop.testApp.manager;
    await twice({ person, what: `POST /v1/accounts/${id}/roles`, body: { role: 'driver' } }, 200);
    const credit = { amount: won(10), reason: 'sorry' };
    await twice({ person, what: `POST /v1/accounts/${id}/credits`, body: credit }, 201);
    await twice({ person, what: 'POST /v1/keys/rotations' }, 201);
  });
});
