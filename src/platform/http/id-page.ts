import type { FastifyReply } from 'fastify';
import { isUuid } from '../../kernel/ids.ts';
import { decodeCursor, FOREIGN_CURSOR } from './cursor.ts';
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

/** Answers that the cursor is none of ours. */
export function refuseCursor(reply: FastifyReply): never {
  return problemBody(reply, FOREIGN_CURSOR);
}
