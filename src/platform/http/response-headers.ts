import type { FastifyReply, FastifyRequest } from 'fastify';

/** What answers of data need: nothing may be run or embedded from them. Pages and the API page set their own. */
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * On every answer, after OWASP's recommendations for APIs
 * (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers). Not among
 * them: what only Internet Explorer and long gone filters of other browsers read. Each costs a hold 1%.
 */
const PROTECTION: Readonly<Record<string, string>> = {
  'content-security-policy': DATA_POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What means something on a page only: that no other site's window shares its process or reaches into it. */
export const DOCUMENT_HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'origin-agent-cluster': '?1',
};

export type ResponseHeaderOptions = {
  /** How long browsers are to insist on HTTPS; 0 or undefined: they are not told. */
  readonly httpsOnlyMs?: number | undefined;
};

/** The headers that every answer carries. */
export function protectionHeaders({ httpsOnlyMs }: ResponseHeaderOptions): Readonly<Record<string, string>> {
  return httpsOnlyMs ? { ...PROTECTION, ...strictTransport(httpsOnlyMs) } : PROTECTION;
}

type SetHeaders = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Gives every answer its request id and these headers. Made once and set through Fastify, not through
 * Node's `setHeader`, after which `writeHead` treats every header on its own, as @fastify/helmet does
 * (docs/decisions/002-turn-away-before-fastify.md).
 */
export function createHeaderSetter(headers: Readonly<Record<string, string>>): SetHeaders {
  return (request, reply) => void reply.headers(headers).header('x-request-id', request.id);
}

function strictTransport(ms: number): Record<string, string> {
  return { 'strict-transport-security': `max-age=${Math.floor(ms / 1_000)}; includeSubDomains` };
}
