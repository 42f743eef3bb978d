import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Refusal, refuse } from '../../kernel/result.ts';
import type { EncodedBody } from './encoded-body.ts';
import { ifGiven, Version } from './schemas.ts';

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

/**
 * The same of something that can be changed. Its ETag begins with its version: seats are sold all the time, and
 * anyone who changes a price must not be refused because one was.
 */
export function toVersionedDocument(view: { readonly version: number }): Document {
  const { body, etag } = toDocument(view);
  return { body, etag: `W/"${view.version}.${etag.slice(3)}` };
}

/** Names the version of an answer that a client may change, and hands the answer on. */
export function withVersion<T extends { readonly version: number }>(reply: FastifyReply, view: T): T {
  reply.header('etag', `W/"${view.version}"`);
  return view;
}

/** The header of every PATCH. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      maxLength: 500,
      description:
        'The ETag of what you have, or `"<version>"`: the change is made only where nobody has changed it since, else 412 `changed_meanwhile`.',
    }),
  ),
});

/** The versions that a change may be made to; undefined: any. */
export type SeenVersions = readonly number[] | undefined;
/** The same in the input of an operation. */
export const SeenVersions = ifGiven(Type.Unsafe<readonly number[]>(Type.Array(Version)));

const VERSION_TAG = /^(?:W\/)?"(\d{1,9})(?:\.[\w-]*)?"$/;

/** Reads If-Match (RFC 9110, section 13.1.1). What is no ETag of ours fits no version. */
export function seenVersions(request: FastifyRequest): SeenVersions {
  const header = request.headers['if-match'];
  if (header === undefined || header.trim() === '*') return undefined;
  return header.split(',').flatMap((tag) => {
    const version = VERSION_TAG.exec(tag.trim())?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}

/** @returns why a change must not be made to this version */
export function refuseIfChanged(
  seen: SeenVersions,
  version: number,
): Refusal<'changed_meanwhile'> | undefined {
  if (seen === undefined || seen.includes(version)) return undefined;
  return refuse('changed_meanwhile', undefined, { version });
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
