import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { anyone } from '../auth/access.ts';
import { IMMUTABLE, isFresh, REVALIDATE } from './conditional.ts';
import { chooseEncoding } from './encoded-body.ts';
import { DOCUMENT_HEADERS } from './response-headers.ts';

/** A file of the pages, in every coding that it was compressed to. */
export type PageFile = {
  /** Such as `text/html; charset=utf-8`. */
  readonly type: string;
  readonly etag: string;
  readonly identity: Buffer;
  readonly br?: Buffer;
  readonly gzip?: Buffer;
};

/** The pages as they were built, in memory (docs/decisions/011-pages-from-memory.md): nothing else can be asked for. */
export type Pages = {
  readonly documents: readonly { readonly file: PageFile; readonly paths: readonly string[] }[];
  /** By address, such as `/assets/index-1a2b3c4d.js`; each is named by its content. */
  readonly assets: ReadonlyMap<string, PageFile>;
};

/**
 * Nothing but our own files runs or is loaded, inline code and styles included; images may stand in the
 * text (the QR code of a ticket does). Scripts cannot make code out of text (trusted types).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The gate page reads tickets by camera; the rest no page needs, and what is embedded in one shall get nothing. */
const PERMISSIONS_POLICY = 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()';

declare module 'fastify' {
  interface FastifyInstance {
    /** Shows people who come to an address that there is not a page that says so. */
    missingPage?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
  }
}

/** Serves documents at their addresses and assets for good; register before the guard of routes, as it is no API. */
export function servePages(server: FastifyInstance, pages: Pages): void {
  const options = { config: { access: anyone }, schema: { hide: true } };
  const [first] = pages.documents;
  if (first) {
    server.decorate('missingPage', (request, reply) => sendDocument(request, reply.code(404), first.file));
  }
  for (const { file, paths } of pages.documents) {
    for (const path of paths) {
      server.get(path, options, (request, reply) => sendDocument(request, reply, file));
    }
  }
  for (const [address, file] of pages.assets) {
    server.get(address, options, (request, reply) => sendFile(request, reply, file, IMMUTABLE));
  }
}

function sendDocument(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  reply
    .headers(DOCUMENT_HEADERS)
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('permissions-policy', PERMISSIONS_POLICY);
  return sendFile(request, reply, file, REVALIDATE);
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: PageFile,
  cacheControl: string,
): FastifyReply {
  reply.header('etag', file.etag).header('cache-control', cacheControl).header('vary', 'Accept-Encoding');
  if (reply.statusCode === 200 && isFresh(request, file.etag)) return reply.code(304).send();
  const { encoding, bytes } = bestOf(file, request.headers['accept-encoding']);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  return reply.header('content-type', file.type).send(bytes);
}

function bestOf(file: PageFile, acceptEncoding: string | undefined) {
  const encoding = chooseEncoding(acceptEncoding);
  const bytes = file[encoding];
  return bytes === undefined ? { encoding: 'identity' as const, bytes: file.identity } : { encoding, bytes };
}
