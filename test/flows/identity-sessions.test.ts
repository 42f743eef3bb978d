import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  codeOf,
  type IdentityService,
  type IdentityWorld,
  openIdentityWorld,
  PASSWORD,
  readMe,
  refresh,
  signIn,
  type Tokens,
} from '../support/identity/service.ts';

let world: IdentityWorld;
let service: IdentityService;
const DAY_MS = 86_400_000;
const GRACE_MS = 10_000;

before(async () => {
  world = await openIdentityWorld();
  service = await world.start();
});

after(() => world.close());

const attempt = (payload: object, on = service) => on.call({ method: 'POST', url: '/v1/sessions', payload });
const logOut = (token: string, on = service) =>
  on.call({ method: 'DELETE', url: '/v1/sessions/current', token });
const refreshed = async (token: string) => (await refresh(service, token)).json<Tokens>();

describe('logging in', () => {
  it('gives an access token and a refresh token that no cache keeps', async () => {
    const { email } = await signIn(service);
    const response = await attempt({ email, password: PASSWORD });
    assert.equal(response.statusCode, 201);
    assert.equal(response.headers['cache-control'], 'no-store');
    const tokens = response.json<Tokens>();
    assert.deepEqual(Object.keys(tokens), ['accessToken', 'expiresAt', 'refreshToken', 'accountId']);
    assert.equal(Date.parse(tokens.expiresAt), world.clock.now() + 15 * 60_000);
    assert.equal((await readMe(service, tokens.accessToken)).json<{ email: string }>().email, email);
  });

  it('answers a wrong password and an unknown address with the same words', async () => {
    const { email } = await signIn(service);
    const wrong = await attempt({ email, password: 'wrong password' });
    const unknown = await attempt({ email: 'nobody@example.org', password: PASSWORD });
    assert.equal(await codeOf(Promise.resolve(wrong)), '401 credentials_invalid');
    const words = (text: string) => ({ ...JSON.parse(text), requestId: '' }) as object;
    assert.deepEqual(words(unknown.body), words(wrong.body));
    assert.deepEqual(Object.keys(unknown.headers), Object.keys(wrong.headers));
  });

  it('hashes again a password whose hash has become too weak', async () => {
    const { email } = await signIn(service);
    const stronger = await world.start({ passwords: { memoryKib: 16, passes: 1 } });
    assert.equal(await codeOf(attempt({ email, password: PASSWORD }, stronger)), '201');
    const rows = await service.database.query<{ password_hash: string }>(
      'select password_hash from account where email = $1',
      [email],
    );
    assert.match(rows[0]!.password_hash, /m=16,/);
    assert.equal(await codeOf(attempt({ email, password: PASSWORD })), '201');
  });
});

describe('refreshing', () => {
  it('gives new tokens, again and again', async () => {
    const first = await signIn(service);
    const second = await refreshed(first.refreshToken);
    const third = await refreshed(second.refreshToken);
    assert.equal(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size, 3);
    assert.equal(await codeOf(readMe(service, third.accessToken)), '200');
  });

  it('gives both of two requests at once the same successor', async () => {
    const { refreshToken } = await signIn(service);
    const responses = await Promise.all(Array.from({ length: 5 }, () => refresh(service, refreshToken)));
    assert.deepEqual(
      responses.map(({ statusCode }) => statusCode),
      [200, 200, 200, 200, 200],
    );
    const successors = new Set(responses.map((response) => response.json<Tokens>().refreshToken));
    assert.equal(successors.size, 1);
    assert.equal(await codeOf(refresh(service, [...successors][0]!)), '200');
  });

  it('gives the successor once more to a client that lost the answer, within the grace', async () => {
    const { refreshToken } = await signIn(service);
    const lost = await refreshed(refreshToken);
    await world.clock.advance(GRACE_MS - 1);
    const repeated = await refreshed(refreshToken);
    assert.equal(repeated.refreshToken, lost.refreshToken);
    assert.equal(await codeOf(readMe(service, repeated.accessToken)), '200');
  });

  it('ends the session when an old token is used again, for the thief and for the owner', async () => {
    const stolen = await signIn(service);
    const owner = await refreshed(stolen.refreshToken);
    await world.clock.advance(GRACE_MS);
    assert.equal(await codeOf(refresh(service, stolen.refreshToken)), '401 refresh_token_reused');
    assert.equal(await codeOf(refresh(service, owner.refreshToken)), '401 session_ended');
    assert.equal(await codeOf(readMe(service, owner.accessToken)), '401 session_ended');
    assert.equal(await codeOf(readMe(service, stolen.accessToken)), '401 session_ended');
  });

  it('ends the session at once when the token is older than the last but one', async () => {
    const stolen = await signIn(service);
    const second = await refreshed(stolen.refreshToken);
    await refreshed(second.refreshToken);
    assert.equal(await codeOf(refresh(service, stolen.refreshToken)), '401 refresh_token_reused');
  });

  it('refuses guesses, and lets the session be', async () => {
    const { refreshToken } = await signIn(service);
    const bytes = Buffer.from(refreshToken, 'base64url');
    for (const index of [0, 16, 19, 30, 51]) {
      const guess = Buffer.from(bytes);
      guess[index]! ^= 1;
      const code = await codeOf(refresh(service, guess.toString('base64url')));
      assert.equal(code, '401 refresh_token_invalid');
    }
    for (const guess of ['x', 'x'.repeat(70), 'x'.repeat(512)])
      assert.equal(await codeOf(refresh(service, guess)), '401 refresh_token_invalid');
    assert.equal(await codeOf(refresh(service, refreshToken)), '200');
  });

  it('keeps a session alive by use, and not without', async () => {
    const first = await signIn(service);
    await world.clock.advance(29 * DAY_MS);
    const second = await refreshed(first.refreshToken);
    await world.clock.advance(29 * DAY_MS);
    const third = await refreshed(second.refreshToken);
    await world.clock.advance(30 * DAY_MS);
    assert.equal(await codeOf(refresh(service, third.refreshToken)), '401 session_ended');
  });

  it('does not outlive the age of a session', async () => {
    const short = await world.start({ session: { sessionAgeMaxMs: 40 * DAY_MS } });
    const first = await signIn(short);
    await world.clock.advance(29 * DAY_MS);
    const second = await refresh(short, first.refreshToken);
    await world.clock.advance(11 * DAY_MS);
    assert.equal(await codeOf(refresh(short, second.json<Tokens>().refreshToken)), '401 session_ended');
  });

  it('works in another process than the log-in', async () => {
    const other = await world.start();
    const { refreshToken } = await signIn(service);
    const response = await refresh(other, refreshToken);
    assert.equal(response.statusCode, 200);
    assert.equal(await codeOf(readMe(service, response.json<Tokens>().accessToken)), '200');
  });
});

describe('logging out', () => {
  it('ends the access tokens and the refresh token of this session at once', async () => {
    const first = await signIn(service);
    const second = await refreshed(first.refreshToken);
    assert.equal((await logOut(second.accessToken)).statusCode, 204);
    for (const { accessToken } of [first, second])
      assert.equal(await codeOf(readMe(service, accessToken)), '401 session_ended');
    assert.equal(await codeOf(refresh(service, second.refreshToken)), '401 session_ended');
    assert.equal(await codeOf(logOut(second.accessToken)), '401 session_ended');
  });

  it('leaves the other sessions of the person alone', async () => {
    const { email, accessToken } = await signIn(service);
    const other = (await attempt({ email, password: PASSWORD })).json<Tokens>();
    await logOut(accessToken);
    assert.equal(await codeOf(readMe(service, other.accessToken)), '200');
  });

  it('is remembered by a process that starts afterwards', async () => {
    const { accessToken } = await signIn(service);
    await logOut(accessToken);
    const restarted = await world.start();
    assert.equal(await codeOf(readMe(restarted, accessToken)), '401 session_ended');
  });

  it('reaches the other processes within the time that they say', async () => {
    const other = await world.start({ endingsPollMs: 2_000 });
    const { accessToken } = await signIn(service);
    assert.equal(await codeOf(readMe(other, accessToken)), '200');
    await logOut(accessToken);
    let code = '200';
    // The manual clock sets the reading off and does not wait for the database.
    for (let i = 0; i < 200 && code === '200'; i++) {
      await world.clock.advance(2_000 / 10);
      code = await codeOf(readMe(other, accessToken));
    }
    assert.equal(code, '401 session_ended');
  });
});
