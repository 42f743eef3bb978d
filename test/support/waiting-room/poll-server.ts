/** The routes of the waiting room on a line of one's own, with everybody known by the name they give. */
import { systemClock } from '../../../src/kernel/clock.ts';
import { createIds } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import type { SalesTerms } from '../../../src/modules/catalogue/index.ts';
import { createWaitingRoom, waitingRoomProblems } from '../../../src/modules/waiting-room/index.ts';
import type { WaitingLine } from '../../../src/modules/waiting-room/ports.ts';
import { createHttpServer, type HttpServer } from '../../../src/platform/http/server.ts';
import { createLogger } from '../../../src/platform/observability/logger.ts';
import { createTestHub } from '../live.ts';
import { createMemoryIdempotencyStore } from '../memory-idempotency-store.ts';
import { acceptTestOperations } from '../operations.ts';
import { bigRoomRules } from './big-room.ts';

const HOUR_MS = 3_600_000;

/** What a bearer token says here: the account and nothing else. */
export async function createPollServer(
  line: WaitingLine,
  options: Parameters<typeof createWaitingRoom>[0]['options'] = {},
): Promise<HttpServer> {
  const now = Date.now();
  const base = {
    clock: systemClock,
    ids: createIds(systemClock, systemRandom),
    logger: createLogger({ level: 'silent', format: 'json' }),
  };
  const { server } = await createHttpServer({
    ...base,
    authenticate: (accountId) => ({
      ok: true,
      value: { accountId, roles: new Set(['member']), sessionId: '', expiresAt: now + HOUR_MS },
    }),
    problems: waitingRoomProblems,
  });
  acceptTestOperations(server, { store: createMemoryIdempotencyStore() });
  const terms = { roomEnabled: true, opensAt: now - HOUR_MS, closesAt: now + HOUR_MS } as SalesTerms;
  const nobody = () => Promise.reject(new Error('nobody is admitted here'));
  const room = createWaitingRoom({
    line,
    catalogue: {
      terms: () => terms,
      onTermsChanged: () => undefined,
      availability: () => ({ free: 1, held: 0, sold: 0 }),
    },
    signer: { sign: nobody },
    readerOf: () => nobody,
    clock: systemClock,
    hub: createTestHub(),
    rules: bigRoomRules,
    options,
    onError: (error) => {
      throw error;
    },
  });
  room.routes(server);
  await server.ready();
  return server;
}
