import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendRefusal } from './problem.ts';

/** `last`: turned away never for the sake of others. `first`: browsing, which can wait. All else stands between. */
export type ReadPriority = 'first' | 'last';

export type ReadSheddingOptions = {
  readonly load: {
    /** Whether writes have to wait at the moment: only then reads are turned away. */
    isInUse(): boolean;
    /** Writes under way from which on they wait. */
    readonly limit: number;
  };
  /** By operationId. */
  readonly priorities: Readonly<Record<string, ReadPriority>>;
  /** Hears of each that is turned away. */
  readonly onShed?: (priority: string) => void;
};

/** How many reads may be under way while writes wait, for each write that may. */
const FIRST_SHARE = 0.1;
const OTHER_SHARE = 0.5;
const RETRY_AFTER_MS = 2_000;

/**
 * While writes wait, reads give way to them: those that only browse from few under way on, others from more, and what
 * people need who hold seats, pay or stand in line never. Call it before the routes are registered.
 */
export function shedReads(server: FastifyInstance, { load, priorities, onShed }: ReadSheddingOptions): void {
  const shareOf = new Map<string, number>();
  let underWay = 0;
  server.addHook('onRoute', ({ method, url, schema }) => {
    if (![method].flat().includes('GET') || !url.startsWith('/v1/')) return;
    const { operationId = '' } = (schema ?? {}) as { readonly operationId?: string };
    const priority = priorities[operationId];
    // A stream costs when it begins; it is no read that is under way.
    if (priority === 'last' || url.endsWith('/stream')) return;
    shareOf.set(url, priority === 'first' ? FIRST_SHARE : OTHER_SHARE);
  });
  server.addHook('onRequest', (request, reply, done) => {
    const share = isRead(request) ? shareOf.get(request.routeOptions.url ?? '') : undefined;
    if (share === undefined) return done();
    if (underWay >= Math.max(1, load.limit * share) && load.isInUse()) {
      onShed?.(share === FIRST_SHARE ? 'first' : 'other');
      sendRefusal(reply, { ok: false, code: 'overloaded', extra: { retryAfterMs: RETRY_AFTER_MS } });
      return;
    }
    underWay++;
    reply.raw.once('close', () => underWay--);
    done();
  });
}

const isRead = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';
