import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { Metrics } from '../observability/metrics.ts';
import { sendRefusal } from './problem.ts';
import type { HttpServer } from './server.ts';

const access: Access = {
  who: 'anyone',
  owner: 'has the metrics token, or comes from this machine where it serves nobody else',
};

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** A proxy on this machine speaks from the loopback address for the whole world, and says so in one of these. */
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

export type MetricsRouteOptions = {
  readonly token: string | undefined;
  /**
   * Nobody but this machine is served: no proxy is configured, and we listen on the loopback only. Elsewhere a
   * request of this machine can be the whole world's, through a proxy that does not say so.
   */
  readonly isLocalOnly: boolean;
};

/** Serves the metrics by bearer token, and without one to this machine where it serves nobody else. */
export function metricsRoute(
  server: HttpServer,
  metrics: Metrics,
  { token, isLocalOnly }: MetricsRouteOptions,
): void {
  const isToken = token === undefined ? () => false : compareWith(token);
  server.get(
    '/metrics',
    { config: { access, problems: ['metrics_forbidden'] }, schema: { hide: true } },
    async (request, reply) => {
      if (!(isLocalOnly && isLocal(request)) && !isToken(bearerOf(request)))
        return sendRefusal(reply, { ok: false, code: 'metrics_forbidden' });
      return reply
        .type(metrics.contentType)
        .header('cache-control', 'no-store')
        .send(await metrics.text());
    },
  );
}

/** By the socket: `request.ip` may be what a header says. */
function isLocal(request: FastifyRequest): boolean {
  const { remoteAddress, remoteFamily } = request.raw.socket;
  if (remoteAddress === undefined) return false;
  const family = remoteFamily === 'IPv6' || remoteAddress.includes(':') ? 'ipv6' : 'ipv4';
  return (
    LOOPBACK.check(remoteAddress, family) &&
    // A plain nginx says nothing of whom it speaks for, but speaks HTTP/1.0; who reads metrics speaks 1.1.
    request.raw.httpVersion !== '1.0' &&
    FORWARDING_HEADERS.every((header) => request.headers[header] === undefined)
  );
}

function bearerOf(request: FastifyRequest): string {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Takes as long for a token that is nearly right as for any other: digests are of one length. */
function compareWith(token: string): (given: string) => boolean {
  const expected = digest(token);
  return (given) => timingSafeEqual(digest(given), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
