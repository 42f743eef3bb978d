import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { deriveKey } from './tokens/secret.ts';

/** Carries the token of one of our own processes; never passed on from outside. */
export const INTERNAL_TOKEN_HEADER = 'x-firstcome-internal';
/** Names the instance that answers, to the gateway alone. */
export const INSTANCE_HEADER = 'x-firstcome-instance';

/** What a token vouches for: this request to this instance, and for whom it is made. */
export type InternalRequest = {
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  /** The forwarded addresses and scheme, as they are sent. */
  readonly forwardedFor: string;
  readonly forwardedProto: string;
};

export type InternalAnswer = 'valid' | 'invalid' | 'other_instance';

export type InternalTokens = {
  sign(instance: string, request: InternalRequest): string;
  verify(token: string, instance: string, request: InternalRequest): InternalAnswer;
};

/** Long enough for a request that waits for a connection, and for clocks that differ a little. */
const TTL_MS = 30_000;
const HEADER = Buffer.from('{"alg":"HS256","typ":"internal+jwt"}').toString('base64url');
const AUDIENCE = 'api';

/**
 * How our own processes know each other: a JWT (HS256) with a key and a type of its own, so that no token of a person
 * or of a room can stand for one; for one role and instance, one request, and 30 seconds.
 */
export function createInternalTokens(secret: string, clock: Pick<Clock, 'now'>): InternalTokens {
  const key = deriveKey(secret, 'internal');
  const tagOf = (signed: string) => createHmac('sha256', key).update(signed).digest('base64url');
  return {
    sign(instance, request) {
      const exp = Math.floor((clock.now() + TTL_MS) / 1_000);
      const payload = JSON.stringify({ aud: `${AUDIENCE}/${instance}`, exp, req: digestOf(request) });
      const signed = `${HEADER}.${Buffer.from(payload).toString('base64url')}`;
      return `${signed}.${tagOf(signed)}`;
    },
    verify(token, instance, request) {
      const end = token.lastIndexOf('.');
      const signed = token.slice(0, end);
      const tag = Buffer.from(token.slice(end + 1));
      const expected = Buffer.from(tagOf(signed));
      if (tag.length !== expected.length || !timingSafeEqual(tag, expected)) return 'invalid';
      // What our key signed under this type is a payload of ours.
      if (!signed.startsWith(`${HEADER}.`)) return 'invalid';
      const claims = JSON.parse(
        Buffer.from(signed.slice(HEADER.length + 1), 'base64url').toString(),
      ) as Claims;
      const nowS = clock.now() / 1_000;
      if (claims.exp < nowS || claims.exp > nowS + TTL_MS / 500) return 'invalid';
      if (claims.req !== digestOf(request)) return 'invalid';
      return claims.aud === `${AUDIENCE}/${instance}` ? 'valid' : 'other_instance';
    },
  };
}

type Claims = { readonly aud: string; readonly exp: number; readonly req: string };

function digestOf({ method, target, forwardedFor, forwardedProto }: InternalRequest): string {
  return hash('sha256', `${method}\n${target}\n${forwardedFor}\n${forwardedProto}`, 'base64url');
}
