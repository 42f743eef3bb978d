import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../../kernel/clock.ts';
import type { Ids } from '../../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../../kernel/lifecycle.ts';
import type { Authenticate, Principal } from '../../auth/principal.ts';
import type { Hub } from '../hub.ts';
import { Presence } from '../presence.ts';
import type { LiveView } from '../view.ts';
import { MemoryBroker, type StompBroker } from './broker.ts';
import { createCredentials } from './connect.ts';
import {
  DEMO_DESTINATIONS,
  DEMO_PRESENCE,
  Destinations,
  rulesOf,
  SESSION_DESTINATIONS,
} from './destinations.ts';
import { StompError } from './frame.ts';
import { DEMO_HANDLERS, SESSION_HANDLERS, withBodiesChecked } from './handlers.ts';
import { StompSession } from './session.ts';
import { SessionRegistry, type SessionServices, type StompStats } from './session-registry.ts';
import { type Connection, tcpTransport, webSocketTransport } from './transports.ts';

const STOMP_PATH = '/stomp';
const PROTOCOLS = ['v12.stomp', 'v11.stomp', 'v10.stomp'];
/** Beyond a body of the largest size and its headers nothing needs to arrive in one message. */
const PAYLOAD_BYTES_MAX = 1_048_576 + 65_536;

export type StompServerOptions = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly authenticate: Authenticate;
  /** Whether an account is called so, by its id or its e-mail address. */
  readonly isNamed: (accountId: string, login: string) => Promise<boolean>;
  readonly hub: Hub;
  /** What can be followed, whether over STOMP or otherwise. */
  readonly views: readonly LiveView[];
  /** What carries messages between clients; by default the memory of this process. */
  readonly broker?: StompBroker | undefined;
  /** Opens the demo destinations. */
  readonly demo: boolean;
  /** Origins whose pages may connect, beside the server's own. */
  readonly corsOrigins: readonly string[];
  readonly onError: (error: unknown) => void;
};

export type StompServer = {
  /** Takes upgrades of this HTTP server at {@link STOMP_PATH}. */
  attach(server: Server): void;
  /** Serves a connection of TCP. */
  openTcp(socket: Socket): void;
  /** Ends the sessions of these people: what they were let in by has ended. */
  endSessions(whose: (principal: Principal) => boolean, code: 'session_ended' | 'token_expired'): void;
  /** Ends all sessions when it stops, with the word that the server does. */
  readonly lifecycle: Lifecycle;
  stats(): StompStats;
};

/** STOMP 1.0 to 1.2 over WebSocket and TCP, on a broker in this process. */
export function createStompServer(options: StompServerOptions): StompServer {
  const { clock, demo } = options;
  const registry = new SessionRegistry();
  const presence = new Presence(options);
  const demoViews = [presence.view(DEMO_PRESENCE, '/topic/demo.')];
  const services: SessionServices = {
    ...options,
    presence,
    broker: options.broker ?? new MemoryBroker(options.hub, options.ids),
    destinations: new Destinations([
      ...SESSION_DESTINATIONS,
      ...rulesOf(options.views),
      ...(demo ? [...rulesOf(demoViews), ...DEMO_DESTINATIONS] : []),
    ]),
    handlers: withBodiesChecked([...SESSION_HANDLERS, ...(demo ? DEMO_HANDLERS : [])]),
    credentials: createCredentials(options.authenticate, options.isNamed),
    registry,
  };
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: PAYLOAD_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });

  function open(connection: Connection, source: Socket | WebSocket): StompSession {
    const session = new StompSession(connection, services);
    registry.add(session);
    source.on('error', () => undefined);
    source.on('close', () => session.disconnected());
    return session;
  }

  function openWebSocket(webSocket: WebSocket, socket: Socket): void {
    const session = open(webSocketTransport(webSocket, socket, clock), webSocket);
    webSocket.on('message', (data) => session.receive(data as Buffer));
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
    openTcp(socket) {
      socket.setNoDelay(true);
      const session = open(tcpTransport(socket, clock), socket);
      socket.on('data', (data: Buffer) => session.receive(data));
    },
    endSessions(whose, code) {
      const error = new StompError(code, 'The access that opened this session has ended.');
      registry.end(error, (principal) => principal !== undefined && whose(principal));
    },
    lifecycle: createLifecycle('stomp', {
      start: () => presence.lifecycle.start(),
      async stop() {
        registry.end(new StompError('server_closing', 'The server is stopping.'), () => true);
        await presence.lifecycle.stop();
      },
    }),
    stats: () => registry.stats(),
  };
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
