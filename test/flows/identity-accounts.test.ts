import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  codeOf,
  type IdentityService,
  type IdentityWorld,
  logIn,
  openIdentityWorld,
  PASSWORD,
  readMe,
  signIn,
} from '../support/identity/service.ts';

let world: IdentityWorld;
let service: IdentityService;

before(async () => {
  world = await openIdentityWorld();
  service = await world.start();
});

after(() => world.close());

let count = 0;
const body = (change: object = {}) => ({
  email: `new-${++count}@example.org`,
  password: PASSWORD,
  name: '김민지',
  ...change,
});
const signUp = (payload: object, headers = {}, on = service) =>
  on.call({ method: 'POST', url: '/v1/accounts', payload, headers });

describe('signing up', () => {
  it('makes a member who can log in, and says nothing of the password', async () => {
    const wanted = body();
    const response = await signUp(wanted);
    assert.equal(response.statusCode, 201);
    const { id, createdAt, ...rest } = response.json<Record<string, string>>();
    assert.deepEqual(rest, {
      email: wanted.email,
      name: '김민지',
      roles: ['member'],
      language: 'ko',
      emailConfirmed: false,
    });
    assert.equal(createdAt, new Date(world.clock.now()).toISOString());
    const { accessToken } = await logIn(service, wanted.email);
    assert.deepEqual((await readMe(service, accessToken)).json(), { ...response.json<object>(), id });
  });

  it('takes an address once, however it is spelled', async () => {
    const wanted = body();
    assert.equal((await signUp(wanted)).statusCode, 201);
    const again = signUp({ ...wanted, email: wanted.email.toUpperCase() });
    assert.equal(await codeOf(again), '409 email_taken');
    const { accessToken } = await logIn(service, wanted.email.toUpperCase());
    assert.equal((await readMe(service, accessToken)).json<{ email: string }>().email, wanted.email);
  });

  it('lets one of many win that want one address at once', async () => {
    const wanted = body();
    const responses = await Promise.all(Array.from({ length: 8 }, () => signUp(wanted)));
    const statuses = responses.map(({ statusCode }) => String(statusCode)).toSorted();
    assert.deepEqual(statuses, ['201', ...Array<string>(7).fill('409')]);
  });

  it('refuses what is no account', async () => {
    const changes = [
      { email: 'no address' },
      { email: `${'x'.repeat(250)}@example.org` },
      { password: 'short' },
      { password: 'x'.repeat(129) },
      { password: 12_345_678 },
      { name: '' },
      { name: '   ' },
      { name: undefined },
      { roles: ['manager'] },
    ];
    for (const change of changes)
      assert.equal(await codeOf(signUp(body(change))), '400 invalid_request', JSON.stringify(change));
  });

  it('is limited for each address', async () => {
    const strict = await world.start({ attempts: { signUpsPerMinute: 3 } });
    const codes: string[] = [];
    for (let i = 0; i < 4; i++) codes.push(await codeOf(signUp(body(), {}, strict)));
    assert.deepEqual(codes, ['201', '201', '201', '429 rate_limited']);
    const refused = await signUp(body(), {}, strict);
    assert.equal(refused.headers['retry-after'], '20');
    await world.clock.advance(20_000);
    assert.equal(await codeOf(signUp(body(), {}, strict)), '201');
  });
});

describe('signing up with an Idempotency-Key', () => {
  it('answers the same once more, and makes one account', async () => {
    const wanted = body();
    const headers = { 'idempotency-key': 'first' };
    const first = await signUp(wanted, headers);
    const again = await signUp(wanted, headers);
    assert.equal(first.statusCode, 201);
    assert.equal(again.statusCode, 201);
    assert.equal(again.body, first.body);
  });

  it('answers the same to requests that come at once', async () => {
    const wanted = body();
    const headers = { 'idempotency-key': 'at-once' };
    const responses = await Promise.all(Array.from({ length: 6 }, () => signUp(wanted, headers)));
    assert.deepEqual(new Set(responses.map(({ statusCode }) => statusCode)), new Set([201]));
    assert.equal(new Set(responses.map((response) => response.body)).size, 1);
  });

  it('refuses another password under the same key', async () => {
    const wanted = body();
    const headers = { 'idempotency-key': 'second' };
    await signUp(wanted, headers);
    const other = signUp({ ...wanted, password: 'another password' }, headers);
    assert.equal(await codeOf(other), '422 idempotency_key_reused');
  });

  it('keeps neither the password nor a digest that could be tried against', async () => {
    const wanted = body({ password: 'a password to look for' });
    await signUp(wanted, { 'idempotency-key': 'third' });
    const rows = await service.database.query<{ fingerprint: Buffer; result: string }>(
      `select fingerprint, result from idempotency_record where key = 'third'`,
    );
    assert.equal(rows.length, 1);
    assert.ok(!rows[0]!.result.includes('a password to look for') && !/password|hash/i.test(rows[0]!.result));
    for (const text of [
      `POST /v1/accounts\n${JSON.stringify(wanted)}`,
      `POST /v1/accounts ${JSON.stringify(wanted)}`,
      JSON.stringify(wanted),
      wanted.password,
    ])
      assert.ok(!rows[0]!.fingerprint.equals(createHash('sha256').update(text).digest()));
    const [account] = await service.database.query<{ row: string }>(
      'select account::text as row from account where email = $1',
      [wanted.email],
    );
    assert.ok(!account!.row.includes('a password to look for'));
    assert.match(account!.row, /\$argon2id\$v=19\$/);
  });
});

describe('GET /v1/accounts/me', () => {
  it('asks for a token', async () => {
    assert.equal(await codeOf(readMe(service)), '401 token_missing');
    assert.equal(await codeOf(readMe(service, 'nonsense')), '401 token_invalid');
  });

  it('tells that the token has expired', async () => {
    const { accessToken } = await signIn(service);
    await world.clock.advance(15 * 60_000);
    assert.equal(await codeOf(readMe(service, accessToken)), '401 token_expired');
  });

  it('knows nothing of an account that is gone', async () => {
    const { accessToken, accountId } = await signIn(service);
    await service.database.query('delete from account where id = $1', [accountId]);
    assert.equal(await codeOf(readMe(service, accessToken)), '404 account_not_found');
  });
});

describe('provisioning', () => {
  it('makes accounts of any role, and finds them again', async () => {
    const wanted = [
      {
        email: 'Demo-Manager@example.org',
        name: 'Manager',
        password: PASSWORD,
        roles: ['member', 'manager'] as const,
      },
      { email: 'demo-load@example.org', name: 'Load' },
    ];
    const first = await service.identity.accounts.provision(wanted);
    assert.deepEqual(
      first.map(({ roles }) => roles),
      [['member', 'manager'], ['member']],
    );
    assert.deepEqual(await service.identity.accounts.provision(wanted.toReversed()), first.toReversed());
  });

  it('makes tokens for load scripts that authenticate without a log-in', async () => {
    const [account] = await service.identity.accounts.provision([
      { email: 'crowd@example.org', name: 'Crowd' },
    ]);
    const { accessToken } = await service.identity.sessions.issueLoadToken(account!);
    assert.equal((await readMe(service, accessToken)).json<{ id: string }>().id, account!.id);
    assert.equal(
      await codeOf(
        service.call({
          method: 'POST',
          url: '/v1/sessions',
          payload: { email: 'crowd@example.org', password: PASSWORD },
        }),
      ),
      '401 credentials_invalid',
    );
  });
});
