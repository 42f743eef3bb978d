export type Target = { readonly host: string; readonly port: number };

export type RequestParts = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
};

/** A whole HTTP/1.1 request as text, so that sending it costs one write. */
export function encodeRequest(target: Target, { method, path, headers = {}, body }: RequestParts): string {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${target.host}:${target.port}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined)
    lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`);
  else if (method !== 'GET') lines.push('Content-Length: 0');
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}

/** Host and port of an address such as `http://127.0.0.1:8080`. */
export function targetOf(address: string): Target {
  const url = new URL(address);
  return { host: url.hostname, port: Number(url.port || 80) };
}
