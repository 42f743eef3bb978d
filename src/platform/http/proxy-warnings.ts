import type { FastifyRequest } from 'fastify';

const FORWARDING_HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'] as const;

const UNTRUSTED =
  'requests come through a proxy that TRUST_PROXY does not name, so that all who use it count as one address: ' +
  'let it send X-Forwarded-For, and set TRUST_PROXY to its address (docs/deploy.md)';
const HOST_LOST =
  'a page was sent from another origin than the one that was asked for: a proxy does not pass Host or ' +
  'X-Forwarded-Proto, or TRUST_PROXY does not name it, so that browsers can lose their sign-in at every reload ' +
  '(docs/deploy.md)';

/** Route hook that logs each sign of a proxy that is set up wrongly, once: what it costs shows elsewhere. */
export function warnOfProxies(): (request: FastifyRequest, reply: unknown, done: () => void) => void {
  const told = new Set<string>();
  const tell = (request: FastifyRequest, message: string) => {
    if (told.has(message)) return;
    told.add(message);
    request.log.warn({}, message);
  };
  return (request, _reply, done) => {
    if (isForwarded(request) && !isTrusted(request)) tell(request, UNTRUSTED);
    if (hasLostHost(request)) tell(request, HOST_LOST);
    done();
  };
}

function isForwarded({ headers }: FastifyRequest): boolean {
  return FORWARDING_HEADERS.some((header) => headers[header] !== undefined);
}

/** Fastify lists the addresses of those who forwarded it only as far as TRUST_PROXY names them. */
function isTrusted({ ips }: FastifyRequest): boolean {
  return ips !== undefined && ips.length > 1;
}

/** Whether the page that asks comes from another host than was asked for, though the browser says it is the same. */
function hasLostHost(request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin') return false;
  return !isOwnOrigin(request) && origin !== 'null';
}

/** Whether `Origin` names the host that was asked for; also where the request has none. */
export function isOwnOrigin({ headers: { origin }, protocol, host }: FastifyRequest): boolean {
  return origin === undefined || origin === `${protocol}://${host}`;
}
