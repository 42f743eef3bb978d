/** A proxy that does what the nginx of docs/deploy.md is told, as far as the system can notice. */
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** From whom a request comes to the proxy, in the test's place of a network. */
export const CLIENT_HEADER = 'x-test-client';

export type Directives = ReadonlyMap<string, readonly string[]>;

/** The directives of the page's `location`, by name. Of `proxy_set_header` there are several. */
export function directivesOf(page: URL): Directives {
  const block = /```nginx\n([^]*?)```/.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
  const location = /location \/ \{([^}]*)\}/.exec(block)?.[1] ?? '';
  const found = new Map<string, string[]>();
  for (const line of location.split('\n').map((text) => text.trim())) {
    const [, name, value] = /^([a-z_]+) (.+);$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

/** Megabytes as nginx writes them, in bytes. Without the directive nginx takes one. */
export function bodyBytesMax(directives: Directives): number {
  return Number.parseInt(directives.get('client_max_body_size')?.[0] ?? '1m', 10) * 2 ** 20;
}

/** Speaks HTTPS to its clients, as far as anybody can tell. */
export async function startNginx(upstream: string, directives: Directives): Promise<Server> {
  const server = createServer((incoming, response) => {
    if (Number(incoming.headers['content-length'] ?? 0) > bodyBytesMax(directives)) {
      response.writeHead(413, { 'content-type': 'text/html' }).end('<h1>413</h1>');
      return;
    }
    passOn(incoming, response, { upstream, directives });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

export const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function passOn(
  incoming: IncomingMessage,
  response: ServerResponse,
  { upstream, directives }: { readonly upstream: string; readonly directives: Directives },
): void {
  const buffers = directives.get('proxy_buffering')?.[0] !== 'off';
  const { method, url } = incoming;
  const outgoing = request(
    new URL(url ?? '/', upstream),
    { method: method ?? 'GET', headers: headersFor(incoming, upstream, directives) },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!buffers) {
        answer.pipe(response);
        return;
      }
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => response.end(Buffer.concat(parts)));
    },
  );
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/** nginx sends the name of the upstream as Host where nothing else is said, and no empty header. */
function headersFor(
  { headers }: IncomingMessage,
  upstream: string,
  directives: Directives,
): IncomingHttpHeaders {
  const { [CLIENT_HEADER]: client, host = '', ...others } = headers;
  const forwarded = [headers['x-forwarded-for'] ?? []].flat();
  const values: Readonly<Record<string, string>> = {
    $host: host.split(':', 1)[0] ?? '',
    $http_host: host,
    $scheme: 'https',
    $remote_addr: String(client),
    $proxy_add_x_forwarded_for: [...forwarded, String(client)].join(', '),
    $http_upgrade: '',
    $connection_upgrade: '',
  };
  const set = (directives.get('proxy_set_header') ?? []).map((line) => {
    const [name = '', value = ''] = line.split(' ');
    return [name.toLowerCase(), value.startsWith('$') ? (values[value] ?? '') : value] as const;
  });
  const all = { ...others, host: new URL(upstream).host, ...Object.fromEntries(set) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}
