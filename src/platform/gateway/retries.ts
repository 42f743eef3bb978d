import type { IncomingMessage } from 'node:http';

/** A request that means the same when it arrives twice (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** Writes that keep no answer under a key; `test/flows/gateway.test.ts` holds this to the API. */
const WITHOUT_KEY = /^\/v1\/(?:sessions|payments\/callbacks|demo)(?:\/|\?|$)/;

/** Whether a request may go to a second instance although the first may have begun on it. */
export function isRepeatable({ method = '', url = '', headers }: IncomingMessage): boolean {
  if (IDEMPOTENT.has(method)) return true;
  return headers['idempotency-key'] !== undefined && !WITHOUT_KEY.test(url);
}

const ROOM = /^\/v1\/performances\/([^/?]+)\/room(?:[/?]|$)/;
const PASS_LENGTH_MAX = 4_096;

/** What an instance shows of itself alone: who looks sees the same one each time. */
const OF_ONE_INSTANCE = /^\/v1\/(demo\/crowds|operations)(?:[/?]|$)/;

/**
 * What one instance keeps and others send there for: the room that a request is about, by its address, or by what a
 * pass says of itself. Nothing here believes it, it only saves a hop.
 */
export function keptOf({ url = '', headers }: IncomingMessage): string | undefined {
  const pass = headers['room-pass'];
  if (typeof pass !== 'string') return (ROOM.exec(url) ?? OF_ONE_INSTANCE.exec(url))?.[1];
  if (pass.length > PASS_LENGTH_MAX) return undefined;
  const [, payload = ''] = pass.split('.', 2);
  const text = Buffer.from(payload, 'base64url').toString();
  return /"room":"([^"\\]{1,64})"/.exec(text)?.[1];
}

/** An instance that another one sends to answers so, and has done nothing. */
export function isElsewhere(status: number, body: Buffer): boolean {
  return status === 503 && body.includes('"code":"room_elsewhere"');
}
