import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import {
  codeOf,
  type IdentityService,
  type IdentityWorld,
  openIdentityWorld,
  PASSWORD,
  readMe,
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

/** An answer sets several cookies. */
function refreshCookieOf({ headers }: LightMyRequestResponse): string {
  const cookies = [headers['set-cookie'] ?? []].flat();
  return cookies.find((cookie) => cookie.includes('firstcome_refresh=')) ?? '';
}

async function logInOn(host: string): Promise<string> {
  const { email } = await signIn(service);
  const response = await service.call({
    method: 'POST',
    url: '/v1/sessions',
    payload: { email, password: PASSWORD },
    headers: { host },
  });
  return refreshCookieOf(response);
}

const cookieOf = (person: Tokens, prefix = ''): string => `${prefix}firstcome_refresh=${person.refreshToken}`;

describe('the refresh cookie', () => {
  it('is out of reach of scripts, of other sites and of sibling domains', async () => {
    const cookie = await logInOn('tickets.example.org');
    assert.match(
      cookie,
      /^__Host-firstcome_refresh=[\w-]{70}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  it('has that name wherever the request came by HTTPS, also to the loopback', async () => {
    const proxied = await world.start({}, undefined, { trustProxy: '127.0.0.1' });
    const { email } = await signIn(proxied);
    const response = await proxied.call({
      method: 'POST',
      url: '/v1/sessions',
      payload: { email, password: PASSWORD },
      headers: { host: 'localhost', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' },
    });
    assert.match(refreshCookieOf(response), /^__Host-firstcome_refresh=[\w-]{70}; Path=\/; .*; Secure; /);
  });

  it('is not taken by its plain name from other places than the loopback', async () => {
    const person = await signIn(service);
    const refreshWith = (cookie: string) =>
      codeOf(
        service.call({
          method: 'POST',
          url: '/v1/sessions/refresh',
          payload: {},
          headers: { cookie, host: 'tickets.example.org', 'sec-fetch-site': 'same-origin' },
        }),
      );
    assert.equal(await refreshWith(cookieOf(person)), '401 refresh_token_invalid');
    assert.equal(await refreshWith(cookieOf(person, '__Host-')), '200');
  });

  it('does without Secure on the loopback only', async () => {
    for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080'])
      assert.match(
        await logInOn(host),
        /^firstcome_refresh=[\w-]{70}; Path=\/v1\/sessions; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
        host,
      );
    for (const host of ['192.168.0.7:8080', 'localhost.example.org', '127.0.0.1.example.org'])
      assert.match(await logInOn(host), /Secure/, host);
  });

  it('refreshes like the token in the body, and is replaced', async () => {
    const person = await signIn(service);
    const response = await service.call({
      method: 'POST',
      url: '/v1/sessions/refresh',
      payload: {},
      headers: { cookie: cookieOf(person), 'sec-fetch-site': 'same-origin' },
    });
    assert.equal(response.statusCode, 200);
    const { refreshToken } = response.json<Tokens>();
    assert.notEqual(refreshToken, person.refreshToken);
    assert.ok(refreshCookieOf(response).startsWith(`firstcome_refresh=${refreshToken};`));
  });

  it('is taken from our own pages only', async () => {
    const cookie = cookieOf(await signIn(service), '__Host-');
    const from = (headers: Record<string, string>) =>
      codeOf(
        service.call({
          method: 'POST',
          url: '/v1/sessions/refresh',
          payload: '{}',
          headers: { cookie, host: 'tickets.example.org', 'content-type': 'application/json', ...headers },
        }),
      );
    const refused = '403 refresh_cookie_refused';
    assert.equal(await from({ 'sec-fetch-site': 'cross-site' }), refused);
    assert.equal(await from({ 'sec-fetch-site': 'same-site' }), refused);
    assert.equal(await from({ 'sec-fetch-site': 'none' }), refused);
    assert.equal(await from({ origin: 'http://evil.example.org' }), refused);
    assert.equal(await from({ origin: 'https://tickets.example.org' }), refused, 'another scheme');
    assert.equal(await from({ origin: 'null' }), refused);
    assert.equal(await from({ 'content-type': 'text/plain' }), '415 unsupported_media_type');
    assert.equal(await from({ origin: 'http://tickets.example.org' }), '200');
    // As behind a proxy that passes no Host: the browser says by itself that the page is ours.
    assert.equal(await from({ origin: 'https://shop.example.org', 'sec-fetch-site': 'same-origin' }), '200');
  });

  it('yields to the token in the body', async () => {
    const [one, other] = [await signIn(service), await signIn(service)];
    const response = await service.call({
      method: 'POST',
      url: '/v1/sessions/refresh',
      payload: { refreshToken: one.refreshToken },
      headers: { cookie: cookieOf(other), 'sec-fetch-site': 'cross-site' },
    });
    assert.equal(response.statusCode, 200);
  });

  it('is not needed: without it and without a token the answer says what to send', async () => {
    const call = (payload: object) =>
      codeOf(service.call({ method: 'POST', url: '/v1/sessions/refresh', payload }));
    assert.equal(await call({}), '401 refresh_token_invalid');
    assert.equal(await call({ refreshToken: '' }), '400 invalid_request');
  });

  it('alone ends its session, for a page whose access token has ended or never came', async () => {
    const person = await signIn(service);
    const end = (headers: Record<string, string>, token?: string) =>
      service.call({ method: 'DELETE', url: '/v1/sessions/current', headers, token });
    const cookie = cookieOf(person);
    const ownPage = { cookie, 'sec-fetch-site': 'same-origin' };
    assert.equal(await codeOf(end({ cookie, 'sec-fetch-site': 'cross-site' })), '403 refresh_cookie_refused');
    assert.equal(await codeOf(readMe(service, person.accessToken)), '200');
    const response = await end(ownPage, 'no.good.token');
    assert.equal(response.statusCode, 204);
    assert.match(String(response.headers['set-cookie']), /^firstcome_refresh=;/);
    assert.equal(await codeOf(readMe(service, person.accessToken)), '401 session_ended');
    assert.equal(await codeOf(end(ownPage)), '204', 'also when its session has ended');
    assert.equal(await codeOf(end({})), '401 token_missing');
  });

  it('of another person stays when somebody logs out by an access token', async () => {
    const [one, other] = [await signIn(service), await signIn(service)];
    const response = await service.call({
      method: 'DELETE',
      url: '/v1/sessions/current',
      token: one.accessToken,
      headers: { cookie: cookieOf(other), 'sec-fetch-site': 'same-origin' },
    });
    assert.equal(response.headers['set-cookie'], undefined);
    assert.equal(await codeOf(readMe(service, one.accessToken)), '401 session_ended');
    assert.equal(await codeOf(readMe(service, other.accessToken)), '200');
  });

  it('takes its session along when a page logs in over it, and only then', async () => {
    const over = async (site: string) => {
      const [former, next] = [await signIn(service), await signIn(service)];
      await service.call({
        method: 'POST',
        url: '/v1/sessions',
        payload: { email: next.email, password: PASSWORD },
        headers: { cookie: cookieOf(former), 'sec-fetch-site': site },
      });
      return codeOf(readMe(service, former.accessToken));
    };
    assert.equal(await over('same-origin'), '401 session_ended');
    assert.equal(await over('none'), '200');
  });

  it('is cleared by a log-out', async () => {
    const { accessToken } = await signIn(service);
    const response = await service.call({
      method: 'DELETE',
      url: '/v1/sessions/current',
      token: accessToken,
    });
    assert.match(
      String(response.headers['set-cookie']),
      /^firstcome_refresh=; .*Path=\/v1\/sessions; Expires=Thu, 01 Jan 1970/,
    );
  });
});
