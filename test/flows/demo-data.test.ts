import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { loadDemoOnce } from '../../src/app/demo-data.ts';
import { type App, buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { demoAccounts } from '../../src/demo/index.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { OWN_DATA_DIR } from '../support/own-data-dir.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const logger = createLogger({ level: 'silent', format: 'json' });
const config = readConfig({ PORT: '0', DATA_DIR: OWN_DATA_DIR });

/** A configuration that production accepts. */
const production = readConfig({
  MODE: 'production',
  PORT: '0',
  SECRET_KEY: 'a key of this test alone, and long enough',
  ENROLMENT_CODE_SELLER: 'seller code of this test',
  ENROLMENT_CODE_MANAGER: 'manager code of this test',
  ENROLMENT_CODE_DRIVER: 'driver code of this test',
});

describe('the demo data', () => {
  let lent: TestDatabase;
  let database: Database;
  let app: App;
  const progress: string[] = [];

  before(async () => {
    lent = await acquireTestDatabase();
    database = createDatabase({ connection: lent.connection });
    const storage = { database, close: () => Promise.resolve() };
    const onProgress = (text: string) => progress.push(text);
    app = await buildApp(config, { logger, storage, onProgress, demoData: true });
  });

  after(async () => {
    await app.stop();
    await database.close();
    await lent.release();
  });

  const get = async (url: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await app.server.inject({ url, headers });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json();
  };

  const logIn = async ({ email, password }: { email: string; password: string }) => {
    const payload = { email, password };
    const answer = await app.server.inject({ method: 'POST', url: '/v1/sessions', payload });
    assert.equal(answer.statusCode, 201, answer.body);
    return String(answer.json().accessToken);
  };

  const performances = async () => {
    const { items } = await get('/v1/concerts?limit=100');
    const concerts = await Promise.all(items.map(({ id }: { id: string }) => get(`/v1/concerts/${id}`)));
    return concerts.flatMap((concert) => concert.performances);
  };

  test('keeps every invariant as soon as it is loaded, before anything was repaired or projected', async () => {
    const { invariants } = await runCheck(database);
    assert.deepEqual(
      invariants.filter(({ ok }) => !ok),
      [],
    );
    const checked = new Map(invariants.map((invariant) => [invariant.name, invariant.checked]));
    assert.equal(checked.get('held_seats_have_their_reservation'), 3_640);
  });

  test('is shown while it is loaded', () => {
    assert.ok(progress.some((text) => /3 venues, 12 concerts/.test(text)));
    assert.ok(progress.length >= 3);
  });

  test('has houses of 300, 2,000 and 20,000 seats with names in two languages', async () => {
    await app.start();
    const all = await performances();
    const houses = new Map(all.map(({ capacity, venue, venueEn }) => [capacity, [venue, venueEn]]));
    assert.deepEqual(
      [...houses.keys()].toSorted((a, b) => a - b),
      [300, 2_000, 20_000],
    );
    for (const [name, inEnglish] of [...houses.values(), ...all.map((one) => [one.title, one.titleEn])]) {
      assert.match(name, /[가-힣]/u);
      assert.match(inEnglish, /^[^가-힣]*[A-Za-z][^가-힣]*$/u);
    }
  });

  test('has performances on sale with a room and without, opening in minutes, later, and sold out', async () => {
    const all = await performances();
    const now = Date.now();
    const opensIn = ({ opensAt }: { opensAt: string }) => Date.parse(opensAt) - now;
    const onSale = all.filter(({ status }) => status === 'on_sale');
    assert.ok(onSale.some(({ roomEnabled, capacity }) => roomEnabled && capacity === 20_000));
    assert.ok(onSale.some(({ roomEnabled }) => !roomEnabled));
    const scheduled = all.filter(({ status }) => status === 'scheduled');
    assert.ok(scheduled.filter((one) => opensIn(one) < 16 * 60_000).length >= 3);
    assert.ok(scheduled.some((one) => opensIn(one) > 86_400_000));
    assert.equal(all.filter(({ status }) => status === 'sold_out').length, 2);
    assert.ok(all.every(({ closesAt }) => Date.parse(closesAt) > now + 90 * 86_400_000));
  });

  test('counts what remains by grade, none of it where everything is sold', async () => {
    for (const { capacity, status, remaining, remainingTotal, prices } of await performances()) {
      const sum = Object.values<number>(remaining).reduce((total, count) => total + count, 0);
      assert.equal(sum, remainingTotal);
      assert.deepEqual(Object.keys(remaining).toSorted(), Object.keys(prices).toSorted());
      if (status === 'sold_out') assert.equal(remainingTotal, 0);
      else assert.ok(remainingTotal > 0 && remainingTotal <= capacity);
    }
  });

  test('shows what sold out fastest, and what sells now', async () => {
    const ranked = await untilRanked(() => get('/v1/rankings/fastest-sold-out'));
    assert.deepEqual(
      ranked.map(({ capacity, soldOutAfterMs }) => [capacity, soldOutAfterMs]),
      [
        [300, 48_000],
        [2_000, 253_000],
      ],
    );
    const { items } = await until(
      () => get('/v1/rankings/selling-now?minutes=30'),
      (answer) => answer.items[0]?.sold >= 640,
    );
    assert.equal(items.length, 1);
    assert.equal(items[0].sold, 640);
  });

  test('lets everybody in with the password that is printed, in their role', async () => {
    for (const account of demoAccounts) {
      const me = await get('/v1/accounts/me', await logIn(account));
      assert.ok(me.roles.includes(account.role), account.email);
    }
  });

  test('gives members points to spend and tickets to look at', async () => {
    for (const account of demoAccounts.filter(({ role }) => role === 'member')) {
      const token = await logIn(account);
      assert.ok((await get('/v1/points', token)).balance.amount >= 1_000_000);
      const { items } = await get('/v1/tickets', token);
      assert.ok(items.length > 0);
      assert.ok(items.every(({ status }: { status: string }) => status === 'valid'));
    }
  });

  test('offers a door to try, with a pass that is good and tickets that come in once', async () => {
    const { gate } = await get('/v1/demo/gate');
    assert.deepEqual(await get('/v1/demo/gate'), { gate }, 'the same pass for all');
    assert.ok(gate.codes.length > 0);
    const headers = { 'gate-pass': gate.pass };
    const own = await app.server.inject({ url: '/v1/gates/current', headers });
    assert.deepEqual([own.statusCode, own.json().performanceId], [200, gate.performanceId]);
    const payload = { code: gate.codes[0] };
    const scan = () => app.server.inject({ method: 'POST', url: '/v1/check-ins', headers, payload });
    assert.deepEqual([(await scan()).statusCode, (await scan()).statusCode], [201, 409]);
  });

  test('gives sellers what they sell', async () => {
    const token = await logIn(demoAccounts[2]);
    const { items } = await get('/v1/venues', token);
    assert.equal(items.length, 2);
  });

  test('is loaded once', async () => {
    assert.equal(await loadDemoOnce({ config, database, logger }), false);
    const { items } = await get('/v1/concerts?limit=100');
    assert.equal(items.length, 12);
  });

  test('keeps production off its database, where everybody knows the passwords', async () => {
    const storage = { database, close: () => Promise.resolve() };
    await assert.rejects(buildApp(production, { logger, storage }), { code: 'signing_key_sealed' });
    const sameKey = { ...production, secretKey: config.secretKey };
    await assert.rejects(buildApp(sameKey, { logger, storage }), { code: 'demo_database' });
  });

  test('keeps every invariant when the system has worked on it', async () => {
    const { invariants } = await runCheck(database);
    assert.deepEqual(
      invariants.filter(({ ok }) => !ok),
      [],
    );
  });
});

/** The ranking is told by the log, a moment after the start. */
async function untilRanked(
  read: () => Promise<{ items: { capacity: number; soldOutAfterMs: number }[] }>,
): Promise<{ capacity: number; soldOutAfterMs: number }[]> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { items } = await read();
    if (items.length >= 2) return items;
    await sleep(100);
  }
  throw new Error('the ranking never heard of the sales');
}

describe('without a demonstration', () => {
  const load = async (options: { readonly now?: number; readonly signal?: AbortSignal }, how = config) => {
    const lent = await acquireTestDatabase();
    const database = createDatabase({ connection: lent.connection });
    try {
      const outcome = await loadDemoOnce({ config: how, database, logger, ...options }).catch(
        (error: Error) => error,
      );
      const [row] = await database.query<{ accounts: number }>('select count(*) as accounts from account');
      return { outcome, accounts: row?.accounts };
    } finally {
      await database.close();
      await lent.release();
    }
  };

  test('production loads none of it, and refuses to', async () => {
    const lent = await acquireTestDatabase();
    const database = createDatabase({ connection: lent.connection });
    const storage = { database, close: () => database.close() };
    const app = await buildApp(production, { logger, storage, demoData: true });
    const [row] = await database.query<{ accounts: number }>('select count(*) as accounts from account');
    assert.equal(row?.accounts, 0);
    await app.stop();
    await lent.release();
    const { outcome, accounts } = await load({}, production);
    assert.match(String(outcome), /demo mode only/);
    assert.equal(accounts, 0);
  });

  test('who stops it in the middle gets none of it', async () => {
    const aborted = AbortSignal.abort(new Error('told to stop'));
    const { outcome, accounts } = await load({ signal: aborted });
    assert.match(String(outcome), /told to stop/);
    assert.equal(accounts, 0);
  });

  test('it can be loaded at any moment of a day, a month and a year', async () => {
    for (const moment of ['2027-01-01T00:00:00+09:00', '2028-02-29T23:59:59.999+09:00']) {
      const { outcome, accounts } = await load({ now: Date.parse(moment) });
      assert.equal(outcome, true);
      assert.ok((accounts ?? 0) > demoAccounts.length);
    }
  });
});
