/** Points in production, where nobody is paid for them: a manager gives them, with a reason. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { composeIdentity } from '../../src/app/compose/identity.ts';
import { createFoundation } from '../../src/app/foundation.ts';
import { type App, buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { OWN_DATA_DIR } from '../support/own-data-dir.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { PRODUCTION } from '../support/system.ts';

const logger = createLogger({ level: 'silent', format: 'json' });
const PASSWORD = 'a long enough password';
const won = (amount: number) => ({ amount, currency: 'KRW' });

describe('points in production', { timeout: 120_000 }, () => {
  let lent: TestDatabase;
  let database: Database;
  let app: App;
  let manager: Person;
  let member: Person;

  type Person = { readonly id: string; readonly token: string };

  before(async () => {
    const config = readConfig({ ...PRODUCTION, PORT: '0', DATA_DIR: OWN_DATA_DIR });
    lent = await acquireTestDatabase();
    database = createDatabase({ connection: lent.connection });
    app = await buildApp(config, { logger, storage: { database, close: () => Promise.resolve() } });
    await app.start();
    const { identity } = composeIdentity(createFoundation(config, { database }, { logger }));
    const people = await identity.accounts.provision([
      { email: 'boss@example.org', name: 'Boss', password: PASSWORD, roles: ['member', 'manager'] },
      { email: 'fan@example.org', name: 'Fan', password: PASSWORD },
    ]);
    [manager, member] = (await Promise.all(
      people.map(async ({ id, email }) => {
        const { body } = await send('POST', '/v1/sessions', { payload: { email, password: PASSWORD } });
        return { id, token: String(body['accessToken']) };
      }),
    )) as [Person, Person];
  });

  after(async () => {
    await app.stop();
    await database.close();
    await lent.release();
  });

  type Sending = { readonly token?: string; readonly payload?: object; readonly key?: string };

  async function send(method: 'GET' | 'POST', url: string, { token, payload, key }: Sending = {}) {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const answer = await app.server.inject({ method, url, headers, ...(payload ? { payload } : {}) });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  }

  const credit = (id: string, payload: object, token = manager.token, key?: string) =>
    send('POST', `/v1/accounts/${id}/credits`, { token, payload, ...(key === undefined ? {} : { key }) });

  test('has no door to try: what the demonstration offers is not there', async () => {
    assert.equal((await send('GET', '/v1/demo/gate')).status, 404);
  });

  test('are not charged by members', async () => {
    const { status, body } = await send('POST', '/v1/points/charges', {
      token: member.token,
      payload: { amount: won(1_000) },
    });
    assert.deepEqual([status, body['code']], [403, 'charge_not_allowed']);
    const byCard = { amount: won(1_000), method: 'card' };
    const refused = await send('POST', '/v1/points/charges', { token: member.token, payload: byCard });
    assert.deepEqual([refused.status, refused.body['code']], [409, 'card_unavailable']);
    const points = await send('GET', '/v1/points', { token: member.token });
    assert.deepEqual([points.body['chargeWays'], points.body['chargeMax']], [[], won(0)]);
  });

  test('are given by a manager, once for one key, and the member reads the reason', async () => {
    const gift = { amount: won(50_000), reason: ' Paid at the counter ' };
    const key = randomUUID();
    const first = await credit(member.id, gift, manager.token, key);
    assert.equal(first.status, 201);
    const { kind, reason, balanceAfter } = first.body;
    assert.deepEqual([kind, reason, balanceAfter], ['credit', 'Paid at the counter', won(50_000)]);
    assert.deepEqual(await credit(member.id, gift, manager.token, key), first);
    const points = await send('GET', '/v1/points', { token: member.token });
    assert.deepEqual(points.body['balance'], won(50_000));
    const statement = await send('GET', '/v1/points/entries', { token: member.token });
    const [entry] = statement.body['items'] as Record<string, unknown>[];
    assert.equal(entry?.['reason'], 'Paid at the counter');
    const events = await database.query<{ data: object }>(
      `select data from event where type = 'points.credited' and key = $1`,
      [member.id],
    );
    assert.deepEqual(
      events.map(({ data }) => data),
      [
        {
          accountId: member.id,
          amount: 50_000,
          balanceAfter: 50_000,
          reason: 'Paid at the counter',
          by: manager.id,
        },
      ],
    );
    const { invariants } = await runCheck(database);
    assert.deepEqual(
      invariants.filter(({ ok }) => !ok),
      [],
    );
  });

  test('are not given by members, without a reason, to nobody, or beyond the limit', async () => {
    const gift = { amount: won(1_000), reason: 'Thanks' };
    const codeOf = async (answer: ReturnType<typeof send>) => (await answer).body['code'];
    assert.equal(await codeOf(credit(member.id, gift, member.token)), 'role_required');
    assert.equal(await codeOf(credit(member.id, { amount: won(1_000) })), 'invalid_request');
    assert.equal(await codeOf(credit(member.id, { ...gift, reason: '  ' })), 'invalid_request');
    assert.equal(await codeOf(credit(member.id, { ...gift, amount: won(-5) })), 'invalid_request');
    assert.equal(await codeOf(credit(randomUUID(), gift)), 'account_not_found');
    const much = await credit(member.id, { ...gift, amount: won(1_000_001) });
    assert.deepEqual(
      [much.status, much.body['code'], much.body['limit']],
      [409, 'charge_over_limit', 1_000_000],
    );
  });

  test('and roles that change are in the audit log, newest first, for managers alone', async () => {
    const give = { role: 'seller' };
    const take = { role: 'seller', action: 'revoke' };
    for (const payload of [give, take])
      await send('POST', `/v1/accounts/${member.id}/roles`, { token: manager.token, payload });
    const refused = await send('GET', '/v1/operations/audit', { token: member.token });
    assert.equal(refused.body['code'] === 'role_required' || refused.body['code'] === 'token_expired', true);
    const pages: Record<string, unknown>[] = [];
    let cursor: unknown = null;
    do {
      const from = typeof cursor === 'string' ? `&cursor=${cursor}` : '';
      const { status, body } = await send('GET', `/v1/operations/audit?limit=1${from}`, {
        token: manager.token,
      });
      assert.equal(status, 200);
      pages.push(...(body['items'] as Record<string, unknown>[]));
      cursor = body['nextCursor'];
    } while (cursor !== null);
    const boss = { id: manager.id, name: 'Boss', email: 'boss@example.org' };
    const fan = { id: member.id, name: 'Fan', email: 'fan@example.org' };
    assert.deepEqual(
      pages.map(({ at: _at, ...entry }) => entry),
      [
        ...['revoke', 'grant'].map((action) => ({
          action: 'roles.changed',
          by: boss,
          account: fan,
          performanceId: null,
          details: {
            role: 'seller',
            roles: action === 'grant' ? ['member', 'seller'] : ['member'],
            action,
            how: 'manager',
          },
        })),
        {
          action: 'points.credited',
          by: boss,
          account: fan,
          performanceId: null,
          details: { amount: 50_000, balanceAfter: 50_000, reason: 'Paid at the counter' },
        },
      ],
    );
    const foreign = await send('GET', '/v1/operations/audit?cursor=x', { token: manager.token });
    assert.equal(foreign.body['code'], 'invalid_request');
  });
});
