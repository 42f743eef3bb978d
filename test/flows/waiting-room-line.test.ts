import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { inHours } from '../support/catalogue.ts';
import { until } from '../support/until.ts';
import { RoomStage } from '../support/waiting-room/stage.ts';

let stage: RoomStage;

before(async () => {
  stage = await RoomStage.open();
});

after(() => stage.close());

/** A room in which nobody is admitted until its seller says so. */
async function stillRoom(more: object = {}): Promise<string> {
  const id = await stage.performance(more);
  assert.equal((await stage.change(id, { state: 'paused' })).status, 200);
  return id;
}

describe('joining', () => {
  it('gives numbers in the order of arrival, and says how many are ahead and behind', async () => {
    const id = await stillRoom();
    const people = await stage.people(5);
    const numbers: unknown[] = [];
    for (const person of people) {
      const { status, body } = await stage.join(person, id);
      assert.equal(status, 201);
      assert.equal(body['status'], 'waiting');
      numbers.push(body['number']);
    }
    assert.deepEqual(numbers, [1, 2, 3, 4, 5]);
    const { body } = await stage.poll(people[1]!, id);
    assert.deepEqual([body['number'], body['ahead'], body['behind']], [2, 1, 3]);
    assert.equal(body['estimatedWaitMs'], null, 'nobody is admitted');
    assert.ok(body['pollAfterMs'] >= 800, String(body['pollAfterMs']));
  });

  it('again gives the same place, with 200', async () => {
    const id = await stillRoom();
    const [person] = await stage.people(1);
    const first = await stage.join(person!, id);
    const second = await stage.join(person!, id);
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal(second.body['number'], first.body['number']);
    assert.equal(second.body['entryId'], first.body['entryId']);
  });

  it('a hundred times at once gives one place', async () => {
    const id = await stillRoom();
    const [person] = await stage.people(1);
    const answers = await Promise.all(Array.from({ length: 100 }, () => stage.join(person!, id)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.deepEqual(new Set(answers.map(({ body }) => body['number'])), new Set([1]));
  });

  it('loses no number to requests that are refused', async () => {
    const id = await stillRoom();
    const [first, second] = await stage.people(2);
    await stage.join(first!, id);
    const refused = [
      stage.call(undefined, `POST /v1/performances/${id}/room/entries`),
      stage.call(second, 'POST /v1/performances/no-id/room/entries'),
      stage.call(second, `POST /v1/performances/${crypto.randomUUID()}/room/entries`),
      stage.join(second!, id, { 'idempotency-key': ' ' }),
    ];
    assert.deepEqual(
      (await Promise.all(refused)).map(({ status }) => status),
      [401, 400, 404, 400],
    );
    assert.equal((await stage.join(second!, id)).body['number'], 2);
  });

  it('repeated with its Idempotency-Key gets the stored answer', async () => {
    const id = await stillRoom();
    const [person] = await stage.people(1);
    const first = await stage.join(person!, id, { 'idempotency-key': 'join-1' });
    const again = await stage.join(person!, id, { 'idempotency-key': 'join-1' });
    assert.deepEqual([first.status, again.status], [201, 201]);
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers['idempotency-replayed'], 'true');
  });

  it('repeated when admitted gets the pass that is good by then, which is not stored', async () => {
    const id = await stage.performance();
    const [person] = await stage.people(1);
    await stage.join(person!, id);
    await stage.admitted(person!, id);
    const headers = { 'idempotency-key': 'join-2' };
    const first = await stage.join(person!, id, headers);
    const again = await stage.join(person!, id, headers);
    assert.equal(typeof first.body['pass'], 'string');
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    await stage.leave(person!, id);
    const { pass: _pass, ...rest } = first.body;
    assert.deepEqual((await stage.join(person!, id, headers)).body, rest);
    const [stored, ...more] = await stage.database.query<{ result: string }>(
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
    const id = await stage.performance({ opensAt: opensAt.toISOString() });
    const [person] = await stage.people(1);
    const joined = await stage.join(person!, id);
    assert.equal(joined.status, 201);
    assert.ok(joined.body['estimatedWaitMs'] > 0);
    assert.equal((await stage.poll(person!, id)).body['status'], 'waiting');
    await stage.admitted(person!, id);
    const [row] = await stage.database.query<{ early: boolean }>(
      'select admitted_at < $2 as early from room_entry where performance_id = $1',
      [id, opensAt],
    );
    assert.equal(row?.early, false);
  });

  it('is refused where there is no room, and after the sale', async () => {
    const [person] = await stage.people(1);
    const open = await stage.performance({ roomEnabled: false });
    assert.deepEqual(await codeOf(stage.join(person!, open)), [404, 'room_not_found']);
    const over = await stage.performance({ opensAt: inHours(-2), closesAt: inHours(-1) });
    assert.deepEqual(await codeOf(stage.join(person!, over)), [409, 'room_closed']);
  });
});

describe('leaving', () => {
  it('frees the place at once: those behind move up', async () => {
    const id = await stillRoom();
    const [first, second] = await stage.people(2);
    await stage.join(first!, id);
    assert.equal((await stage.join(second!, id)).body['ahead'], 1);
    assert.equal((await stage.leave(first!, id)).status, 204);
    assert.equal((await stage.poll(second!, id)).body['ahead'], 0);
    assert.deepEqual(await codeOf(stage.poll(first!, id)), [404, 'entry_not_found']);
    assert.deepEqual(await codeOf(stage.leave(first!, id)), [404, 'entry_not_found']);
    assert.equal((await stage.join(first!, id)).body['number'], 3, 'a new place, at the end');
  });

  it('repeated with its Idempotency-Key gets the same answer', async () => {
    const id = await stillRoom();
    const [person] = await stage.people(1);
    await stage.join(person!, id);
    const answers = [
      await stage.leave(person!, id, { 'idempotency-key': 'leave-1' }),
      await stage.leave(person!, id, { 'idempotency-key': 'leave-1' }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [204, 204],
    );
  });

  it('by somebody admitted frees the slot for the next, and ends the pass', async () => {
    const id = await stage.performance();
    await stage.change(id, { concurrency: 1 });
    const [first, second] = await stage.people(2);
    await stage.join(first!, id);
    const { pass } = await stage.admitted(first!, id);
    await stage.join(second!, id);
    assert.equal((await stage.poll(second!, id)).body['status'], 'waiting');
    assert.equal((await stage.leave(first!, id)).status, 204);
    await stage.admitted(second!, id);
    assert.deepEqual(await codeOf(stage.reserve(first!, id, 1, pass)), [403, 'pass_expired']);
  });
});

describe('a pass', () => {
  it('is what reserving needs, and serves its owner in its room alone', async () => {
    const [id, other] = [await stage.performance(), await stage.performance()];
    const [person, thief] = await stage.people(2);
    assert.deepEqual(await codeOf(stage.reserve(person!, id, 1)), [403, 'pass_required']);
    await stage.join(person!, id);
    const { pass } = await stage.admitted(person!, id);
    assert.deepEqual(await codeOf(stage.reserve(thief!, id, 1, pass)), [403, 'pass_invalid']);
    assert.deepEqual(await codeOf(stage.reserve(person!, other, 1, pass)), [403, 'pass_invalid']);
    assert.deepEqual(await codeOf(stage.reserve(person!, id, 1, `${pass}x`)), [403, 'pass_invalid']);
    assert.deepEqual(await codeOf(stage.reserve(person!, id, 1, person!.token)), [403, 'pass_invalid']);
    assert.equal((await stage.reserve(person!, id, 1, pass)).status, 201);
  });

  it('is the same until it is renewed, and is given again to who joins again', async () => {
    const id = await stage.performance();
    const [person] = await stage.people(1);
    await stage.join(person!, id);
    const entry = await stage.admitted(person!, id);
    const again = await stage.join(person!, id);
    assert.equal(again.status, 200);
    assert.deepEqual([again.body['pass'], again.body['status']], [entry['pass'], 'admitted']);
    assert.equal((await stage.poll(person!, id)).body['pass'], entry['pass']);
  });

  it('can be verified by others with the published keys', async () => {
    const id = await stage.performance();
    const [person] = await stage.people(1);
    await stage.join(person!, id);
    const { pass, number } = await stage.admitted(person!, id);
    const { body: keys } = await stage.call(undefined, 'GET /.well-known/jwks.json');
    const { payload } = await jwtVerify(pass, createLocalJWKSet(keys as { keys: [] }), {
      algorithms: ['ES256'],
      issuer: 'firstcome',
    });
    assert.deepEqual([payload.sub, payload['room'], payload['number']], [person!.accountId, id, number]);
  });

  it('is spent when the booking is paid, and its slot is free', async () => {
    const id = await stage.performance();
    await stage.change(id, { concurrency: 1 });
    const buyer = await stage.person();
    const [next] = await stage.people(1);
    await stage.made(buyer, 'POST /v1/points/charges', { amount: { amount: 10_000, currency: 'KRW' } });
    await stage.join(buyer, id);
    const { pass } = await stage.admitted(buyer, id);
    await stage.join(next!, id);
    const { body: reservation } = await stage.reserve(buyer, id, 1, pass);
    await stage.made(buyer, `POST /v1/reservations/${reservation['id']}/payments`, { method: 'points' });
    assert.deepEqual(await codeOf(stage.reserve(buyer, id, 2, pass)), [403, 'pass_spent']);
    assert.deepEqual(await codeOf(stage.poll(buyer, id)), [404, 'entry_not_found']);
    await stage.admitted(next!, id);
    const consumed = await until(
      () =>
        stage.database.query<{ status: number }>('select status from room_entry where account_id = $1', [
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
    const [early, late] = await stage.people(2);
    await stage.join(early!, id);
    assert.equal((await stage.poll(early!, id)).body['soldOut'], undefined);
    await stage.sellEverything(id);
    await until(
      () => stage.poll(early!, id),
      ({ body }) => body['soldOut'] === true,
    );
    assert.deepEqual(await codeOf(stage.join(late!, id)), [409, 'sold_out']);
  });
});

async function codeOf(answer: ReturnType<RoomStage['call']>): Promise<readonly [number, unknown]> {
  const { status, body } = await answer;
  return [status, body['code']];
}
