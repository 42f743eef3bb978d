import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { addressList } from '../../kernel/address-list.ts';

/**
 * What of a request goes on to an instance: headers that a route of ours, the pages or the platform reads. A list of
 * what is let through, since a list of what is not would have to know every header that something inside believes.
 */
const PASSED_ON = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'access-control-request-headers',
  'access-control-request-method',
  'authorization',
  'cache-control',
  'content-type',
  'cookie',
  'gate-pass',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'last-event-id',
  'origin',
  'prefer',
  'referer',
  'room-pass',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
  'traceparent',
  'tracestate',
  'user-agent',
]);

/** Besides those, what shakes hands for a WebSocket (RFC 6455, section 4). */
const OF_UPGRADES = new Set([
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'sec-websocket-version',
]);

/** Of one connection (RFC 9110, section 7.6.1), or between our own processes. */
const NOT_PASSED_BACK = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const INTERNAL = 'x-firstcome-';

export type Forwarded = {
  readonly forwardedFor: string;
  readonly forwardedProto: string;
};

/** For whom a request comes: what proxies say counts where TRUST_PROXY names the one that speaks to us. */
export function createForwarding(trustProxy: readonly string[]): (request: IncomingMessage) => Forwarded {
  // Most gateways have no proxy before them, and a list that is empty need not be asked.
  const isTrusted = trustProxy.length > 0 ? addressList(trustProxy) : () => false;
  return ({ headers, socket }) => {
    const peer = socket.remoteAddress ?? '';
    if (!isTrusted(peer)) return { forwardedFor: peer, forwardedProto: 'http' };
    const before = headers['x-forwarded-for'];
    const proto = headers['x-forwarded-proto'];
    return {
      forwardedFor: before === undefined ? peer : `${String(before)}, ${peer}`,
      forwardedProto: String(proto ?? 'http').endsWith('https') ? 'https' : 'http',
    };
  };
}

/** The headers of a request to an instance, as names and values in turn. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  { forwardedFor, forwardedProto }: Forwarded,
): string[] {
  const passed = ['x-forwarded-for', forwardedFor, 'x-forwarded-proto', forwardedProto];
  // An origin is compared with the host that was asked for.
  if (headers.host !== undefined) passed.push('host', headers.host);
  add(passed, headers, PASSED_ON);
  return passed;
}

export function upgradeHeaders(headers: IncomingHttpHeaders, forwarded: Forwarded): string[] {
  const passed = requestHeaders(headers, forwarded);
  add(passed, headers, OF_UPGRADES);
  passed.push('connection', 'Upgrade', 'upgrade', 'websocket');
  return passed;
}

function add(passed: string[], headers: IncomingHttpHeaders, names: ReadonlySet<string>): void {
  // Own names of the object that Node's parser made: few, whatever a client sends.
  for (const name in headers) {
    if (!names.has(name)) continue;
    const value = headers[name];
    if (value !== undefined) passed.push(name, String(value));
  }
}

/** The headers of an answer to a client. */
export function answerHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const passed: Record<string, string | string[]> = {};
  for (const name in headers) {
    if (NOT_PASSED_BACK.has(name) || name.startsWith(INTERNAL)) continue;
    const value = headers[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}
