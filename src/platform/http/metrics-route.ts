import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import type { Access } from './principal.ts';
import { sendRefusal } from './problem.ts';
import type { HttpServer } from './server.ts';

const access: Access = { who: 'anyone', owner: 'comes from this machine, or has the metrics token' };

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** A proxy on this machine speaks from the loopback address for the whole world, and says so in one of these. */
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Serves the metrics to this machine, and to others by bearer token where there is one. */
export function metricsRoute(server: HttpServer, metrics: Metrics, token: string | undefined): void {
  const isToken = token === undefined ? () => false : compareWith(token);
  server.get('/metrics', { config: { access }, schema: { hide: true } }, async (request, reply) => {
    if (!isLocal(request) && !isToken(bearerOf(request)))
      return sendRefusal(reply, { ok: false, code: 'metrics_forbidden' });
    return reply
      .type(metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.text());
  });
}

/** By the socket: `request.ip` may be what a header says. */
function isLocal(request: FastifyRequest): boolean {
  const { remoteAddress, remoteFamily } = request.raw.socket;
  if (remoteAddress === undefined) return false;
  const family = remoteFamily === 'IPv6' || remoteAddress.includes(':') ? 'ipv6' : 'ipv4';
  return (
    LOOPBACK.check(remoteAddress, family) &&
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
