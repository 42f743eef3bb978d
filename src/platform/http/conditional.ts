import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EncodedBody } from './encoded-body.ts';

/** Kept by the reader, but asked for again each time: a 304 costs no body. */
export const REVALIDATE = 'no-cache';
/** For what an address always answers the same. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Names a body by its content. Weak: the same in every content coding. */
export function etagOf(body: string | Uint8Array): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}

/** A body that is ready to be sent, and its name. */
export type Document = { readonly body: string; readonly etag: string };

/** Renders a view as it will be sent. */
export function toDocument(view: unknown): Document {
  const body = JSON.stringify(view);
  return { body, etag: etagOf(body) };
}

/** Whether the reader has this version already (RFC 9110, section 13.1.2). */
export function isFresh(request: FastifyRequest, etag: string): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((candidate) => withoutWeakness(candidate.trim()) === withoutWeakness(etag));
}

function withoutWeakness(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag;
}

/** Sends JSON with its ETag, or 304 to a reader that has it. */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  document: Document,
  cacheControl: string = REVALIDATE,
): FastifyReply {
  reply.header('etag', document.etag).header('cache-control', cacheControl);
  if (isFresh(request, document.etag)) return reply.code(304).send();
  return reply.header('content-type', 'application/json; charset=utf-8').send(document.body);
}

/** The same for a large body that is kept in several content codings. */
export async function sendEncoded(
  request: FastifyRequest,
  reply: FastifyReply,
  document: { readonly body: EncodedBody; readonly etag: string },
  cacheControl: string = REVALIDATE,
): Promise<FastifyReply> {
  reply.header('etag', document.etag).header('cache-control', cacheControl).header('vary', 'Accept-Encoding');
  if (isFresh(request, document.etag)) return reply.code(304).send();
  const { encoding, bytes } = await document.body.encode(request.headers['accept-encoding']);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  return reply.header('content-type', 'application/json; charset=utf-8').send(bytes);
}
