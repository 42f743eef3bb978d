import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { eventTypes } from '../../src/app/event-types.ts';
import { readConfig } from '../../src/config/config.ts';
import { confirmationToken } from '../../src/modules/identity/email-confirmation.ts';
import { deriveKey } from '../../src/platform/auth/tokens/secret.ts';
import { staysInside } from '../../src/platform/events/event.ts';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import { openSale, type Sale } from '../support/access/sale.ts';
import { accessTokenOf } from '../support/access-token.ts';
import { inHours } from '../support/catalogue.ts';
import { eventCatalogue, type JsonSchema, renderEventsPage } from '../support/docs/events-page.ts';
import { until } from '../support/until.ts';

const PAGE = new URL('../../docs/events.md', import.meta.url);
const SOURCE = new URL('../../src/', import.meta.url);
const CODES = { seller: 'demo-seller-code' };

let system: AccessApp;

before(async () => {
  system = await startAccessApp({ HOLD_TTL_MS: '1000' });
});

after(() => system.close());

type SavedEvent = { type: string; version: number; key: string; data: Record<string, unknown> };

/** What a whole sale saves: people, a concert, a room, holds that end in every way. */
async function saveOneOfEach(): Promise<SavedEvent[]> {
  const sale = await openSale(system);
  const { call, concertId, roomPerformanceId, performanceId, reservation, ticket } = sale;
  const did = async (...request: Parameters<typeof call>) => {
    const { status, body } = await call(...request);
    assert.ok(status < 300, `${request[1]}: ${status} ${JSON.stringify(body)}`);
  };
  await did('buyer', 'POST /v1/enrolments', { role: 'seller', code: CODES.seller });
  await did('seller', `PATCH /v1/concerts/${concertId}`, { title: 'Morning' });
  await did('seller', `PATCH /v1/performances/${performanceId}`, { limitPerPerson: 90 });
  await did('seller', `PATCH /v1/performances/${roomPerformanceId}/room`, { ratePerSecond: 5 });
  await reservation();
  await did('buyer', `DELETE /v1/reservations/${await reservation()}`);
  await sale.openPayment();
  const paid = await reservation();
  await did('buyer', `POST /v1/reservations/${paid}/payments`, { method: 'points' });
  await did('buyer', `DELETE /v1/reservations/${paid}`);
  await ticket();
  const { body: door } = await call('buyer', 'GET /v1/tickets?limit=1');
  const [{ code } = { code: '' }] = door['items'] as readonly { readonly code: string }[];
  const { body: checkIn } = await call('seller', 'POST /v1/check-ins', { code });
  await did('manager', `DELETE /v1/check-ins/${String(checkIn['id'])}`);
  const manager = `Bearer ${await accessTokenOf(system.tokens, ['member', 'manager'])}`;
  const { body: me } = await call('buyer', 'GET /v1/accounts/me');
  await did('buyer', 'POST /v1/accounts/me/email-confirmations');
  const key = deriveKey(readConfig({}).secretKey, 'email-confirmation');
  const about = { accountId: String(me['id']), email: String(me['email']), issuedAt: Date.now() };
  await did('buyer', 'POST /v1/email-confirmations', { token: confirmationToken(key, about) });
  const credited = await system.app.server.inject({
    method: 'POST',
    url: `/v1/accounts/${String(me['id'])}/credits`,
    headers: { authorization: manager },
    payload: { amount: { amount: 1_000, currency: 'KRW' }, reason: 'Sorry for the wait' },
  });
  assert.equal(credited.statusCode, 201, credited.body);
  const asked = await system.app.server.inject({
    method: 'DELETE',
    url: `/v1/reservations/${await reservation()}`,
    headers: {
      prefer: 'respond-async',
      authorization: manager,
    },
  });
  assert.equal(asked.statusCode, 202, asked.body);
  await chargeByCard(call, 'decline', 'normal');
  await untilSaved('points.charge-failed');
  await chargeByCard(call, 'pay', 'other-amount');
  await untilSaved('points.charge-refunded');
  await decideAboutDeadLetters(manager);
  // The buyer who went to the provider does not come back.
  await untilSaved('payment.failed');
  await untilSaved('reservation.expired');
  await callOff(did, sale);
  return untilSaved('performance.sold-out');
}

/** A performance that is postponed and kept, then cancelled; another that is sold out to its last seat. */
async function callOff(
  did: (...request: Parameters<Sale['call']>) => Promise<void>,
  { call, performanceBody, concertId, performanceId, reservation }: Sale,
): Promise<void> {
  const kept = await reservation();
  await did('buyer', `POST /v1/reservations/${kept}/payments`, { method: 'points' });
  await did('seller', `POST /v1/performances/${performanceId}/postponement`, { startsAt: inHours(96) });
  await did('buyer', `POST /v1/reservations/${kept}/postponement-answers`, { answer: 'keep' });
  await did('seller', `POST /v1/performances/${performanceId}/cancellation`, { reason: 'Ill' });
  const stage = { name: 'Small', plan: { sections: [{ id: 'B', rows: [ONE_SEAT] }] } };
  const { body: venue } = await call('seller', 'POST /v1/venues', {
    name: 'Room',
    address: '2 Test Street',
    stages: [stage],
  });
  const [{ id: stageId } = { id: '' }] = venue['stages'] as readonly { readonly id: string }[];
  const body = { ...performanceBody, stageId, roomEnabled: false };
  const { body: small } = await call('seller', `POST /v1/concerts/${concertId}/performances`, body);
  const last = { performanceId: small['id'], seatIds: ['B-1-1'] };
  const { body: hold } = await call('buyer', 'POST /v1/reservations', last);
  await did('buyer', `POST /v1/reservations/${String(hold['id'])}/payments`, { method: 'points' });
}

const ONE_SEAT = { id: '1', runs: [{ grade: 'R', first: 1, count: 1, at: [0, 0], by: [1, 0] }] };

async function chargeByCard(call: Sale['call'], decision: string, behaviour: string): Promise<void> {
  const amount = { amount: 5_000, currency: 'KRW' };
  const { body: payment } = await call('buyer', 'POST /v1/points/charges', { amount, method: 'card' });
  const id = String(payment['id']);
  const decided = { decision, behaviour };
  const { body } = await call('buyer', `POST /v1/simulated-checkouts/${id}/decisions`, decided);
  const paymentKey = new URL(String(body['redirectUrl'])).searchParams.get('paymentKey');
  if (paymentKey === null) return;
  const back = { paymentKey, orderId: id, amount };
  const { status } = await call('buyer', `POST /v1/payments/${id}/confirmations`, back);
  assert.equal(status, 200);
}

/** A manager has one tried, and gives it up. */
async function decideAboutDeadLetters(authorization: string): Promise<void> {
  const id = '0198c0de-0000-7000-8000-000000000001';
  const event = {
    id,
    type: 'payment.succeeded',
    version: 1,
    subject: id,
    partitionKey: id,
    occurredAt: 1,
    data: {},
  };
  const failure = { cause: 'odd', error: 'odd', attempts: 1, firstFailedAt: 1, lastFailedAt: 1 };
  const events = [{ event: { ...event, position: undefined }, failure }];
  const parked = createParkedEvents(system.database);
  await system.database.transaction((tx) => parked.park({ consumer: 'ranking', types: [], events }, tx));
  const chosen = { consumer: 'ranking', cause: 'odd' };
  for (const [path, payload] of [
    ['redrives', { ...chosen, dryRun: true }],
    ['discards', { ...chosen, reason: 'made up' }],
  ] as const) {
    const url = `/v1/dead-letters/${path}`;
    const answer = await system.app.server.inject({
      method: 'POST',
      url,
      headers: { authorization },
      payload,
    });
    assert.ok(answer.statusCode < 300, answer.body);
  }
}

function untilSaved(type: string): Promise<SavedEvent[]> {
  return until(
    () => system.database.query<SavedEvent>('select type, version, key, data from event_each'),
    (events) => events.some((event) => event.type === type),
  );
}

describe('docs/events.md', () => {
  test('is what the modules say', async () => {
    const page = renderEventsPage(system.app.consumers);
    if (process.env['UPDATE_DOCS']) await writeFile(PAGE, page);
    const written = await readFile(PAGE, 'utf8').catch(() => '');
    assert.equal(written, page, 'docs/events.md is out of date: run this test with UPDATE_DOCS=1');
  });

  test('lists what a sale saves, each with just these fields and under this key', async () => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const events = await saveOneOfEach();
    for (const { type, version, key, data } of events) {
      const schema = eventCatalogue[type]?.schema;
      assert.ok(schema, `${type} is not listed`);
      assert.ok(
        ajv.validate({ ...schema, additionalProperties: false }, data),
        `${type}: ${ajv.errorsText()}`,
      );
      assert.equal(key, data[eventCatalogue[type]?.subject ?? ''], `the subject of ${type}`);
      assert.equal(version, 1);
    }
    const saved = new Set(events.map(({ type }) => type));
    assert.deepEqual([...saved].toSorted(), Object.keys(eventCatalogue).toSorted());
  });

  test('has no free text that leaves for other systems', () => {
    // Codes and the names of gates and consumers; all other text is somebody's words, and stays inside.
    const codes = [
      'reason of payment.failed',
      'reason of payment.refunded',
      'reason of points.charge-failed',
    ];
    const known = [
      'consumer of dead-letters.discarded',
      'consumer of dead-letters.redriven',
      ...codes,
      'reason of points.charge-refunded',
      'gate of ticket.checked-in',
      'gate of check-in.undone',
    ];
    const isFree = ({ type, format, enum: choices, const: only }: JsonSchema) =>
      type === 'string' && format === undefined && choices === undefined && only === undefined;
    const leaves = Object.values(eventTypes).flatMap((types) =>
      types.flatMap((type) => {
        const inside = staysInside(type);
        const fields: Readonly<Record<string, JsonSchema>> = type.data.properties;
        return Object.entries(fields)
          .filter(([field, schema]) => isFree(schema) && !inside.includes(field))
          .map(([field]) => `${field} of ${type.type}`);
      }),
    );
    assert.deepEqual(leaves.toSorted(), known.toSorted());
  });

  test('lists every type that the source names', async () => {
    const words = [...new Set(Object.keys(eventCatalogue).map((type) => type.split('.')[0]))].join('|');
    const files = await readdir(SOURCE, { recursive: true });
    const unknown = new Set<string>();
    for (const file of files.filter((name) => /(?<!\.test)\.(?:ts|sql)$/.test(name))) {
      const text = await readFile(new URL(file, SOURCE), 'utf8');
      for (const [, type = ''] of text.matchAll(new RegExp(`'((?:${words})\\.[a-z-]+)'`, 'g')))
        if (!eventCatalogue[type]) unknown.add(`${file}: ${type}`);
    }
    assert.deepEqual([...unknown], []);
  });
});
