import type { FastifyReply } from 'fastify';
import { isUuid } from '../../kernel/ids.ts';
import { decodeCursor } from './cursor.ts';
import { problemBody } from './problem.ts';

/** A page of a list that is ordered by time-ordered ids, newest first. */
export type IdPage = { readonly limit: number; readonly before?: string | undefined };

const DEFAULT_LIMIT = 20;

/** Reads `?limit=` and `?cursor=`; undefined when the cursor is none of ours. */
export function readIdPage(query: { readonly limit?: number; readonly cursor?: string }): IdPage | undefined {
  const limit = query.limit ?? DEFAULT_LIMIT;
  if (query.cursor === undefined) return { limit };
  const before = decodeCursor(query.cursor, ['string'])?.[0];
  return typeof before === 'string' && isUuid(before) ? { limit, before } : undefined;
}

/** The refusal of a cursor that is none of ours. */
export function refuseCursor(reply: FastifyReply): never {
  const errors = [{ path: '/querystring/cursor', message: 'must be a nextCursor of this list' }];
  return problemBody(reply, { ok: false, code: 'invalid_request', extra: { errors } });
}
