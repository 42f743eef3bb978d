import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Fault } from '../../kernel/faults.ts';
import { isStorableText } from './storable-text.ts';

/** Text that may hold what PostgreSQL's text type cannot, or half a character. */
const SUSPICIOUS = /\\u0000|\\ud[89a-f]/i;

/** JSON only, in UTF-8 only; anything else is 415 by Fastify itself. */
export function acceptJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer));
    } catch {
      done(new Fault('malformed_json', 'the body is not JSON', { retryable: false }));
    }
  });
}

/** @throws on anything but JSON in UTF-8 whose strings a database can keep */
function parseJson(body: Buffer): unknown {
  // DELETE and the like may carry the content type with no body.
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new SyntaxError('not UTF-8');
  const text = body.toString('utf8');
  return SUSPICIOUS.test(text) ? JSON.parse(text, refuseUnstorable) : JSON.parse(text);
}

function refuseUnstorable(key: string, value: unknown): unknown {
  if (!isStorableText(key) || (typeof value === 'string' && !isStorableText(value)))
    throw new SyntaxError('unstorable text');
  return value;
}
