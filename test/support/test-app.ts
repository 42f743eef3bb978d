import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { startAccessApp } from './access/app.ts';

export type TestApp = {
  inject(request: InjectOptions): Promise<LightMyRequestResponse>;
  /** An access token of somebody with this role. */
  tokenOf(role: string): Promise<string>;
  /** Where it listens. */
  readonly address: string;
  stop(): Promise<void>;
};

const ids = createIds(systemClock, systemRandom);

/** The whole system on a database of its own, on a free port. */
export async function startTestApp(): Promise<TestApp> {
  const system = await startAccessApp();
  return {
    inject: (request) => system.app.server.inject(request),
    async tokenOf(role) {
      const claims = { roles: ['member', role], sid: ids.next() };
      const { token } = await system.tokens.signer.sign({
        audience: 'access',
        subject: ids.next(),
        claims,
        ttlMs: 600_000,
      });
      return token;
    },
    address: system.app.address(),
    stop: () => system.close(),
  };
}
