import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/kernel/clock.ts';
import { Shop } from '../support/reservations/shop.ts';
import type { Person, Reply } from '../support/waiting-room/test-app.ts';

const HOUR_MS = 3_600_000;

let shop: Shop;
let performanceId: string;
let offsetMs = 0;

before(async () => {
  shop = await Shop.open();
  shop.testApp.clock = { ...systemClock, now: () => systemClock.now() + offsetMs };
  await shop.testApp.restart();
  performanceId = await shop.performance();
});
after(() => shop.close());

const codeOf = ({ status, body }: Reply) => [status, body['code']];

const open = (person: Person, of = performanceId, headers = {}) =>
  shop.testApp.call(person, `POST /v1/performances/${of}/gates`, { body: { name: 'North' }, headers });

const atGate = (pass: string, request: string, body?: object) =>
  shop.testApp.call(undefined, request, { body, headers: { 'gate-pass': pass } });

async function soldCode(of = performanceId): Promise<string> {
  const buyer = await shop.buyer();
  seat += 1;
  await shop.bought(buyer, of, [seat]);
  return (await shop.tickets(buyer))[0]!['code'];
}
let seat = 0;

describe('a gate', { timeout: 60_000 }, () => {
  it('is opened by the seller, and its pass lets in at this performance without an account', async () => {
    const { status, body } = await open(shop.testApp.seller);
    assert.equal(status, 201, JSON.stringify(body));
    assert.match(body['passQrSvg'], /^<svg /);
    const { pass } = body as unknown as { pass: string };
    const own = await atGate(pass, 'GET /v1/gates/current');
    assert.deepEqual(
      [own.body['performanceId'], own.body['name'], own.body['pass']],
      [performanceId, 'North', undefined],
    );
    const entered = await atGate(pass, 'POST /v1/check-ins', { code: await soldCode(), gate: 'Somewhere' });
    assert.deepEqual([entered.status, entered.body['gate']], [201, 'North']);
    const door = await atGate(pass, `GET /v1/performances/${performanceId}/door`);
    assert.deepEqual([door.body['gate'], door.body['checkedIn']], ['North', 1]);
    assert.equal((await atGate(pass, `GET /v1/performances/${performanceId}/door/tickets`)).status, 200);
  });

  it('does nothing else: no other performance, no names, no undoing', async () => {
    const { pass } = (await open(shop.testApp.seller)).body as unknown as { pass: string };
    const other = await shop.performance();
    const entered = await atGate(pass, 'POST /v1/check-ins', { code: await soldCode(other) });
    assert.deepEqual(codeOf(entered), [409, 'ticket_other_performance']);
    assert.deepEqual(codeOf(await atGate(pass, `GET /v1/performances/${other}/door`)), [
      404,
      'performance_not_found',
    ]);
    for (const request of [
      `GET /v1/performances/${performanceId}/door-list`,
      `GET /v1/performances/${performanceId}/buyers`,
      `GET /v1/performances/${performanceId}/gates`,
      `DELETE /v1/check-ins/${randomUUID()}`,
      'GET /v1/tickets',
    ])
      assert.deepEqual(codeOf(await atGate(pass, request)), [401, 'token_missing'], request);
  });

  it('is not opened by other sellers or buyers', async () => {
    const rival = await shop.testApp.person(['member', 'seller']);
    assert.deepEqual(codeOf(await open(rival)), [404, 'performance_not_found']);
    assert.deepEqual(codeOf(await open(await shop.buyer(0))), [403, 'role_required']);
    assert.equal((await open(shop.testApp.manager)).status, 201);
  });

  it('that is revoked, or whose twelve hours are over, lets nobody in; a made-up pass never does', async () => {
    const { seller } = shop.testApp;
    const code = await soldCode();
    const enter = (pass: string) => atGate(pass, 'POST /v1/check-ins', { code });
    const revoked = (await open(seller)).body;
    assert.equal((await shop.testApp.call(seller, `DELETE /v1/gates/${revoked['id']}`)).status, 204);
    assert.deepEqual(codeOf(await enter(revoked['pass'])), [401, 'gate_pass_ended']);
    assert.deepEqual(codeOf(await enter('GATE-0000-0000-0000-0000-0000')), [401, 'gate_pass_invalid']);
    assert.deepEqual(codeOf(await atGate('', 'GET /v1/gates/current')), [401, 'gate_pass_invalid']);
    const { body: late } = await open(seller);
    offsetMs = 12 * HOUR_MS;
    try {
      assert.deepEqual(codeOf(await enter(late['pass'])), [401, 'gate_pass_ended']);
    } finally {
      offsetMs = 0;
    }
    assert.equal((await enter(late['pass'])).status, 201);
  });

  it('is added once for one key, and its pass is stored nowhere', async () => {
    const { seller } = shop.testApp;
    const key = { 'idempotency-key': randomUUID() };
    const first = await open(seller, performanceId, key);
    const again = await open(seller, performanceId, key);
    assert.deepEqual([again.status, again.body], [201, first.body]);
    const { body } = await shop.testApp.call(seller, `GET /v1/performances/${performanceId}/gates`);
    assert.equal(body['items'][0].pass, first.body['pass']);
    const stored = await shop.testApp.database.query(
      'select result from idempotency_record where result like $1 union all select name from gate where name like $1',
      [`%${first.body['pass']}%`],
    );
    assert.deepEqual(stored, []);
  });
});
