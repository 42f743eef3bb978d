import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Client, type IFrame } from '@stomp/stompjs';
import { composeStomp } from '../../src/app/compose/stomp.ts';
import { readConfig } from '../../src/config/config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { Fault } from '../../src/kernel/faults.ts';
import { createIds } from '../../src/kernel/ids.ts';
import type { Lifecycle } from '../../src/kernel/lifecycle.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createMetrics } from '../../src/platform/observability/metrics.ts';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import { createTestHub } from '../support/live.ts';

const PASSWORD = 'a long enough password';

describe('STOMP of the running system', { timeout: 60_000 }, () => {
  let access: AccessApp;
  before(async () => {
    access = await startAccessApp();
  });
  after(() => access.close());

  async function signIn(email: string): Promise<string> {
    const body = { email, password: PASSWORD };
    await access.app.server.inject({
      method: 'POST',
      url: '/v1/accounts',
      payload: { ...body, name: 'Ann' },
    });
    const session = await access.app.server.inject({ method: 'POST', url: '/v1/sessions', payload: body });
    assert.equal(session.statusCode, 201);
    return session.json<{ accessToken: string }>().accessToken;
  }

  /** The client once it is connected, or the ERROR that it got instead. */
  function connect(connectHeaders: Readonly<Record<string, string>>): Promise<Client | IFrame> {
    const brokerURL = `${access.app.address().replace('http', 'ws')}/stomp`;
    const client = new Client({ brokerURL, connectHeaders: { ...connectHeaders }, reconnectDelay: 0 });
    return new Promise((resolve) => {
      client.onConnect = () => resolve(client);
      client.onStompError = (frame) => resolve(frame);
      client.activate();
    });
  }

  it('lets in who has an access token, by the name of its account or none', async () => {
    const token = await signIn('stomp@example.com');
    for (const login of ['', 'stomp@example.com', 'STOMP@example.com']) {
      const client = await connect({ Authorization: `Bearer ${token}`, ...(login === '' ? {} : { login }) });
      assert.ok(client instanceof Client, login);
      await client.deactivate();
    }
    for (const [headers, code] of [
      [{}, 'token_missing'],
      [{ passcode: `${token.slice(0, -4)}AAAA` }, 'token_invalid'],
      [{ passcode: token, login: 'other@example.com' }, 'account_mismatch'],
    ] as const) {
      const refused = await connect(headers);
      assert.ok(!(refused instanceof Client));
      assert.equal(refused.headers['code'], code);
    }
  });

  it('ends when its session is signed out, and counts it', async () => {
    const token = await signIn('leaver@example.com');
    const client = await connect({ passcode: token });
    assert.ok(client instanceof Client);
    const error = new Promise<IFrame>((resolve) => {
      client.onStompError = resolve;
    });
    const out = await access.app.server.inject({
      method: 'DELETE',
      url: '/v1/sessions/current',
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(out.statusCode, 204);
    assert.equal((await error).headers['code'], 'session_ended');
    const metrics = await access.app.server.inject({ url: '/metrics' });
    assert.match(metrics.body, /^firstcome_stomp_sessions_ended_total\{reason="session_ended"\} 1$/m);
  });
});

describe('STOMP over TCP on a port that is taken', { timeout: 60_000 }, () => {
  const identity = { onEnding: () => undefined } as never;
  const secrets = {
    MODE: 'production',
    SECRET_KEY: randomBytes(32).toString('base64url'),
    ENROLMENT_CODE_SELLER: 'seller-code-1-of-tests',
    ENROLMENT_CODE_MANAGER: 'manager-code-2-of-tests',
    ENROLMENT_CODE_DRIVER: 'driver-code-3-of-tests',
  };

  async function start(environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const taken = createServer();
    await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve));
    const port = String((taken.address() as { port: number }).port);
    const warnings: string[] = [];
    const logger = { warn: (text: string) => warnings.push(text) };
    let lifecycles: readonly Lifecycle[] = [];
    try {
      const config = readConfig({ ...environment, STOMP_PORT: port });
      const base = {
        config,
        logger,
        hub: createTestHub(),
        clock: systemClock,
        ids: createIds(systemClock, systemRandom),
      };
      ({ lifecycles } = composeStomp(
        { ...base, metrics: createMetrics(() => undefined) } as never,
        identity,
        [],
      ));
      for (const part of lifecycles) await part.start();
      return warnings;
    } finally {
      for (const part of lifecycles) await part.stop();
      taken.close();
    }
  }

  it('is one warning in a demonstration, and keeps production from starting', async () => {
    const warnings = await start({});
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /set STOMP_PORT to a free port/);
    await assert.rejects(start(secrets), (error) => error instanceof Fault && error.code === 'listen_failed');
  });
});
