/** A gateway before instances that a test writes itself, or before real ones. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { buildGateway, type GatewayApp } from '../../../src/app/gateway.ts';
import { readConfig } from '../../../src/config/config.ts';
import { INSTANCE_HEADER } from '../../../src/platform/auth/internal-tokens.ts';
import { createLogger } from '../../../src/platform/observability/logger.ts';

export type OwnInstance = {
  readonly origin: string;
  readonly id: string;
  readonly server: Server;
  /** What came, health checks apart. */
  readonly seen: IncomingMessage[];
  /** Ends it as a kill does. */
  kill(): Promise<void>;
};

/** An instance that is ready, and answers all else by `handle`. */
export async function startInstance(
  t: TestContext,
  handle: RequestListener,
  { id = 'one', port = 0 }: { readonly id?: string; readonly port?: number } = {},
): Promise<OwnInstance> {
  const seen: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    if (incoming.url === '/health/ready') response.writeHead(200, { [INSTANCE_HEADER]: id }).end('{}');
    else {
      seen.push(incoming);
      handle(incoming, response);
    }
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const kill = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    // An upgraded socket is no connection of the server any more.
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  t.after(kill);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, id, server, seen, kill };
}

export async function startGateway(
  t: TestContext,
  origins: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<GatewayApp> {
  const config = readConfig({
    PORT: '0',
    ROLES: 'gateway',
    API_INSTANCES: origins.join(','),
    ...environment,
  });
  const gateway = await buildGateway(config, { logger: createLogger({ level: 'fatal', format: 'json' }) });
  await gateway.start();
  t.after(() => gateway.stop());
  return gateway;
}

export type Sent = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/** Sends what `fetch` would not let through. */
export function send(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(address, { method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export function codeOf({ text }: Answer): unknown {
  return (JSON.parse(text) as { code?: unknown }).code;
}
