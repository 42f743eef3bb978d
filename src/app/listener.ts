import type { FastifyBaseLogger } from 'fastify';
import { isBehindGateway, listenPlace } from '../config/role-settings.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { Fault } from '../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../kernel/lifecycle.ts';
import type { HttpServer } from '../platform/http/server.ts';
import { closeEventStreams } from '../platform/live/sse/event-stream.ts';
import { createLineBudget } from '../platform/observability/line-budget.ts';
import type { Foundation } from './foundation.ts';
import { connectionsWithin } from './open-files.ts';

export type Listener = Lifecycle & {
  /** Such as `http://127.0.0.1:8080`. @throws Error before it listens */
  address(): string;
  /** Client connections at most; undefined: no limit is known. */
  readonly connectionsMax: number | undefined;
  /** The port is open and not about to close. */
  listens(): boolean;
  /**
   * Stop it before everything else: it says that it is about to stop and goes on answering for a while, so that who
   * sends requests here has heard of it when the port closes.
   */
  readonly drain: Lifecycle;
};

/** A crowd connects in one second; the kernel cuts this to its own limit (net.core.somaxconn). */
const BACKLOG = 16_384;

/** How long requests under way have to be answered in, once the process is to end. */
const ANSWER_GRACE_MS = 5_000;

/** What the system says of a port that it cannot have. */
const EXPLANATIONS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} on ${host} is in use: stop what uses it, or set PORT to another (0 takes a free one).`,
  EACCES: (_host, port) => `Port ${port} may not be opened by this user: set PORT to 1024 or more.`,
  EADDRNOTAVAIL: (host) => `This machine has no address ${host}: set HOST to one that it has.`,
  ENOTFOUND: (host) => `There is no host ${host}: set HOST to an address of this machine.`,
};

export type ConnectionLimit = {
  /** Connections at most; undefined: no limit is known. */
  readonly connectionsMax: number | undefined;
  readonly logger: FastifyBaseLogger;
  readonly clock: Clock;
};

/**
 * The listener as it is configured, within the limit of open files.
 * @throws Fault `open_files` where that leaves no room
 */
export async function openListener(server: HttpServer, base: Foundation): Promise<Listener> {
  const { config } = base;
  const connectionsMax = await connectionsWithin(config.databaseConnectionsMax);
  const drainMs = isBehindGateway(config) ? config.drainMs : 0;
  return createListener(server, { ...listenPlace(config), drainMs }, { ...base, connectionsMax });
}

/** Opens the port last and closes it first: streams end with a hint to reconnect, answers under way are finished. */
export function createListener(
  server: HttpServer,
  { drainMs = 0, ...place }: { readonly host: string; readonly port: number; readonly drainMs?: number },
  limit: ConnectionLimit,
): Listener {
  limitConnections(server, limit);
  let address: string | undefined;
  let listens = false;
  const lifecycle = createLifecycle('http', {
    async start() {
      try {
        address = await server.listen({ ...place, backlog: BACKLOG });
        listens = true;
      } catch (error) {
        const explain = EXPLANATIONS[(error as NodeJS.ErrnoException).code ?? ''];
        if (!explain) throw error;
        throw new Fault('listen_failed', explain(place.host, place.port), { retryable: false, cause: error });
      }
    },
    async stop() {
      listens = false;
      closeEventStreams(server);
      // A client that stops in the middle of its request must not keep the process from ending.
      const cancel = systemClock.after(ANSWER_GRACE_MS, () => server.server.closeAllConnections());
      await server.close().finally(cancel);
    },
  });
  return {
    ...lifecycle,
    drain: createLifecycle('drain', {
      start: () => undefined,
      async stop() {
        listens = false;
        if (drainMs > 0) await new Promise<void>((resolve) => void limit.clock.after(drainMs, resolve));
      },
    }),
    connectionsMax: limit.connectionsMax,
    listens: () => listens,
    address() {
      if (address === undefined) throw new Error('the server does not listen');
      return address;
    },
  };
}

/** Who listens on every address is reached on this machine's own. */
export function reachable(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

/** A connection beyond the limit is closed at once: the descriptor that it would take is needed for the others. */
function limitConnections({ server }: HttpServer, { connectionsMax, logger, clock }: ConnectionLimit): void {
  if (connectionsMax === undefined) return;
  server.maxConnections = connectionsMax;
  const lines = createLineBudget(clock, 1);
  server.on('drop', () => {
    const leftOut = lines.take();
    if (leftOut !== undefined)
      logger.warn({ connectionsMax, leftOut }, 'a connection beyond the limit of open files was closed');
  });
}
