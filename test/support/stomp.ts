import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createManualClock, type ManualClock, systemClock } from '../../src/kernel/clock.ts';
import { ok, refuse } from '../../src/kernel/result.ts';
import type { Authenticate } from '../../src/platform/auth/principal.ts';
import type { Hub } from '../../src/platform/live/hub.ts';
import type { StompBroker } from '../../src/platform/live/stomp/broker.ts';
import { createStompServer, type StompServer } from '../../src/platform/live/stomp/server.ts';
import { listenTcp } from '../../src/platform/live/stomp/tcp-listener.ts';
import type { LiveView } from '../../src/platform/live/view.ts';
import { createTestHub } from './live.ts';

export type RawFrame = {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A client of STOMP over TCP that sends what it is told to, sound or not, and reads one frame after the other. */
export class RawClient {
  readonly socket: Socket;
  #text = '';
  #isClosed = false;
  #wake: () => void = () => undefined;
  /** Line ends between frames. */
  heartBeats = 0;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (data) => {
      this.#text += data.toString();
      this.#wake();
    });
    for (const event of ['close', 'error'])
      this.socket.on(event, () => {
        this.#isClosed = true;
        this.#wake();
      });
  }

  send(command: string, headers: Readonly<Record<string, string>> = {}, body = ''): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    this.socket.write(`${command}\n${lines.join('')}\n${body}\0`);
  }

  /** CONNECT as `account`, and the answer. */
  async connect(account: string, headers: Readonly<Record<string, string>> = {}): Promise<RawFrame> {
    this.send('CONNECT', { 'accept-version': '1.2', host: 'x', passcode: account, ...headers });
    return this.next();
  }

  /** Sends a frame and waits until its receipt has come; what came before it is returned. */
  async receipt(
    command: string,
    headers: Readonly<Record<string, string>>,
    body = '',
  ): Promise<readonly RawFrame[]> {
    const id = `r${Math.random()}`;
    this.send(command, { ...headers, receipt: id }, body);
    const before: RawFrame[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame.command === 'RECEIPT' && frame.headers['receipt-id'] === id) return before;
      before.push(frame);
    }
  }

  /** @throws Error where the connection ends first */
  async next(): Promise<RawFrame> {
    for (;;) {
      while (this.#text.startsWith('\n')) {
        this.#text = this.#text.slice(1);
        this.heartBeats += 1;
      }
      const end = this.#text.indexOf('\0');
      if (end >= 0) {
        const frame = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return parse(frame);
      }
      if (this.#isClosed) throw new Error('the server closed the connection');
      await this.#more();
    }
  }

  async closed(): Promise<void> {
    while (!this.#isClosed) await this.#more();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function parse(text: string): RawFrame {
  const [head, ...rest] = text.split('\n\n');
  const [command = '', ...lines] = (head as string).split('\n');
  const headers: Record<string, string> = {};
  for (const line of lines) headers[line.slice(0, line.indexOf(':'))] ??= line.slice(line.indexOf(':') + 1);
  return { command, headers, body: rest.join('\n\n') };
}

/** Tokens of tests are the account's own name; `expired` and names with a `!` are refused. */
const authenticate: Authenticate = async (token) => {
  await Promise.resolve();
  if (token.startsWith('expired')) return refuse('token_expired');
  if (token.includes('!')) return refuse('token_invalid');
  const [accountId = '', expiresAt] = token.split('@');
  return ok({
    accountId,
    roles: new Set(['member']),
    sessionId: `session of ${accountId}`,
    expiresAt: expiresAt === undefined ? Number.MAX_SAFE_INTEGER : Number(expiresAt),
  });
};

export type TestStomp = {
  readonly server: StompServer;
  readonly clock: ManualClock;
  readonly tcpPort: number;
  readonly httpPort: number;
  readonly errors: readonly unknown[];
  stop(): Promise<void>;
};

/** A STOMP server by itself, on free ports. Its time stands still unless it is moved. */
export async function startStomp({
  demo = true,
  isTimeReal = false,
  views = [],
  hub,
  broker,
}: {
  readonly demo?: boolean;
  readonly isTimeReal?: boolean;
  readonly views?: readonly LiveView[];
  /** Of an instance among several. */
  readonly hub?: Hub;
  readonly broker?: StompBroker | undefined;
} = {}): Promise<TestStomp> {
  const clock = createManualClock();
  const errors: unknown[] = [];
  let ids = 0;
  const serverClock = isTimeReal ? systemClock : clock;
  const server = createStompServer({
    clock: serverClock,
    ids: { next: () => `id-${hub ? randomUUID() : ++ids}` },
    hub: hub ?? createTestHub({ clock: serverClock }),
    views,
    broker,
    authenticate,
    isNamed: (accountId, login) => Promise.resolve(login === accountId || login === `${accountId}@x.example`),
    demo,
    corsOrigins: ['https://partner.example'],
    onError: (error) => errors.push(error),
  });
  const http = createServer((_request, response) => response.end());
  server.attach(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const open = (socket: Socket): void => server.openTcp(socket);
  const tcp = listenTcp({ host: '127.0.0.1', port: 0 }, open, (error) => {
    throw error;
  });
  await tcp.start();
  await server.lifecycle.start();
  return {
    server,
    clock,
    errors,
    tcpPort: tcp.port(),
    httpPort: (http.address() as AddressInfo).port,
    async stop() {
      await server.lifecycle.stop();
      http.closeAllConnections();
      await Promise.all([tcp.stop(), new Promise((resolve) => void http.close(resolve))]);
    },
  };
}
