import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { member } from '../../src/platform/auth/access.ts';
import { principalOf } from '../../src/platform/http/authentication.ts';
import { jsonContent, LiveMessage } from '../../src/platform/live/message.ts';
import { openEventStream } from '../../src/platform/live/sse/event-stream.ts';
import {
  type IdentityService,
  type IdentityWorld,
  openIdentityWorld,
  signIn,
  type Tokens,
} from '../support/identity/service.ts';

let world: IdentityWorld;
let service: IdentityService;
let address: string;

before(async () => {
  world = await openIdentityWorld();
  service = await world.start({}, (server, clock) => {
    server.get('/stream', { config: { access: member } }, (request, reply) => {
      const { expiresAt } = principalOf(request);
      const stream = openEventStream(request, reply, { clock, expiresAt });
      stream.deliver(new LiveMessage('1', jsonContent('hello', {})));
    });
  });
  await service.server.listen({ port: 0, host: '127.0.0.1' });
  address = `http://127.0.0.1:${(service.server.server.address() as AddressInfo).port}`;
});

after(() => world.close());

/** Opens a stream; `rest` is what comes until it ends. */
async function openStream({ accessToken }: Tokens): Promise<{ rest: Promise<string> }> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const response = await fetch(`${address}/stream`, { headers });
  assert.equal(response.status, 200);
  return { rest: response.text() };
}

describe('a live stream', () => {
  it('ends with the log-out of its session, and no other does', async () => {
    const [leaving, staying] = [await signIn(service), await signIn(service)];
    const [ending, going] = [await openStream(leaving), await openStream(staying)];
    await service.call({ method: 'DELETE', url: '/v1/sessions/current', token: leaving.accessToken });
    assert.match(await ending.rest, /event: session-ended\ndata: {"reconnect":false}/);
    const first = await Promise.race([going.rest, Promise.resolve('goes on')]);
    assert.equal(first, 'goes on');
    await service.call({ method: 'DELETE', url: '/v1/sessions/current', token: staying.accessToken });
    await going.rest;
  });

  it('ends when a role is taken from its person', async () => {
    const [manager, seller] = [await signIn(service, 'manager'), await signIn(service, 'seller')];
    const stream = await openStream(seller);
    await service.call({
      method: 'POST',
      url: `/v1/accounts/${seller.accountId}/roles`,
      token: manager.accessToken,
      payload: { role: 'seller', action: 'revoke' },
    });
    assert.match(await stream.rest, /event: token-expired\ndata: {"reconnect":true}/);
  });

  it('ends with its token', async () => {
    const stream = await openStream(await signIn(service));
    await world.clock.advance(15 * 60_000);
    assert.match(await stream.rest, /event: token-expired/);
  });
});
