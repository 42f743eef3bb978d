import type { InjectOptions } from 'fastify';
import type { HttpServer } from '../../../src/platform/http/server.ts';

export type Answer = {
  readonly status: number;
  /** An event stream is not read: that it began is the answer. */
  readonly isStream: boolean;
  readonly body: { readonly [name: string]: unknown };
};

/** One request without a socket; `request` is such as `GET /v1/concerts`. */
export async function ask(
  server: HttpServer,
  request: string,
  more: { readonly token?: string | undefined; readonly body?: object | undefined } = {},
): Promise<Answer> {
  const [method, url] = request.split(' ');
  const response = await server.inject({
    method: method as NonNullable<InjectOptions['method']>,
    url: url!,
    headers: more.token === undefined ? {} : { authorization: `Bearer ${more.token}` },
    ...(more.body === undefined ? {} : { payload: more.body }),
    payloadAsStream: true,
  });
  const stream = response.stream();
  const isStream = String(response.headers['content-type']).startsWith('text/event-stream');
  if (isStream) stream.destroy();
  const text = isStream ? '' : Buffer.concat(await stream.toArray()).toString('utf8');
  return { status: response.statusCode, isStream, body: parse(text) };
}

function parse(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Answer['body']) : {};
  } catch {
    return {};
  }
}
