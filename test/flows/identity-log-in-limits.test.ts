/** Who guesses passwords is slowed down; nobody else is kept out. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  codeOf,
  type IdentityService,
  type IdentityWorld,
  openIdentityWorld,
  PASSWORD,
  signIn,
} from '../support/identity/service.ts';

const ATTACKER = '203.0.113.66';
const HOME = '198.51.100.7';
const MINUTE_MS = 60_000;

let world: IdentityWorld;
let service: IdentityService;

before(async () => {
  world = await openIdentityWorld();
  // As configured by default.
  service = await world.start({ attempts: { signUpsPerMinute: 10_000 } });
});

after(() => world.close());

type Attempt = { readonly email: string; readonly password?: string; readonly cookie?: string };

const send = ({ email, password = PASSWORD, cookie }: Attempt, remoteAddress: string) =>
  service.call({
    method: 'POST',
    url: '/v1/sessions',
    payload: { email, password },
    remoteAddress,
    ...(cookie === undefined ? {} : { headers: { cookie } }),
  });
const attempt = (what: Attempt, from: string) => codeOf(send(what, from));
const guess = (email: string, from: string) => attempt({ email, password: 'a wrong one' }, from);

/** Logs in there and gives what the browser keeps. */
async function deviceCookieOf(email: string, from: string): Promise<string> {
  const cookies = [(await send({ email }, from)).headers['set-cookie'] ?? []].flat();
  const cookie =
    cookies.find((text) => text.startsWith('firstcome_device=')) ?? assert.fail('no device cookie');
  assert.match(cookie, /; Max-Age=15552000; .*HttpOnly; SameSite=Strict/);
  return cookie.split(';', 1)[0] ?? '';
}

describe('guesses of a password', () => {
  it('wait longer and longer, whether there is such an account or not', async () => {
    const { email } = await signIn(service);
    for (const target of ['nobody-at-all@example.org', email]) {
      const codes: string[] = [];
      for (let i = 0; i < 8; i++) codes.push(await guess(target, ATTACKER));
      assert.deepEqual(codes, [
        ...Array.from({ length: 5 }, () => '401 credentials_invalid'),
        ...Array.from({ length: 3 }, () => '429 rate_limited'),
      ]);
      const waits: number[] = [];
      for (let i = 0; i < 4; i++) {
        const refused = await send({ email: target, password: 'a wrong one' }, ATTACKER);
        waits.push(Number(refused.headers['retry-after']));
        await world.clock.advance(waits.at(-1)! * 1_000);
        assert.equal(await guess(target, ATTACKER), '401 credentials_invalid');
      }
      assert.deepEqual(waits, [1, 2, 4, 8]);
    }
  });

  it('do not keep the owner out who comes from elsewhere', async () => {
    const { email } = await signIn(service);
    for (let i = 0; i < 60; i++) await guess(email, ATTACKER);
    assert.equal(await attempt({ email }, ATTACKER), '429 rate_limited');
    assert.equal(await attempt({ email }, HOME), '201');
  });

  it('do not keep the owner out on a known device, behind the same address and against a hundred others', async () => {
    const { email } = await signIn(service);
    const cookie = await deviceCookieOf(email, ATTACKER);
    for (let address = 0; address < 30; address++)
      for (let i = 0; i < 5; i++) await guess(email, `203.0.113.${address}`);
    for (let i = 0; i < 10; i++) await guess(email, ATTACKER);
    assert.equal(await attempt({ email }, HOME), '429 rate_limited', 'many addresses share a wider limit');
    assert.equal(await attempt({ email, cookie }, ATTACKER), '201');
    await world.clock.advance(60 * MINUTE_MS);
    assert.equal(await attempt({ email }, HOME), '201');
  });

  it('wait on a known device too, and a device is known for its own accounts only', async () => {
    const [owner, other] = [await signIn(service), await signIn(service)];
    const cookie = await deviceCookieOf(owner.email, HOME);
    for (let i = 0; i < 5; i++)
      assert.equal(
        await attempt({ email: owner.email, password: 'x', cookie }, HOME),
        '401 credentials_invalid',
      );
    assert.equal(await attempt({ email: owner.email, cookie }, HOME), '429 rate_limited');
    for (let i = 0; i < 6; i++) await guess(other.email, ATTACKER);
    assert.equal(await attempt({ email: other.email, cookie }, ATTACKER), '429 rate_limited');
  });
});

describe('many people behind one address', () => {
  it('log in all, up to a limit of their own, which known devices pass', async () => {
    const cafe = await world.start({ attempts: { logInsPerMinute: 40 } });
    const people = await Promise.all(Array.from({ length: 41 }, () => signIn(service)));
    const logIn = (email: string, cookie?: string) =>
      cafe.call({
        method: 'POST',
        url: '/v1/sessions',
        payload: { email, password: PASSWORD },
        remoteAddress: '192.0.2.1',
        headers: cookie === undefined ? {} : { cookie },
      });
    const cookie = await deviceCookieOf(people[40]!.email, HOME);
    for (const { email } of people.slice(0, 40)) assert.equal(await codeOf(logIn(email)), '201');
    assert.equal(await codeOf(logIn(people[40]!.email)), '429 rate_limited');
    assert.equal(await codeOf(logIn(people[40]!.email, cookie)), '201');
  });
});
