import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { inHours } from '../support/catalogue.ts';
import { until } from '../support/until.ts';
import { RoomTestApp } from '../support/waiting-room/test-app.ts';

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open();
});

after(() => testApp.close());

/** A room in which nobody is admitted until its seller says so. */
async function stillRoom(more: object = {}): Promise<string> {
  const id = await testApp.performance(more);
  assert.equal((await testApp.change(id, { state: 'paused' })).status, 200);
  return id;
}

describe('joining', () => {
  it('gives numbers in the order of arrival, and says how many are ahead and behind', async () => {
    const id = await stillRoom();
    const people = await testApp.people(5);
    const numbers: unknown[] = [];
    for (const person of people) {
      const { status, body } = await testApp.join(person, id);
      assert.equal(status, 201);
      assert.equal(body['status'], 'waiting');
      numbers.push(body['number']);
    }
    assert.deepEqual(numbers, [1, 2, 3, 4, 5]);
    const { body } = await testApp.poll(people[1]!, id);
    assert.deepEqual([body['number'], body['ahead'], body['behind']], [2, 1, 3]);
    assert.equal(body['estimatedWaitMs'], null, 'nobody is admitted');
    assert.ok(body['pollAfterMs'] >= 800, String(body['pollAfterMs']));
  });

  it('again gives the same place, with 200', async () => {
    const id = await stillRoom();
    const [person] = await testApp.people(1);
    const first = await testApp.join(person!, id);
    const second = await testApp.join(person!, id);
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal(second.body['number'], first.body['number']);
    assert.equal(second.body['entryId'], first.body['entryId']);
  });

  it('a hundred times at once gives one place', async () => {
    const id = await stillRoom();
    const [person] = await testApp.people(1);
    const answers = await Promise.all(Array.from({ length: 100 }, () => testApp.join(person!, id)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.deepEqual(new Set(answers.map(({ body }) => body['number'])), new Set([1]));
  });

  it('loses no number to requests that are refused', async () => {
    const id = await stillRoom();
    const [first, second] = await testApp.people(2);
    await testApp.join(first!, id);
    const refused = [
      testApp.call(undefined, `POST /v1/performances/${id}/room/entries`),
      testApp.call(second, 'POST /v1/performances/no-id/room/entries'),
      testApp.call(second, `POST /v1/performances/${crypto.randomUUID()}/room/entries`),
      testApp.join(second!, id, { 'idempotency-key': ' ' }),
    ];
    assert.deepEqual(
      (await Promise.all(refused)).map(({ status }) => status),
      [401, 400, 404, 400],
    );
    assert.equal((await testApp.join(second!, id)).body['number'], 2);
  });

  it('repeated with its Idempotency-Key gets the stored answer', async () => {
    const id = await stillRoom();
    const [person] = await testApp.people(1);
    const first = await testApp.join(person!, id, { 'idempotency-key': 'join-1' });
    const again = await testApp.join(person!, id, { 'idempotency-key': 'join-1' });
    assert.deepEqual([first.status, again.status], [201, 201]);
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers['idempotency-replayed'], 'true');
  });

  it('repeated when admitted gets the pass that is good by then, which is not stored', async () => {
    const id = await testApp.performance();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    await testApp.admitted(person!, id);
    const headers = { 'idempotency-key': 'join-2' };
    const first = await testApp.join(person!, id, headers);
    const again = await testApp.join(person!, id, headers);
    assert.equal(typeof first.body['pass'], 'string');
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    await testApp.leave(person!, id);
    const { pass: _pass, ...rest } = first.body;
    assert.deepEqual((await testApp.join(person!, id, headers)).body, rest);
    const [stored, ...more] = await testApp.database.query<{ result: string }>(
      'select result from idempotency_record where scope = $1',
      [person!.accountId],
    );
    assert.deepEqual(more, []);
    const { value } = JSON.parse(stored!.result) as { value: Record<string, unknown> };
    assert.equal(value['status'], 'admitted');
    assert.ok(!('pass' in value) && !stored!.result.includes(String(first.body['pass'])));
  });

  it('is possible before the opening, at which admission begins', async () => {
    const opensAt = new Date(Date.now() + 1_500);
    const id = await testApp.performance({ opensAt: opensAt.toISOString() });
    const [person] = await testApp.people(1);
    const joined = await testApp.join(person!, id);
    assert.equal(joined.status, 201);
    assert.ok(joined.body['estimatedWaitMs'] > 0);
    assert.equal((await testApp.poll(person!, id)).body['status'], 'waiting');
    await testApp.admitted(person!, id);
    const [row] = await testApp.database.query<{ early: boolean }>(
      'select admitted_at < $2 as early from room_entry where performance_id = $1',
      [id, opensAt],
    );
    assert.equal(row?.early, false);
  });

  it('is refused where there is no room, and after the sale', async () => {
    const [person] = await testApp.people(1);
    const open = await testApp.performance({ roomEnabled: false });
    assert.deepEqual(await codeOf(testApp.join(person!, open)), [404, 'room_not_found']);
    const over = await testApp.performance({ opensAt: inHours(-2), closesAt: inHours(-1) });
    assert.deepEqual(await codeOf(testApp.join(person!, over)), [409, 'room_closed']);
  });
});

describe('leaving', () => {
  it('frees the place at once: those behind move up', async () => {
    const id = await stillRoom();
    const [first, second] = await testApp.people(2);
    await testApp.join(first!, id);
    assert.equal((await testApp.join(second!, id)).body['ahead'], 1);
    assert.equal((await testApp.leave(first!, id)).status, 204);
    assert.equal((await testApp.poll(second!, id)).body['ahead'], 0);
    assert.deepEqual(await codeOf(testApp.poll(first!, id)), [404, 'entry_not_found']);
    assert.deepEqual(await codeOf(testApp.leave(first!, id)), [404, 'entry_not_found']);
    assert.equal((await testApp.join(first!, id)).body['number'], 3, 'a new place, at the end');
  });

  it('repeated with its Idempotency-Key gets the same answer', async () => {
    const id = await stillRoom();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const answers = [
      await testApp.leave(person!, id, { 'idempotency-key': 'leave-1' }),
      await testApp.leave(person!, id, { 'idempotency-key': 'leave-1' }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [204, 204],
    );
  });

  it('by somebody admitted frees the slot for the next, and ends the pass', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 1 });
    const [first, second] = await testApp.people(2);
    await testApp.join(first!, id);
    const { pass } = await testApp.admitted(first!, id);
    await testApp.join(second!, id);
    assert.equal((await testApp.poll(second!, id)).body['status'], 'waiting');
    assert.equal((await testApp.leave(first!, id)).status, 204);
    await testApp.admitted(second!, id);
    assert.deepEqual(await codeOf(testApp.reserve(first!, id, 1, pass)), [403, 'pass_expired']);
  });
});

describe('a pass', () => {
  it('is what reserving needs, and serves its owner in its room alone', async () => {
    const [id, other] = [await testApp.performance(), await testApp.performance()];
    const [person, thief] = await testApp.people(2);
    assert.deepEqual(await codeOf(testApp.reserve(person!, id, 1)), [403, 'pass_required']);
    await testApp.join(person!, id);
    const { pass } = await testApp.admitted(person!, id);
    assert.deepEqual(await codeOf(testApp.reserve(thief!, id, 1, pass)), [403, 'pass_invalid']);
    assert.deepEqual(await codeOf(testApp.reserve(person!, other, 1, pass)), [403, 'pass_invalid']);
    assert.deepEqual(await codeOf(testApp.reserve(person!, id, 1, `${pass}x`)), [403, 'pass_invalid']);
    assert.deepEqual(await codeOf(testApp.reserve(person!, id, 1, person!.token)), [403, 'pass_invalid']);
    assert.equal((await testApp.reserve(person!, id, 1, pass)).status, 201);
  });

  it('is the same until it is renewed, and is given again to who joins again', async () => {
    const id = await testApp.performance();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const entry = await testApp.admitted(person!, id);
    const again = await testApp.join(person!, id);
    assert.equal(again.status, 200);
    assert.deepEqual([again.body['pass'], again.body['status']], [entry['pass'], 'admitted']);
    assert.equal((await testApp.poll(person!, id)).body['pass'], entry['pass']);
  });

  it('can be verified by others with the published keys', async () => {
    const id = await testApp.performance();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const { pass, number } = await testApp.admitted(person!, id);
    const { body: keys } = await testApp.call(undefined, 'GET /.well-known/jwks.json');
    const { payload } = await jwtVerify(pass, createLocalJWKSet(keys as { keys: [] }), {
      algorithms: ['ES256'],
      issuer: 'firstcome',
    });
    assert.deepEqual([payload.sub, payload['room'], payload['number']], [person!.accountId, id, number]);
  });

  it('is spent when the booking is paid, and its slot is free', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 1 });
    const buyer = await testApp.person();
    const [next] = await testApp.people(1);
    await testApp.made(buyer, 'POST /v1/points/charges', { amount: { amount: 10_000, currency: 'KRW' } });
    await testApp.join(buyer, id);
    const { pass } = await testApp.admitted(buyer, id);
    await testApp.join(next!, id);
    const { body: reservation } = await testApp.reserve(buyer, id, 1, pass);
    await testApp.made(buyer, `POST /v1/reservations/${reservation['id']}/payments`, { method: 'points' });
    assert.deepEqual(await codeOf(testApp.reserve(buyer, id, 2, pass)), [403, 'pass_spent']);
    assert.deepEqual(await codeOf(testApp.poll(buyer, id)), [404, 'entry_not_found']);
    await testApp.admitted(next!, id);
    const consumed = await until(
      () =>
        testApp.database.query<{ status: number }>('select status from room_entry where account_id = $1', [
          buyer.accountId,
        ]),
      (rows) => rows[0]?.status === 5,
    );
    assert.equal(consumed.length, 1);
  });
});

describe('a room that is sold out', () => {
  it('says so to who joins and to who is in line', async () => {
    const id = await stillRoom();
    const [early, late] = await testApp.people(2);
    await testApp.join(early!, id);
    assert.equal((await testApp.poll(early!, id)).body['soldOut'], undefined);
    await testApp.sellEverything(id);
    await until(
      () => testApp.poll(early!, id),
      ({ body }) => body['soldOut'] === true,
    );
    assert.deepEqual(await codeOf(testApp.join(late!, id)), [409, 'sold_out']);
  });
});

async function codeOf(answer: ReturnType<RoomTestApp['call']>): Promise<readonly [number, unknown]> {
  const { status, body } = await answer;
  return [status, body['code']];
}
