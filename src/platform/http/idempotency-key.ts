import { createHmac, hkdfSync } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Result } from '../../kernel/result.ts';
import type { IdempotencyRef } from '../idempotency/ports.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;
/** Whose keys those are that come before anyone has signed in. */
const NIL_SCOPE = '00000000-0000-0000-0000-000000000000';

export type ReadRef = (
  request: FastifyRequest,
) => Result<IdempotencyRef, 'idempotency_key_invalid'> | undefined;

/**
 * Reads a request's Idempotency-Key: undefined without one. Two headers arrive as one text with a space in
 * it, which is not valid either.
 *
 * The fingerprint of method, path and body is keyed: bodies hold passwords at sign-up, and a plain hash of
 * one could be guessed offline by whoever gets to see the table.
 */
export function createRefReader(secretKey: string): ReadRef {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'firstcome idempotency fingerprint', 32));
  return (request) => {
    const header = request.headers['idempotency-key'];
    if (header === undefined) return undefined;
    if (typeof header !== 'string' || !KEY.test(header))
      return { ok: false, code: 'idempotency_key_invalid' };
    const scope = request.principal?.accountId ?? NIL_SCOPE;
    const text = `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`;
    const fingerprint = createHmac('sha256', key).update(text).digest();
    return { ok: true, value: { scope, key: header, fingerprint } };
  };
}
