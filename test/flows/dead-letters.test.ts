import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { Complaints } from '../support/complaints.ts';
import { Shop } from '../support/reservations/shop.ts';
import { runCommand } from '../support/system.ts';
import { until } from '../support/until.ts';
import type { Options, Person, Reply } from '../support/waiting-room/test-app.ts';

const SHOWS = 30;
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let shop: Shop;
let shows: readonly string[];
let buyer: Person;
let complaints: Complaints;
before(async () => {
  shop = await Shop.open();
  shows = await Promise.all(Array.from({ length: SHOWS }, () => shop.performance()));
  buyer = await shop.buyer(1_000_000);
  complaints = await Complaints.open(db());
});
// Closing checks every invariant: what was redriven counts in the rankings, what was discarded does not.
after(() => shop.close());

const db = () => shop.testApp.database;
const asManager = (request: string, options: Options = {}) =>
  shop.testApp.call(shop.testApp.manager, request, options);
const groups = async (): Promise<Reply['body'][]> =>
  (await asManager('GET /v1/dead-letters/groups')).body['items'];
const parkedOf = async (query: string): Promise<Reply['body'][]> =>
  (await asManager(`GET /v1/dead-letters?consumer=ranking&limit=100&${query}`)).body['items'];

let seat = 0;
/** Sells a seat of each, one after the other. */
async function sell(performances: readonly string[]): Promise<void> {
  seat += 1;
  for (const performance of performances) {
    const held = await shop.held(buyer, performance, [seat]);
    const { status, body } = await shop.pay(buyer, held, { traceparent: TRACE });
    assert.equal(status, 201, JSON.stringify(body));
  }
}

/** Waits until so many dead letters are there. */
const untilThere = (count: number, query = '') =>
  until(
    () => parkedOf(query),
    (found) => found.length === count,
  );

async function begin(body: object, headers: Options['headers'] = {}): Promise<string> {
  const answer = await asManager('POST /v1/dead-letters/redrives', { body, headers });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return answer.body['id'];
}

const standing = async (id: string) => (await asManager(`GET /v1/dead-letters/redrives/${id}`)).body;
const ended = (id: string) =>
  until(
    () => standing(id),
    ({ state }) => state === 'completed' || state === 'stopped',
  );
const redriven = async (body: object) => ended(await begin(body));

describe('what a consumer could not take', { timeout: 60_000 }, () => {
  after(async () => {
    await complaints.settle();
    await redriven({ consumer: 'ranking', ratePerSecond: 1_000 });
    assert.deepEqual(await groups(), []);
  });

  test('is grouped by cause, with what waits behind it, while all else goes on', async () => {
    await complaints.about('no such hall', shows.slice(0, 3));
    await complaints.about('a strange hour', shows.slice(3, 4));
    await sell(shows.slice(0, 5));
    await sell(shows.slice(0, 1));
    await untilThere(5);
    const [most, least] = await groups();
    const { consumer, cause, parked, waiting } = most!;
    assert.deepEqual(
      { consumer, cause, parked, waiting },
      { consumer: 'ranking', cause: 'postgres_p0001: no such hall about <id>', parked: 3, waiting: 1 },
    );
    assert.equal(least!['cause'], 'postgres_p0001: a strange hour about <id>');
    assert.deepEqual([most!['isKnown'], most!['outside'], most!['redriveId']], [true, null, null]);
    const [sold] = await db().query<{ sold: number }>(
      'select sold from sales_progress where performance_id = $1',
      [shows[4]],
    );
    assert.equal(sold?.sold, 1);
  });

  test('is shown with its event, its error and its place in its key', async () => {
    const [, sample] = await Promise.all([groups(), parkedOf('state=waiting')]);
    const { status, body } = await asManager(`GET /v1/dead-letters/${sample[0]!['id']}`);
    assert.equal(status, 200);
    assert.deepEqual([body['aheadOfIt'], body['behindIt'], body['attempts']], [1, 0, 0]);
    assert.deepEqual(
      [body['type'], body['partitionKey'], body['cause']],
      ['payment.succeeded', shows[0], null],
    );
    assert.equal(body['event'].data.performanceId, shows[0]);
    assert.match(body['trace'], /^00-4bf92f3577b34da6a3ce929d0e0e4736-/);
    const cause = encodeURIComponent('postgres_p0001: no such hall about <id>');
    const ofCause = await parkedOf(`cause=${cause}`);
    assert.equal(ofCause.length, 3);
    assert.ok(ofCause.every((letter) => letter['attempts'] >= 1 && letter['error'].includes('no such hall')));
    const unknown = await asManager(`GET /v1/dead-letters/${randomUUID()}`);
    assert.deepEqual([unknown.status, unknown.body['code']], [404, 'dead_letter_not_found']);
  });

  test('is tried without effect: it says what would happen, and nothing does', async () => {
    const parked = await parkedOf('');
    const failing = await redriven({ consumer: 'ranking', dryRun: true, ids: [parked[0]!['id']] });
    assert.equal(failing['dryRun'].deadLetterId, parked[0]!['id']);
    assert.equal(failing['dryRun'].outcome, 'would_fail');
    assert.match(failing['dryRun'].detail, /about/);
    await db().query("update complaint set text = text || ' once more' where text = 'no such hall'");
    await db().query("delete from complaint where text = 'a strange hour'");
    const healed = parked.find((letter) => letter['partitionKey'] === shows[3])!;
    const passing = await redriven({ consumer: 'ranking', dryRun: true, ids: [healed['id']] });
    assert.deepEqual([passing['dryRun'].outcome, passing['dryRun'].detail], ['would_succeed', null]);
    assert.deepEqual(await parkedOf(''), parked);
    const [sold] = await db().query('select from sales_progress where performance_id = $1', [shows[3]]);
    assert.equal(sold, undefined);
  });

  test('takes effect in the order of its key, once it is repaired, and once under one key of idempotency', async () => {
    await complaints.settle();
    const request = { consumer: 'ranking', cause: 'postgres_p0001: no such hall about <id>' };
    const headers = { 'idempotency-key': 'redrive-halls' };
    const id = await begin(request, headers);
    const done = await ended(id);
    assert.deepEqual(
      [done['state'], done['total'], done['done'], done['failedAgain'], done['newFailures']],
      ['completed', 4, 4, 0, 0],
    );
    assert.equal(await begin(request, headers), id);
    const again = await asManager('POST /v1/dead-letters/redrives', { body: request });
    assert.deepEqual([again.status, again.body['code']], [409, 'dead_letters_gone']);
    const [sold] = await db().query<{ sold: number }>(
      'select sold from sales_progress where performance_id = $1',
      [shows[0]],
    );
    assert.equal(sold?.sold, 2);
    // The next one is no longer behind anything.
    await sell(shows.slice(0, 1));
    await until(
      () =>
        db().query<{ sold: number }>('select sold from sales_progress where performance_id = $1', [shows[0]]),
      ([row]) => row?.sold === 3,
    );
  });
});

describe('a redrive', { timeout: 60_000 }, () => {
  const OTHERS = { text: 'the clock struck 13', cause: 'postgres_p0001: the clock struck <n> about <id>' };
  before(async () => {
    await complaints.about(OTHERS.text, shows);
    await sell(shows);
    await untilThere(SHOWS, 'state=parked');
  });

  test('stops by itself when what caused it is not repaired, and keeps all in place', async () => {
    const stopped = await redriven({ consumer: 'ranking', cause: OTHERS.cause, ratePerSecond: 1_000 });
    assert.deepEqual([stopped['state'], stopped['stoppedBecause']], ['stopped', 'failing_again']);
    assert.ok(stopped['failedAgain'] >= 20 && stopped['failedAgain'] < SHOWS);
    assert.equal(stopped['done'], 0);
    assert.match(stopped['lastError'], /the clock struck 13/);
    assert.equal((await parkedOf('state=parked')).length, SHOWS);
  });

  test('goes on after a restart where it was, and tells new failures from its own', async () => {
    const [odd, ...healed] = shows;
    await db().query('delete from complaint where performance_id = any($1)', [healed]);
    const id = await begin({ consumer: 'ranking', ratePerSecond: 8 });
    await until(
      () => standing(id),
      ({ done }) => done > 1,
    );
    await shop.testApp.restart();
    const fresh = await shop.performance();
    await complaints.about('a new one', [fresh]);
    await sell([fresh]);
    const done = await ended(id);
    assert.deepEqual(
      [done['state'], done['done'], done['failedAgain'], done['newFailures']],
      ['completed', SHOWS - 1, 1, 1],
    );
    assert.deepEqual(
      new Set((await parkedOf('state=parked')).map((letter) => letter['partitionKey'])),
      new Set([odd, fresh]),
    );
    await db().query('delete from complaint where performance_id = $1', [fresh]);
  });

  test('is stopped by a manager, and not twice', async () => {
    const id = await begin({ consumer: 'ranking', ratePerSecond: 1 });
    assert.equal((await asManager(`DELETE /v1/dead-letters/redrives/${id}`)).status, 204);
    const { state, stoppedBecause } = await standing(id);
    assert.deepEqual([state, stoppedBecause], ['stopped', 'requested']);
    const late = await asManager(`DELETE /v1/dead-letters/redrives/${id}`);
    assert.deepEqual([late.status, late.body['code']], [409, 'redrive_ended']);
    assert.ok((await asManager('GET /v1/dead-letters/redrives?limit=1')).body['items'][0].id === id);
  });

  test('of a consumer that does not run here is refused', async () => {
    const { status, body } = await asManager('POST /v1/dead-letters/redrives', {
      body: { consumer: 'nobody' },
    });
    assert.deepEqual([status, body['code']], [422, 'consumer_unknown']);
  });

  test('of what a consumer does outside of the database is not tried without effect', async () => {
    const parked = createParkedEvents(db());
    const id = randomUUID();
    const data = { reservationId: id, accountId: id, performanceId: shows[1], paymentId: id, amount: 1 };
    const event = { type: 'payment.succeeded', version: 1, subject: id, occurredAt: Date.now(), data };
    const failure = { cause: 'odd', error: 'odd', attempts: 1, firstFailedAt: 1, lastFailedAt: 2 };
    await db().transaction((tx) => {
      const events = [{ event: { ...event, id, position: undefined, partitionKey: id }, failure }];
      return parked.park({ consumer: 'waiting-room', types: [], events }, tx);
    });
    const { dryRun } = await redriven({ consumer: 'waiting-room', dryRun: true });
    assert.equal(dryRun.outcome, 'not_possible');
    assert.match(dryRun.detail, /the line/);
    const { state, done } = await redriven({ consumer: 'waiting-room' });
    assert.deepEqual([state, done], ['completed', 1]);
  });
});

describe('a discard', { timeout: 60_000 }, () => {
  test('gives up what is named, with a reason, and lets what waited behind it follow', async () => {
    const [odd] = shows;
    buyer = await shop.buyer();
    await sell([odd!]);
    await untilThere(1, 'state=waiting');
    await complaints.settle();
    const letter = (await parkedOf('state=parked')).find((one) => one['partitionKey'] === odd);
    const body = { consumer: 'ranking', ids: [letter!['id']], reason: 'counted by hand' };
    const wide = await asManager('POST /v1/dead-letters/discards', { body: { ...body, ids: undefined } });
    assert.deepEqual([wide.status, wide.body['code']], [422, 'dead_letters_too_wide']);
    const answer = await asManager('POST /v1/dead-letters/discards', { body });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(answer.body['discarded'], 1);
    const followed = await ended(answer.body['redriveId']);
    assert.deepEqual([followed['state'], followed['done']], ['completed', 1]);
    const [discarded] = await parkedOf('state=discarded');
    assert.deepEqual([discarded!['id'], discarded!['reason']], [letter!['id'], 'counted by hand']);
    const again = await asManager('POST /v1/dead-letters/discards', { body });
    assert.deepEqual([again.status, again.body['code']], [409, 'dead_letters_gone']);
  });

  test('is on record beside the redrives, with who asked for it', async () => {
    const { body } = await asManager('GET /v1/operations/audit?limit=100');
    const actions = body['items'].filter(({ action }: { action: string }) =>
      action.startsWith('dead-letters.'),
    );
    const discard = actions.find(({ action }: { action: string }) => action === 'dead-letters.discarded');
    assert.equal(discard.by.id, shop.testApp.manager.accountId);
    assert.deepEqual([discard.details.consumer, discard.details.reason], ['ranking', 'counted by hand']);
    assert.ok(actions.some(({ details }: { details: { isDryRun?: boolean } }) => details.isDryRun === true));
  });

  test('is done by commands beside the system as well, after a look and a dry run', async () => {
    const show = await shop.performance();
    const cause = 'postgres_p0001: the till is locked about <id>';
    await complaints.about('the till is locked', [show]);
    await sell([show]);
    await untilThere(1, `cause=${encodeURIComponent(cause)}`);
    const run = async (...words: string[]): Promise<Reply['body'][]> => {
      const environment = { DATABASE_URL: shop.testApp.databaseUrl };
      const { code, stdout, stderr } = await runCommand('/nowhere', ['dead-letters', ...words], environment);
      assert.deepEqual([code, stderr], [0, '']);
      return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    };
    const listed = async () => (await run('list')).filter((group) => group['cause'] === cause);
    const [group] = await listed();
    assert.deepEqual([group!['consumer'], group!['parked']], ['ranking', 1]);
    const chosen = ['--consumer', 'ranking', '--cause', cause];
    const [letter] = await run('list', ...chosen);
    const [shown] = await run('show', letter!['id']);
    assert.deepEqual([shown!['event'].data.performanceId, shown!['behindIt']], [show, 0]);
    const [trial] = await run('redrive', ...chosen, '--dry-run');
    assert.equal((await ended(trial!['id'])).dryRun.outcome, 'would_fail');
    assert.equal((await run('show', trial!['id']))[0]!['outcome'], 'would_fail');
    const words = ['discard', '--consumer', 'ranking', '--id', letter!['id'], '--reason', 'counted by hand'];
    assert.deepEqual(await run(...words), [{ discarded: 1, redriveId: null }]);
    assert.deepEqual(await listed(), []);
    await complaints.settle();
  });
});
