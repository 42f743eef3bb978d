import assert from 'node:assert/strict';
import { createPublicKey, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Access } from '../../src/platform/auth/access.ts';
import type { TokenPurpose } from '../../src/platform/auth/tokens/token.ts';
import type { RouteEntry } from '../../src/platform/http/authentication.ts';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import {
  CALLER_ROLES,
  type CallerRole,
  findBreaches,
  promised,
  type Verdict,
} from '../support/access/guard.ts';
import { renderAccessPage } from '../support/access/page.ts';
import {
  decodeToken,
  signEs256With,
  signedWithAnotherKey,
  signedWithHs256,
  unsigned,
} from '../support/identity/forge.ts';

const PAGE = new URL('../../docs/access.md', import.meta.url);

let system: AccessApp;
let routes: readonly RouteEntry[];

before(async () => {
  system = await startAccessApp();
  routes = system.app.routes;
});

after(() => system.close());

/** A good token of somebody who has nothing, for one call. */
async function tokenOf(role: CallerRole, audience: TokenPurpose = 'access'): Promise<string> {
  const { token } = await system.tokens.signer.sign({
    audience,
    subject: randomUUID(),
    claims: { sid: randomUUID(), roles: [...new Set(['member', role])] },
    ttlMs: 60_000,
  });
  return token;
}

/** Calls every route; nothing may answer otherwise than its declared access promises. */
async function holds(
  token: () => Promise<string> | undefined,
  expected: (access: Access) => Verdict,
): Promise<void> {
  assert.deepEqual(await findBreaches(system.app.server, routes, { token, expected }), []);
}

/** On every route that asks for a token, this one is refused with `verdict`. */
async function isRefused(token: () => Promise<string>, verdict: Verdict = 'token_invalid'): Promise<void> {
  await holds(token, (access) => (access.who === 'anyone' ? 'pass' : verdict));
}

describe('every route', () => {
  it('is in the table', () => {
    assert.ok(routes.length >= 9, `${routes.length} routes`);
    const addresses = routes.map(({ method, url }) => `${method} ${url}`);
    for (const address of ['POST /v1/accounts', 'GET /v1/accounts/me', 'POST /v1/keys/rotations'])
      assert.ok(addresses.includes(address), address);
  });

  it('asks who it is of somebody without a token, unless it is open to anyone', () =>
    holds(
      () => undefined,
      (access) => promised(access, undefined),
    ));

  for (const role of CALLER_ROLES) {
    it(`lets a ${role} through where the role is named, and nowhere else`, () =>
      holds(
        () => tokenOf(role),
        (access) => promised(access, role),
      ));
  }
});

describe("every route that asks for a token refuses a manager's", () => {
  it('that has expired', () =>
    isRefused(async () => {
      const { header, claims } = decodeToken(await tokenOf('manager'));
      const { privateKey } = system.tokens.ring.signingKey();
      return signEs256With(privateKey, header, { ...claims, exp: Date.now() / 1000 - 1 });
    }, 'token_expired'));

  it('that is signed with another key', () =>
    isRefused(async () => signedWithAnotherKey(await tokenOf('manager'))));

  it('that is signed with another algorithm, with our public key as the secret', () =>
    isRefused(async () => {
      const key = createPublicKey(system.tokens.ring.signingKey().privateKey);
      return signedWithHs256(await tokenOf('manager'), key.export({ type: 'spki', format: 'pem' }));
    }));

  it('that is not signed at all', () =>
    isRefused(async () => {
      const { header, claims } = decodeToken(await tokenOf('manager'));
      return unsigned({ ...header, alg: 'none' }, claims);
    }));

  it('that is for another purpose', () => isRefused(() => tokenOf('manager', 'pass')));

  it('whose session has ended', async () => {
    const token = await tokenOf('manager');
    const headers = { authorization: `Bearer ${token}` };
    await system.app.server.inject({ method: 'DELETE', url: '/v1/sessions/current', headers });
    const expected = (access: Access) => (access.who === 'anyone' ? 'pass' : 'session_ended') as Verdict;
    await holds(() => Promise.resolve(token), expected);
  });
});

describe('the matrix', () => {
  it('sees a route that lets through more, or less, than it promises', async () => {
    const open = routes.find(({ access }) => access.who === 'anyone');
    const guarded = routes.find(({ access }) => access.who !== 'anyone');
    assert.ok(open && guarded);
    const swapped = [
      { ...open, access: guarded.access },
      { ...guarded, access: open.access },
    ];
    const caller = { token: () => undefined, expected: (access: Access) => promised(access, undefined) };
    const breaches = await findBreaches(system.app.server, swapped, caller);
    assert.equal(breaches.length, 2, breaches.join('; '));
  });

  it('is what docs/access.md says', async () => {
    const page = renderAccessPage(routes);
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(PAGE, page);
    const written = await readFile(PAGE, 'utf8').catch(() => '');
    assert.equal(written, page, 'docs/access.md is out of date: run this test with UPDATE_DOCS=1');
  });
});
