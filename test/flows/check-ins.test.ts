import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Shop } from '../support/reservations/shop.ts';
import type { Options, Person, Reply } from '../support/waiting-room/test-app.ts';

let shop: Shop;
let performanceId: string;
let seat = 0;

before(async () => {
  shop = await Shop.open();
  performanceId = await shop.performance();
});
after(() => shop.close());

type Ticket = {
  readonly id: string;
  readonly code: string;
  readonly buyer: Person;
  readonly booking: string;
};

/** Somebody new with a ticket. */
async function ticket(of = performanceId): Promise<Ticket> {
  const buyer = await shop.buyer();
  const booking = await shop.bought(buyer, of, [++seat]);
  const [first] = await shop.tickets(buyer);
  return { id: first!['id'], code: first!['code'], buyer, booking };
}

async function qrOf({ buyer, id }: Ticket): Promise<string> {
  return (await shop.testApp.call(buyer, `GET /v1/tickets/${id}`)).body['qr'];
}

const scan = (person: Person, code: string, more: object = {}, headers: Options['headers'] = {}) =>
  shop.testApp.call(person, 'POST /v1/check-ins', { body: { code, ...more }, headers });

const codeOf = ({ status, body }: Pick<Reply, 'status' | 'body'>) => [status, body['code']];

describe('a check-in', { timeout: 60_000 }, () => {
  it('lets in with the QR code once, and says where and when to the one who comes after', async () => {
    const sold = await ticket();
    const { seller } = shop.testApp;
    const first = await scan(seller, await qrOf(sold), { gate: 'North' });
    assert.equal(first.status, 201, JSON.stringify(first.body));
    assert.deepEqual(
      [first.body['ticketId'], first.body['performanceId'], first.body['gate'], first.body['seat'].section],
      [sold.id, performanceId, 'North', 'A'],
    );
    const again = await scan(seller, sold.code.toLowerCase().replaceAll('-', ' '));
    assert.deepEqual(codeOf(again), [409, 'already_checked_in']);
    assert.deepEqual(
      [again.body['gate'], again.body['checkedInAt'], again.body['checkInId']],
      ['North', first.body['checkedInAt'], first.body['id']],
    );
    assert.equal((await shop.testApp.call(sold.buyer, `GET /v1/tickets/${sold.id}`)).body['status'], 'used');
  });

  it('of one ticket by two gates at the same moment happens once, every time', async () => {
    const { seller, manager } = shop.testApp;
    for (let round = 0; round < 8; round++) {
      const { code } = await ticket();
      const answers = await Promise.all(
        [seller, manager, seller, manager, seller].map((person, index) =>
          shop.overSocket(person, 'POST /v1/check-ins', { body: { code, gate: `Gate ${index}` } }),
        ),
      );
      const won = answers.filter(({ status }) => status === 201);
      assert.equal(won.length, 1, JSON.stringify(answers));
      for (const { status, body } of answers) {
        if (status === 201) continue;
        assert.deepEqual(
          [status, body['code'], body['gate']],
          [409, 'already_checked_in', won[0]!.body['gate']],
        );
      }
    }
  });

  it('is decided by a constraint: the database itself takes no second one', async () => {
    const { id, code } = await ticket();
    assert.equal((await scan(shop.testApp.seller, code)).status, 201);
    await assert.rejects(
      shop.testApp.database.query(
        `insert into check_in (id, ticket_id, performance_id, gate, account_id, checked_in_at, recorded_at)
          values ($1, $2, $3, 'South', $1, now(), now())`,
        [randomUUID(), id, performanceId],
      ),
      /check_in_once/,
    );
  });

  it('whose answer was lost is answered again under its key', async () => {
    const { code } = await ticket();
    const key = { 'idempotency-key': randomUUID() };
    const first = await scan(shop.testApp.seller, code, {}, key);
    const again = await scan(shop.testApp.seller, code, {}, key);
    assert.deepEqual([again.status, again.body], [201, first.body]);
  });

  it('whose answer was lost is settled as the same scan by the id that the door gave it', async () => {
    const { code } = await ticket();
    const other = await ticket();
    const id = randomUUID();
    const { seller, manager } = shop.testApp;
    assert.equal((await scan(seller, code, { id })).body['id'], id);
    assert.equal((await scan(seller, code, { id })).status, 201);
    const scans = [{ id, code, at: new Date().toISOString() }];
    const { body } = await shop.testApp.call(seller, 'POST /v1/check-ins/batches', { body: { scans } });
    assert.equal(body['items'][0].status, 'checked_in');
    assert.deepEqual(codeOf(await scan(seller, other.code, { id })), [409, 'scan_id_taken']);
    await shop.testApp.call(manager, `DELETE /v1/check-ins/${id}`);
    assert.deepEqual(codeOf(await scan(seller, code, { id })), [409, 'scan_id_taken']);
    const door = await shop.testApp.call(seller, `GET /v1/performances/${performanceId}/door`);
    assert.equal(door.body['conflicts'], 0);
  });

  it('is refused with a refunded ticket, also where it was used before', async () => {
    const { seller, manager } = shop.testApp;
    const sold = await ticket();
    assert.equal((await scan(seller, sold.code)).status, 201);
    assert.equal((await shop.cancel(manager, sold.booking)).status, 200);
    const again = await scan(seller, sold.code);
    assert.deepEqual([...codeOf(again), again.body['reason']], [409, 'ticket_void', 'refunded']);
  });

  it('and a refund at once leave no good ticket, no matter who is faster', async () => {
    for (let round = 0; round < 5; round++) {
      const sold = await ticket();
      const [entered] = await Promise.all([
        shop.overSocket(shop.testApp.seller, 'POST /v1/check-ins', { body: { code: sold.code } }),
        shop.overSocket(sold.buyer, `DELETE /v1/reservations/${sold.booking}`),
      ]);
      assert.ok(
        entered.status === 201 || entered.body['code'] === 'ticket_void',
        JSON.stringify(entered.body),
      );
      assert.deepEqual(codeOf(await scan(shop.testApp.seller, sold.code)), [409, 'ticket_void']);
    }
  });

  it('is refused at the door of another performance, before it is said to be used', async () => {
    const { code } = await ticket();
    const other = await shop.performance();
    await scan(shop.testApp.seller, code);
    assert.deepEqual(codeOf(await scan(shop.testApp.seller, code, { performanceId: other })), [
      409,
      'ticket_other_performance',
    ]);
  });

  it("is not for buyers, and other sellers' tickets do not exist", async () => {
    const sold = await ticket();
    const rival = await shop.testApp.person(['member', 'seller']);
    assert.deepEqual(codeOf(await scan(sold.buyer, sold.code)), [403, 'role_required']);
    for (const code of [sold.code, await qrOf(sold)])
      assert.deepEqual(codeOf(await scan(rival, code)), [404, 'ticket_not_found']);
    assert.equal((await scan(shop.testApp.manager, sold.code)).status, 201);
  });

  it('takes no code that was made up or altered; the code counts when its signature has ended', async () => {
    const sold = await ticket();
    const { seller } = shop.testApp;
    const qr = await qrOf(sold);
    const altered = qr.slice(0, 70) + (qr[70] === '7' ? '8' : '7') + qr.slice(71);
    const other = qr.slice(0, 37) + 'Z'.repeat(16) + qr.slice(53);
    for (const code of [altered, other, 'not a code', `${sold.code}0`])
      assert.deepEqual(codeOf(await scan(seller, code)), [422, 'ticket_code_invalid'], code);
    assert.deepEqual(codeOf(await scan(seller, 'ZZZZ-ZZZZ-ZZZZ-ZZZZ')), [404, 'ticket_not_found']);
    // Printed long ago: its key is in no set any more.
    const old = `1${'0'.repeat(10)}${qr.slice(11)}`;
    assert.equal((await scan(seller, old)).status, 201);
  });

  it('is undone by a manager alone, goes on record, and the ticket lets in again', async () => {
    const { seller, manager } = shop.testApp;
    const { code, id } = await ticket();
    const { body } = await scan(seller, code, { gate: 'North' });
    const undo = (person: Person, checkIn: string) =>
      shop.testApp.call(person, `DELETE /v1/check-ins/${checkIn}`);
    assert.deepEqual(codeOf(await undo(seller, body['id'])), [403, 'role_required']);
    assert.deepEqual(codeOf(await undo(manager, randomUUID())), [404, 'check_in_not_found']);
    assert.equal((await undo(manager, body['id'])).status, 204);
    assert.equal((await undo(manager, body['id'])).status, 204);
    assert.equal((await scan(seller, code)).status, 201);
    const audit = await shop.testApp.call(manager, 'GET /v1/operations/audit?limit=1');
    const [entry] = audit.body['items'];
    assert.deepEqual(
      [entry.action, entry.by.id, entry.performanceId, entry.details.ticketId, entry.details.gate],
      ['check-in.undone', manager.accountId, performanceId, id, 'North'],
    );
  });
});

describe('scans without network', { timeout: 60_000 }, () => {
  const settle = (person: Person, scans: readonly object[], gate = 'South') =>
    shop.testApp.call(person, 'POST /v1/check-ins/batches', { body: { scans, gate } });
  const scanOf = (code: string, id = randomUUID()) => ({ id, code, at: new Date().toISOString() });

  it('are settled once, however often they are sent', async () => {
    const scans = [scanOf((await ticket()).code), scanOf(await qrOf(await ticket()))];
    const first = await settle(shop.testApp.seller, scans);
    assert.deepEqual(
      first.body['items'].map(({ id, status }: { id: string; status: string }) => [id, status]),
      scans.map(({ id }) => [id, 'checked_in']),
    );
    assert.deepEqual((await settle(shop.testApp.seller, scans)).body, first.body);
  });

  it('by which two gates let one ticket in are reported, the first one counts', async () => {
    const of = await shop.performance();
    const sold = await ticket(of);
    const gone = await ticket(of);
    const { seller } = shop.testApp;
    const won = scanOf(sold.code);
    const late = scanOf(sold.code);
    await settle(seller, [won], 'North');
    assert.equal((await shop.cancel(gone.buyer, gone.booking)).status, 200);
    const voided = scanOf(gone.code);
    for (let times = 0; times < 2; times++) {
      const { body } = await settle(seller, [late, voided], 'South');
      assert.deepEqual(
        body['items'].map((item: Record<string, unknown>) => [item['status'], item['code'], item['gate']]),
        [
          ['refused', 'already_checked_in', 'North'],
          ['refused', 'ticket_void', undefined],
        ],
      );
    }
    const { body } = await shop.testApp.call(seller, `GET /v1/performances/${of}/admission-conflicts`);
    const rows = body['items'].map((row: Record<string, { gate?: string }>) => [
      row['id'],
      row['reason'],
      row['gate'],
      row['first']?.gate,
    ]);
    assert.deepEqual(
      new Set(rows),
      new Set([
        [late.id, 'already_checked_in', 'South', 'North'],
        [voided.id, 'ticket_void', 'South', undefined],
      ]),
    );
    const door = await shop.testApp.call(seller, `GET /v1/performances/${of}/door`);
    assert.deepEqual([door.body['tickets'], door.body['checkedIn'], door.body['conflicts']], [1, 1, 2]);
  });

  it('by two gates that settle at once let in once, and no batch waits for the other in a circle', async () => {
    const sold = await Promise.all(Array.from({ length: 6 }, () => ticket()));
    const batch = (codes: readonly string[], gate: string) =>
      shop.overSocket(shop.testApp.seller, 'POST /v1/check-ins/batches', {
        body: { gate, scans: codes.map((code) => scanOf(code)) },
      });
    const codes = sold.map(({ code }) => code);
    const answers = await Promise.all([batch(codes, 'North'), batch(codes.toReversed(), 'South')]);
    const items = answers.flatMap(({ body }) => body['items'] as readonly { readonly status: string }[]);
    assert.equal(items.filter(({ status }) => status === 'checked_in').length, 6);
    assert.equal(items.length, 12);
  });
});
