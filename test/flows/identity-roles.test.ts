import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSessionStore } from '../../src/adapters/postgres/identity/session-store.ts';
import { decodeToken } from '../support/identity/forge.ts';
import {
  CODES,
  codeOf,
  type IdentityService,
  type IdentityWorld,
  logIn,
  openIdentityWorld,
  readMe,
  refresh,
  signIn,
  type Tokens,
} from '../support/identity/service.ts';

let world: IdentityWorld;
let service: IdentityService;

before(async () => {
  world = await openIdentityWorld();
  service = await world.start();
});

after(() => world.close());

const enrol = (token: string, payload: object, headers = {}) =>
  service.call({ method: 'POST', url: '/v1/enrolments', token, payload, headers });
const change = (token: string, accountId: string, payload: object) =>
  service.call({ method: 'POST', url: `/v1/accounts/${accountId}/roles`, token, payload });
const rolesOf = (token: string) => decodeToken(token).claims['roles'];
const refreshed = async (person: Tokens) => (await refresh(service, person.refreshToken)).json<Tokens>();

describe('enrolling', () => {
  it('gives the role of the code, which counts from the next refresh', async () => {
    const person = await signIn(service);
    const response = await enrol(person.accessToken, { role: 'seller', code: CODES.seller });
    assert.equal(response.statusCode, 200);
    assert.deepEqual(response.json<{ roles: string[] }>().roles, ['member', 'seller']);
    assert.deepEqual(rolesOf(person.accessToken), ['member']);
    assert.deepEqual(rolesOf((await refreshed(person)).accessToken), ['member', 'seller']);
    assert.deepEqual(rolesOf((await logIn(service, person.email)).accessToken), ['member', 'seller']);
  });

  it('refuses a wrong code, the code of another role, and a role without a code', async () => {
    const { accessToken } = await signIn(service);
    const refused = '403 enrolment_code_invalid';
    assert.equal(await codeOf(enrol(accessToken, { role: 'seller', code: 'wrong' })), refused);
    assert.equal(await codeOf(enrol(accessToken, { role: 'manager', code: CODES.seller })), refused);
    assert.equal(await codeOf(enrol(accessToken, { role: 'driver', code: CODES.seller })), refused);
    for (const payload of [
      { role: 'driver', code: '' },
      { role: 'member', code: 'x' },
      { role: 'seller' },
      { role: ['seller'], code: CODES.seller },
    ])
      assert.equal(await codeOf(enrol(accessToken, payload)), '400 invalid_request');
  });

  it('does not let codes be guessed', async () => {
    const { accessToken } = await signIn(service);
    for (let i = 0; i < 5; i++) await enrol(accessToken, { role: 'manager', code: `guess ${i}` });
    const next = enrol(accessToken, { role: 'manager', code: CODES.manager });
    assert.equal(await codeOf(next), '429 rate_limited');
    await world.clock.advance(60_000);
    assert.equal(await codeOf(enrol(accessToken, { role: 'manager', code: CODES.manager })), '200');
  });

  it('is done once for one Idempotency-Key', async () => {
    const person = await signIn(service);
    const body = { role: 'seller', code: CODES.seller };
    const headers = { 'idempotency-key': 'enrol' };
    const first = await enrol(person.accessToken, body, headers);
    const again = await enrol(person.accessToken, body, headers);
    assert.equal(again.body, first.body);
    const events = await service.database.query(
      `select data from event where key = $1 and type = 'roles.changed'`,
      [person.accountId],
    );
    assert.equal(events.length, 1);
  });
});

describe('a code in production', () => {
  it('gives its role to so many accounts and no more, on every instance', async () => {
    const counted = { enrolmentCodeUsesMax: 2, enrolmentCodes: { driver: 'driver-code-of-today' } };
    const instances = [await world.start(counted), await world.start(counted)];
    const people = await Promise.all([0, 1, 2, 3].map(() => signIn(service)));
    const answers = await Promise.all(
      people.map(({ accessToken }, index) =>
        codeOf(
          instances[index % 2]!.call({
            method: 'POST',
            url: '/v1/enrolments',
            token: accessToken,
            payload: { role: 'driver', code: counted.enrolmentCodes.driver },
          }),
        ),
      ),
    );
    assert.deepEqual(answers.toSorted(), [
      '200',
      '200',
      '403 enrolment_code_used',
      '403 enrolment_code_used',
    ]);
  });

  it('does not bring back a role that a manager took away; the manager does', async () => {
    const [manager, person] = [await signIn(service, 'manager'), await signIn(service)];
    const body = { role: 'seller', code: CODES.seller };
    assert.equal(await codeOf(enrol(person.accessToken, body)), '200');
    await change(manager.accessToken, person.accountId, { role: 'seller', action: 'revoke' });
    await world.clock.advance(1);
    const { accessToken } = await refreshed(person);
    assert.equal(await codeOf(enrol(accessToken, body)), '403 role_revoked');
    assert.equal(await codeOf(change(manager.accessToken, person.accountId, { role: 'seller' })), '200');
    assert.equal(await codeOf(enrol(accessToken, body)), '200');
  });
});

describe('the first manager', () => {
  it('comes by a code that is good once, for 15 minutes, while there is none', async () => {
    const fresh = await openIdentityWorld();
    try {
      const alone = await fresh.start();
      const [person, other] = [await signIn(alone), await signIn(alone)];
      const ask = (token: string, code: string) =>
        codeOf(
          alone.call({ method: 'POST', url: '/v1/enrolments', token, payload: { role: 'manager', code } }),
        );
      const late = await alone.identity.roles.offerFirst();
      await fresh.clock.advance(15 * 60_000);
      const { accessToken } = (await refresh(alone, person.refreshToken)).json<Tokens>();
      assert.equal(await ask(accessToken, late ?? ''), '403 enrolment_code_invalid');
      const code = (await alone.identity.roles.offerFirst()) ?? '';
      assert.equal(await ask(accessToken, code), '200');
      const second = (await refresh(alone, other.refreshToken)).json<Tokens>();
      assert.equal(await ask(second.accessToken, code), '403 enrolment_code_invalid');
      assert.equal(await alone.identity.roles.offerFirst(), undefined);
    } finally {
      await fresh.close();
    }
  });
});

describe('a manager', () => {
  it('gives a role and takes it away', async () => {
    const [manager, person] = [await signIn(service, 'manager'), await signIn(service)];
    const granted = await change(manager.accessToken, person.accountId, { role: 'driver' });
    assert.deepEqual(granted.json<{ roles: string[] }>().roles, ['member', 'driver']);
    const revoked = await change(manager.accessToken, person.accountId, { role: 'driver', action: 'revoke' });
    assert.deepEqual(revoked.json<{ roles: string[] }>().roles, ['member']);
  });

  it('ends the access tokens of whom a role is taken from, and a refresh gives the rest', async () => {
    const other = await world.start();
    const [manager, seller] = [await signIn(service, 'manager'), await signIn(service, 'seller')];
    assert.equal(await codeOf(readMe(other, seller.accessToken)), '200');
    await change(manager.accessToken, seller.accountId, { role: 'seller', action: 'revoke' });
    assert.equal(await codeOf(readMe(service, seller.accessToken)), '401 token_expired');
    await world.clock.advance(1);
    const next = await refreshed(seller);
    assert.deepEqual(rolesOf(next.accessToken), ['member']);
    assert.equal(await codeOf(readMe(service, next.accessToken)), '200');
    const restarted = await world.start();
    assert.equal(await codeOf(readMe(restarted, seller.accessToken)), '401 token_expired');
    assert.equal(await codeOf(readMe(restarted, next.accessToken)), '200');
  });

  it('leaves the tokens alone of whom a role is given to', async () => {
    const [manager, person] = [await signIn(service, 'manager'), await signIn(service)];
    await change(manager.accessToken, person.accountId, { role: 'seller' });
    assert.equal(await codeOf(readMe(service, person.accessToken)), '200');
  });

  it('does not take the role from himself', async () => {
    const manager = await signIn(service, 'manager');
    const own = change(manager.accessToken, manager.accountId, { role: 'manager', action: 'revoke' });
    assert.equal(await codeOf(own), '409 own_manager_role');
  });

  it('and another who revoke each other leave one of them, whatever their timing', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await signIn(service, 'manager'), await signIn(service, 'manager')];
      const revocation = { role: 'manager', action: 'revoke' };
      await Promise.all([
        change(one.accessToken, other.accountId, revocation),
        change(other.accessToken, one.accountId, revocation),
      ]);
      const left = await service.database.query(
        `select from account where id = any ($1) and roles @> '{manager}'`,
        [[one.accountId, other.accountId]],
      );
      assert.equal(left.length, 1);
    }
  });

  it('is told when there is no such account', async () => {
    const manager = await signIn(service, 'manager');
    const nobody = '019b7a52-4c00-7abc-8def-0123456789ab';
    assert.equal(
      await codeOf(change(manager.accessToken, nobody, { role: 'seller' })),
      '404 account_not_found',
    );
    assert.equal(await codeOf(change(manager.accessToken, 'x', { role: 'seller' })), '400 invalid_request');
  });

  it('is the only one who may', async () => {
    const [member, seller] = [await signIn(service), await signIn(service, 'seller')];
    for (const { accessToken, accountId } of [member, seller])
      assert.equal(await codeOf(change(accessToken, accountId, { role: 'manager' })), '403 role_required');
  });
});

describe('a role taken away while a token is being made', () => {
  it('is in no token that counts', async () => {
    const manager = await signIn(service, 'manager');
    const seller = await signIn(service, 'seller');
    const stored = createSessionStore(service.database);
    const slow = await world.start({
      sessions: {
        ...stored,
        // Between the reading of the roles and the signing of the token.
        async find(id) {
          const session = await stored.find(id);
          await world.clock.advance(5);
          const revocation = { role: 'seller', action: 'revoke' };
          assert.equal(await codeOf(change(manager.accessToken, seller.accountId, revocation)), '200');
          await world.clock.advance(5);
          return session;
        },
      },
    });
    const next = (await refresh(slow, seller.refreshToken)).json<Tokens>();
    assert.deepEqual(rolesOf(next.accessToken), ['member', 'seller']);
    assert.equal(await codeOf(readMe(service, next.accessToken)), '401 token_expired');
    const last = await refreshed(next);
    assert.deepEqual(rolesOf(last.accessToken), ['member']);
    assert.equal(await codeOf(readMe(service, last.accessToken)), '200');
  });
});
