/** Above the threshold writes wait in a durable queue, and their senders get the real answers. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { won } from '../support/catalogue.ts';
import { readEvents } from '../support/event-source.ts';
import { addressOf, FullShop } from '../support/reservations/full-shop.ts';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';
import type { Person, Reply } from '../support/waiting-room/test-app.ts';

type Told = { readonly state?: string; readonly reason?: string };

let shop: Shop;
let performanceId: string;
let full: FullShop;
const answerOf = (person: Person, ticket: Reply) => full.answerOf(person, ticket);
const look = (person: Person, ticket: Reply) => full.look(person, ticket);
const calm = () => full.calm();

before(async () => {
  shop = await Shop.open({
    OVERLOAD_QUEUE: 'fixed',
    OVERLOAD_THRESHOLD: '1',
    REQUEST_QUEUE_MAX: '50',
    REQUEST_QUEUE_TTL_MS: '60000',
  });
  full = new FullShop(shop);
});
after(() => shop.close());

afterEach(() => full.empty());

const fill = async () => {
  performanceId = await full.fill();
};
const release = () => full.empty();
describe('above the threshold', { timeout: 60_000 }, () => {
  test('a hold is answered 202 with its place, and its real answer is told in the order of numbers', async () => {
    await fill();
    const [winner, loser, other] = await Promise.all([shop.buyer(0), shop.buyer(0), shop.buyer(0)]);
    const tickets = [
      await shop.reserve(winner, performanceId, [1]),
      await shop.reserve(loser, performanceId, [1]),
      await shop.reserve(other, performanceId, [2]),
    ] as const;
    const { number } = tickets[0].body;
    for (const [index, ticket] of tickets.entries()) {
      const { queuedRequestId, ...place } = ticket.body;
      assert.equal(addressOf(ticket), `/v1/queued-requests/${queuedRequestId}`);
      assert.equal(place['number'], number + index);
      assert.equal(place['ahead'], index);
      assert.ok(Number(ticket.headers['retry-after']) >= 1);
    }
    const waiting = await look(other, tickets[2]);
    assert.equal(waiting.status, 200);
    const { state, ahead } = waiting.body;
    assert.deepEqual({ state, ahead }, { state: 'queued', ahead: 2 });
    await release();
    const [first, lost, had] = [
      await answerOf(winner, tickets[0]),
      await answerOf(loser, tickets[1]),
      await answerOf(other, tickets[2]),
    ];
    assert.deepEqual([first['status'], lost['status'], had['status']], [201, 409, 201]);
    assert.equal(lost['body'].code, 'seat_taken');
    assert.deepEqual(lost['body'].seats, ['A-1-1']);
    const { body: reservation } = await shop.testApp.call(winner, `GET /v1/reservations/${first['body'].id}`);
    assert.deepEqual(first['body'], reservation);
  });

  test('charges and cancellations wait too, payments never do', async () => {
    await calm();
    const show = await shop.performance();
    const payer = await shop.buyer();
    const leaver = await shop.buyer(0);
    const bought = await shop.held(payer, show, [1]);
    const given = await shop.held(leaver, show, [2]);
    await fill();
    const charge = await shop.testApp.call(payer, 'POST /v1/points/charges', { body: { amount: won(7) } });
    const cancel = await shop.cancel(leaver, given);
    assert.deepEqual([charge.status, cancel.status], [202, 202]);
    // A payment needs the seat that somebody locks here: that it is not answered 202 is what counts.
    const paying = shop.pay(payer, bought);
    await release();
    assert.equal((await paying).status, 201);
    assert.equal((await answerOf(payer, charge))['status'], 201);
    const cancelled = await answerOf(leaver, cancel);
    assert.equal(cancelled['status'], 200);
    assert.equal(cancelled['body'].status, 'cancelled');
    assert.equal(await shop.balance(payer), 10_000 + 7 - 1_000);
  });

  test('no header goes past the queue', async () => {
    await fill();
    const buyer = await shop.buyer(0);
    const headers = {
      prefer: 'respond-sync',
      priority: 'u=0',
      'x-priority': 'high',
      'x-forwarded-for': '127.0.0.1',
      'x-internal': 'true',
      'x-queued-request-id': randomUUID(),
    };
    assert.equal((await shop.reserve(buyer, performanceId, [3], headers)).status, 202);
  });

  test('what is not valid is told at once, and takes no place', async () => {
    await fill();
    const buyer = await shop.buyer(0);
    const body = { performanceId, seatIds: [] };
    assert.equal((await shop.testApp.call(buyer, 'POST /v1/reservations', { body })).status, 400);
    const [row] = await shop.testApp.database.query<{ count: number }>(
      'select count(*) from queued_request where account_id = $1',
      [buyer.accountId],
    );
    assert.equal(row?.count, 0);
  });
});

describe('a ticket', { timeout: 60_000 }, () => {
  test('is nothing to anybody else, nor is its number, a guess, or another id', async () => {
    await fill();
    const [owner, thief] = await Promise.all([shop.buyer(0), shop.buyer(0)]);
    const ticket = await shop.reserve(owner, performanceId, [4]);
    const address = addressOf(ticket);
    const refused = async (person: Person | undefined, path: string) => {
      const { status, body } = await shop.testApp.call(person, `GET ${path}`);
      return `${status} ${body['code']}`;
    };
    for (const path of [address, `${address}/stream`]) {
      assert.equal(await refused(thief, path), '404 queued_request_not_found');
      assert.equal(await refused(undefined, path), '401 token_missing');
      // Also a manager has no business with it.
      assert.equal(await refused(shop.testApp.manager, path), '404 queued_request_not_found');
    }
    for (const guess of [randomUUID(), String(ticket.body['number'])])
      assert.match(await refused(owner, `/v1/queued-requests/${guess}`), /^(404|400) /);
    await release();
    assert.equal((await answerOf(owner, ticket))['status'], 201);
    assert.equal(await refused(thief, address), '404 queued_request_not_found');
  });

  test('that is asked for again and again, or sent as a key, does nothing again', async () => {
    await fill();
    const owner = await shop.buyer(0);
    const ticket = await shop.reserve(owner, performanceId, [5]);
    const id = String(ticket.body['queuedRequestId']);
    const asKey = await shop.reserve(owner, performanceId, [6], { 'idempotency-key': id });
    await release();
    const [first, second] = [await answerOf(owner, ticket), await answerOf(owner, ticket)];
    assert.deepEqual(first, second);
    assert.equal((await answerOf(owner, asKey))['status'], 201);
    assert.equal((await shop.testApp.call(owner, `POST ${addressOf(ticket)}`)).status, 405);
    const { body } = await shop.testApp.call(owner, 'GET /v1/reservations');
    assert.equal(body['items'].length, 2);
  });

  test('is the same for the same key, whose stored answer is told at once afterwards', async () => {
    await fill();
    const owner = await shop.buyer(0);
    const key = { 'idempotency-key': `key-${randomUUID()}` };
    const [one, two] = await Promise.all([
      shop.reserve(owner, performanceId, [7], key),
      shop.reserve(owner, performanceId, [7], key),
    ]);
    assert.equal(addressOf(one), addressOf(two));
    const other = await shop.reserve(owner, performanceId, [8], key);
    assert.deepEqual([other.status, other.body['code']], [422, 'idempotency_key_reused']);
    await release();
    const told = await answerOf(owner, one);
    const again = await shop.reserve(owner, performanceId, [7], key);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    assert.equal(again.status, told['status']);
    assert.deepEqual(again.body, told['body']);
  });

  test('tells the real answer by a stream, which then ends', async () => {
    await fill();
    const owner = await shop.buyer(0);
    const ticket = await shop.reserve(owner, performanceId, [9]);
    const { address } = shop.testApp.app;
    const events = await readEvents<Told>(`${address()}${addressOf(ticket)}/stream`, {
      authorization: `Bearer ${owner.token}`,
    });
    assert.equal((await events.next()).data.state, 'queued');
    await release();
    let told = await events.next();
    while (told.data.state === 'queued') told = await events.next();
    assert.deepEqual(told.data, await answerOf(owner, ticket));
    const { event, data } = await events.next();
    assert.deepEqual(
      { event, data },
      { event: 'closed', data: { reason: 'request-done', reconnect: false } },
    );
    const again = await readEvents<Told>(`${address()}${addressOf(ticket)}/stream`, {
      authorization: `Bearer ${owner.token}`,
    });
    assert.equal((await again.next()).data.state, 'done');
    assert.equal((await again.next()).event, 'closed');
  });

  test('holds no token, no pass and no address', async () => {
    const room = await shop.performance({ roomEnabled: true });
    const owner = await shop.buyer(0);
    const { body } = await until(
      () => shop.testApp.join(owner, room),
      (reply) => reply.body['pass'] !== undefined,
    );
    const pass = String(body['pass']);
    await fill();
    const held = await shop.reserve(owner, room, [1], { 'room-pass': pass, cookie: 'a=secret-cookie' });
    addressOf(held);
    const without = await shop.reserve(owner, room, [2]);
    assert.deepEqual([without.status, without.body['code']], [403, 'pass_required']);
    const forged = await shop.reserve(owner, room, [2], { 'room-pass': `${pass}x` });
    assert.deepEqual([forged.status, forged.body['code']], [403, 'pass_invalid']);
    const rows = await shop.testApp.database.query<{ text: string }>(
      'select q::text as text from queued_request q where account_id = $1',
      [owner.accountId],
    );
    assert.equal(rows.length, 1);
    for (const secret of [pass, owner.token, 'secret-cookie', '127.0.0.1'])
      assert.ok(!rows[0]!.text.includes(secret), secret);
    await release();
    assert.equal((await answerOf(owner, held))['status'], 201);
  });

  test('of a session that was ended meanwhile is answered 401', async () => {
    const email = `${randomUUID()}@queue.example`;
    const login = { email, password: 'a-long-password-1' };
    await shop.testApp.call(undefined, 'POST /v1/accounts', {
      body: { ...login, name: 'Somebody' },
    });
    const logIn = async () => {
      const { body } = await shop.testApp.call(undefined, 'POST /v1/sessions', { body: login });
      return { accountId: '', token: String(body['accessToken']) };
    };
    const [leaving, staying] = [await logIn(), await logIn()];
    await fill();
    const ticket = await shop.reserve(leaving, performanceId, [10]);
    await shop.testApp.call(leaving, 'DELETE /v1/sessions/current');
    assert.equal((await look(leaving, ticket)).status, 401);
    await release();
    const told = await answerOf(staying, ticket);
    assert.deepEqual([told['status'], told['body'].code], [401, 'session_ended']);
  });
});

describe('the queue', { timeout: 60_000 }, () => {
  test('is bounded, gives up what waited too long, and is left again once it is empty and calm', async () => {
    await shop.testApp.restart({ REQUEST_QUEUE_MAX: '2', REQUEST_QUEUE_TTL_MS: '400' });
    await fill();
    const owner = await shop.buyer(0);
    const key = { 'idempotency-key': `key-${randomUUID()}` };
    const ticket = await shop.reserve(owner, performanceId, [11], key);
    addressOf(await shop.reserve(owner, performanceId, [12]));
    const beyond = await shop.reserve(owner, performanceId, [13]);
    assert.deepEqual([beyond.status, beyond.body['code']], [503, 'overloaded']);
    assert.ok(beyond.headers['retry-after']);
    const told = await answerOf(owner, ticket);
    assert.deepEqual([told['status'], told['body'].code], [503, 'expired_in_queue']);
    await release();
    const again = await until(
      () => shop.reserve(owner, performanceId, [11], key),
      ({ status }) => status !== 503,
    );
    const answer = again.status === 202 ? (await answerOf(owner, again))['status'] : again.status;
    assert.equal(answer, 201);
    const { body } = await shop.testApp.call(owner, 'GET /v1/reservations');
    assert.equal(body['items'].length, 1);
    await calm();
    const direct = await shop.reserve(owner, performanceId, [14]);
    assert.equal(direct.status, 201);
    assert.equal(direct.body['status'], 'held');
  });
});
