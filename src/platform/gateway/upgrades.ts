import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import { type Forwarded, upgradeHeaders } from './headers.ts';
import type { Instance, Instances } from './instances.ts';

export type UpgradeDeps = {
  readonly instances: Instances;
  readonly clock: Clock;
  readonly forwarded: (request: IncomingMessage) => Forwarded;
  /** Open at once at most. */
  readonly upgradesMax: number;
};

export type Upgrades = {
  /** Takes an `upgrade` of the gateway's HTTP server. */
  take(request: IncomingMessage, socket: Socket, head: Buffer): void;
  /** Ends all of them. */
  end(): void;
  readonly count: number;
};

const CONNECT_TIMEOUT_MS = 2_000;
const ATTEMPTS_MAX = 3;

/**
 * Passes WebSockets through: the handshake with the headers that requests have, then bytes, unread, each way as fast
 * as the other side takes them.
 */
export function createUpgrades({ instances, clock, forwarded, upgradesMax }: UpgradeDeps): Upgrades {
  const open = new Set<Socket>();

  function take(request: IncomingMessage, client: Socket, head: Buffer): void {
    client.on('error', () => undefined);
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return refuse(client, '400 Bad Request');
    if (open.size >= upgradesMax) return refuse(client, '503 Service Unavailable');
    open.add(client);
    client.on('close', () => open.delete(client));
    const tried = new Set<Instance>();
    const attempt = (): void => {
      const instance = instances.choose('streams', tried);
      const isThere = instance !== undefined && instance !== 'full' && tried.size < ATTEMPTS_MAX;
      if (!isThere) return refuse(client, '503 Service Unavailable');
      tried.add(instance);
      reach(instance, clock, (upstream, error) => {
        if (client.destroyed) upstream.destroy();
        else if (error) {
          instances.lost(instance, error.message);
          attempt();
        } else join({ request, client, head }, upstream, instance);
      });
    };
    attempt();
  }

  function join({ request, client, head }: Client, upstream: Socket, instance: Instance): void {
    instance.streams += 1;
    upstream.on('close', () => {
      instance.streams -= 1;
      client.destroy();
    });
    client.on('close', () => upstream.destroy());
    upstream.setNoDelay(true);
    client.setNoDelay(true);
    client.setTimeout(0);
    upstream.write(handshake(request, forwarded(request)));
    if (head.length > 0) upstream.write(head);
    client.pipe(upstream).pipe(client);
  }

  return {
    take,
    end() {
      for (const socket of open) socket.destroy();
    },
    get count() {
      return open.size;
    },
  };
}

type Client = { readonly request: IncomingMessage; readonly client: Socket; readonly head: Buffer };

/** Calls back once: with a connection, or with why there is none. */
function reach(
  { origin }: Instance,
  clock: Clock,
  done: (upstream: Socket, error: Error | undefined) => void,
): void {
  const { hostname, port } = new URL(origin);
  const upstream = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) });
  const cancel = clock.after(CONNECT_TIMEOUT_MS, () => upstream.destroy(new Error('no connection in time')));
  const end = (error: Error | undefined): void => {
    cancel();
    upstream.off('connect', end).off('error', end);
    upstream.on('error', () => undefined);
    done(upstream, error);
  };
  upstream.once('connect', end).once('error', end);
}

function handshake(request: IncomingMessage, forwarded: Forwarded): string {
  const headers = upgradeHeaders(request.headers, forwarded);
  const lines = [`GET ${request.url ?? '/'} HTTP/1.1`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function refuse(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
