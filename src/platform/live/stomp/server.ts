import type { IncomingMessage, Server } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../../kernel/clock.ts';
import type { Ids } from '../../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../../kernel/lifecycle.ts';
import type { Authenticate, Principal } from '../../http/principal.ts';
import { MemoryBroker } from './broker.ts';
import { createCredentials } from './connect.ts';
import { DEMO_DESTINATIONS, Destinations, SESSION_DESTINATIONS } from './destinations.ts';
import { StompError, type StompErrorCode } from './frame.ts';
import { demoHandlers, sessionHandlers } from './handlers.ts';
import { type SessionServices, StompSession } from './session.ts';
import { tcpTransport, webSocketTransport } from './transports.ts';

export const STOMP_PATH = '/stomp';
const PROTOCOLS = ['v12.stomp', 'v11.stomp', 'v10.stomp'];
/** Beyond a body of the largest size and its headers nothing needs to arrive in one message. */
const PAYLOAD_BYTES_MAX = 1_048_576 + 65_536;
const CONNECTIONS_PER_ACCOUNT_MAX = 100;

export type StompServerOptions = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly authenticate: Authenticate;
  /** Whether an account is called so, by its id or its e-mail address. */
  readonly isNamed: (accountId: string, login: string) => Promise<boolean>;
  /** Opens the demo destinations. */
  readonly demo: boolean;
  /** Origins whose pages may connect, beside the server's own. */
  readonly corsOrigins: readonly string[];
  readonly onError: (error: unknown) => void;
};

export type StompStats = {
  readonly connections: number;
  readonly frames: number;
  /** Sessions that ended, by reason. */
  readonly ended: ReadonlyMap<StompErrorCode | 'left', number>;
};

export type StompServer = {
  /** Takes upgrades of this HTTP server at {@link STOMP_PATH}. */
  attach(server: Server): void;
  /** Takes TCP connections between start and stop. */
  listen(
    place: { readonly host: string; readonly port: number },
    onTaken: (error: Error) => void,
  ): Lifecycle & {
    /** @throws Error before it listens */
    port(): number;
  };
  /** Ends the sessions of these people: what they were let in by has ended. */
  endSessions(whose: (principal: Principal) => boolean, code: 'session_ended' | 'token_expired'): void;
  /** Ends all sessions with the word that the server stops. */
  readonly lifecycle: Lifecycle;
  stats(): StompStats;
};

/** STOMP 1.0 to 1.2 over WebSocket and TCP, on a broker in this process. */
export function createStompServer(options: StompServerOptions): StompServer {
  const { clock } = options;
  const sessions = new Set<StompSession>();
  const perAccount = new Map<string, number>();
  const ended = new Map<StompErrorCode | 'left', number>();
  let frames = 0;
  const services: SessionServices = {
    ...options,
    broker: new MemoryBroker(options.ids),
    destinations: new Destinations([...SESSION_DESTINATIONS, ...(options.demo ? DEMO_DESTINATIONS : [])]),
    handlers: new Map([...sessionHandlers, ...(options.demo ? demoHandlers : [])]),
    credentials: createCredentials(options.authenticate, options.isNamed),
    admit(_session, { accountId }) {
      const count = perAccount.get(accountId) ?? 0;
      if (count >= CONNECTIONS_PER_ACCOUNT_MAX) return false;
      perAccount.set(accountId, count + 1);
      return true;
    },
    onEnd(session, reason) {
      sessions.delete(session);
      ended.set(reason, (ended.get(reason) ?? 0) + 1);
      if (session.principal !== undefined && reason !== 'too_many_connections')
        leave(perAccount, session.principal);
    },
    onFrame: () => {
      frames += 1;
    },
  };
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: PAYLOAD_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });

  function open(session: StompSession, source: Socket | WebSocket): void {
    sessions.add(session);
    source.on('error', () => undefined);
    source.on('close', () => session.disconnected());
  }

  function openWebSocket(webSocket: WebSocket, socket: Socket): void {
    const session = new StompSession(webSocketTransport(webSocket, socket, clock), services);
    open(session, webSocket);
    webSocket.on('message', (data) => session.receive(data as Buffer));
  }

  function openTcp(socket: Socket): void {
    socket.setNoDelay(true);
    const session = new StompSession(tcpTransport(socket, clock), services);
    open(session, socket);
    socket.on('data', (data: Buffer) => session.receive(data));
  }

  return {
    attach(server) {
      server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
        const refusal = refusalOf(request, options.corsOrigins);
        if (refusal === undefined)
          webSockets.handleUpgrade(request, socket, head, (webSocket) => openWebSocket(webSocket, socket));
        else socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      });
    },
    listen: (place, onTaken) => listenTcp(place, openTcp, onTaken),
    endSessions(whose, code) {
      for (const session of sessions)
        if (session.principal !== undefined && whose(session.principal))
          session.fail(new StompError(code, 'The access that opened this session has ended.'));
    },
    lifecycle: createLifecycle('stomp', {
      start: () => undefined,
      stop() {
        for (const session of sessions)
          session.fail(new StompError('server_closing', 'The server is stopping.'));
      },
    }),
    stats: () => ({ connections: sessions.size, frames, ended }),
  };
}

function leave(perAccount: Map<string, number>, { accountId }: Principal): void {
  const count = (perAccount.get(accountId) ?? 1) - 1;
  if (count > 0) perAccount.set(accountId, count);
  else perAccount.delete(accountId);
}

/** What an upgrade is refused with; a page of a site that nobody named may not connect with its visitor's token. */
function refusalOf(
  { url = '', headers }: IncomingMessage,
  corsOrigins: readonly string[],
): string | undefined {
  if (url.split('?')[0] !== STOMP_PATH) return '404 Not Found';
  const { origin, host } = headers;
  if (origin === undefined || corsOrigins.includes(origin)) return undefined;
  return URL.canParse(origin) && new URL(origin).host === host ? undefined : '403 Forbidden';
}

function listenTcp(
  place: { readonly host: string; readonly port: number },
  open: (socket: Socket) => void,
  onTaken: (error: Error) => void,
): Lifecycle & { port(): number } {
  const server = createServer(open);
  const lifecycle = createLifecycle('stomp-tcp', {
    start: () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', (error) => {
          try {
            onTaken(error);
            resolve();
          } catch (refusal) {
            reject(refusal as Error);
          }
        });
        server.listen(place.port, place.host, resolve);
      }),
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  });
  return {
    ...lifecycle,
    port() {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('STOMP over TCP does not listen');
      return address.port;
    },
  };
}
