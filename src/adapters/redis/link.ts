import type { RedisClientType, RedisClusterType } from '@redis/client';

/** How Redis is reached. */
export type RedisSettings = {
  /** `redis://user:password@host:port/database`, or `rediss`; of a cluster some of its nodes. */
  readonly urls: readonly string[];
  readonly isCluster: boolean;
  /** What every key begins with, so that several systems can share one Redis. */
  readonly prefix: string;
};

export type RedisArgument = string | Buffer;

/** One Redis or a cluster, alike. */
export type RedisLink = {
  /** Sends a command to the node that has the slot of `key`. */
  send(key: string, args: readonly RedisArgument[]): Promise<unknown>;
  /** Settles when every master answers. */
  ping(): Promise<void>;
  subscribe(channel: string, take: Take): Promise<void>;
  unsubscribe(channel: string, take: Take): Promise<void>;
  close(): void;
};

/** What comes by a channel. */
export type Take = (message: Buffer) => void;

export type LinkEvents = {
  /** A connection failed; it is made again. */
  readonly onError: (error: Error) => void;
  /** A connection is there, again or for the first time: what came by a channel in between is lost. */
  readonly onReady: () => void;
  /** Whether a connection that failed is tried again. */
  readonly mayRetry: (error: Error) => boolean;
};

const CONNECT_MS = 3_000;
const PING_MS = 10_000;
const RETRY_MS_MAX = 1_000;
/** Commands under way on a connection; one more is refused. */
const COMMANDS_MAX = 10_000;
/** Measured: a cluster is subscribed again 3.9 to 4.9 s after a master was killed, of which 3.2 s are the failover. */
const TOPOLOGY_REFRESH_MS = 250;

/**
 * Connects. A command that finds no connection is refused at once: what waits for one, and how much, is decided where it
 * is known what it is worth.
 */
export async function openLink(settings: RedisSettings, events: LinkEvents): Promise<RedisLink> {
  const { createClient, createCluster, RESP_TYPES } = await import('@redis/client');
  const options = {
    RESP: 3 as const,
    disableOfflineQueue: true,
    disableClientInfo: true,
    commandsQueueMaxLength: COMMANDS_MAX,
    maintNotifications: 'disabled' as const,
    pingInterval: PING_MS,
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  };
  const socket = () => ({
    connectTimeout: CONNECT_MS,
    reconnectStrategy: (retries: number, cause: Error) =>
      events.mayRetry(cause) ? Math.min(50 * 2 ** retries, RETRY_MS_MAX) : false,
  });
  const [url = ''] = settings.urls;
  if (settings.isCluster) {
    const { username, password, protocol } = new URL(url);
    const cluster = createCluster({
      rootNodes: settings.urls.map((node) => ({ url: node })),
      defaults: {
        ...options,
        ...(username === '' ? {} : { username: decodeURIComponent(username) }),
        ...(password === '' ? {} : { password: decodeURIComponent(password) }),
        socket: { ...socket(), ...(protocol === 'rediss:' ? { tls: true as const } : {}) },
      },
      topologyRefreshOnReconnectionAttemptStrategy: TOPOLOGY_REFRESH_MS,
    });
    return connectCluster(cluster, events);
  }
  const client = createClient({ ...options, url, socket: socket() });
  return connectClient(client as unknown as RedisClientType, events);
}

/** Subscriptions have a connection of their own, so that a crowd of messages does not keep answers waiting. */
async function connectClient(client: RedisClientType, events: LinkEvents): Promise<RedisLink> {
  const listener = client.duplicate();
  try {
    for (const one of [client, listener]) {
      one.on('error', events.onError);
      await one.connect();
      one.on('ready', events.onReady);
    }
  } catch (error) {
    for (const one of [client, listener]) if (one.isOpen) one.destroy();
    throw error;
  }
  return {
    send: (_key, args) => client.sendCommand([...args]),
    ping: async () => {
      await client.sendCommand(['PING']);
    },
    subscribe: (channel, take) => listener.sSubscribe(channel, take, true),
    unsubscribe: (channel, take) => listener.sUnsubscribe(channel, take, true),
    close() {
      client.destroy();
      listener.destroy();
    },
  };
}

async function connectCluster(cluster: RedisClusterType, events: LinkEvents): Promise<RedisLink> {
  let lastError: Error | undefined;
  cluster.on('error', (error: Error) => {
    lastError = error;
    events.onError(error);
  });
  cluster.on('node-error', events.onError);
  try {
    await cluster.connect();
  } catch (error) {
    // That no node answers says less than what the last one said.
    throw lastError ?? error;
  }
  cluster.on('node-ready', events.onReady);
  const turns = new Turns();
  return {
    send: (key, args) => cluster.sendCommand(key, false, [...args]),
    async ping() {
      const masters = await Promise.all(cluster.masters.map((node) => cluster.nodeClient(node)));
      await Promise.all(masters.map((master) => master.sendCommand(['PING'])));
    },
    subscribe: (channel, take) => turns.share(() => cluster.sSubscribe(channel, take, true)),
    unsubscribe: (channel, take) => turns.alone(() => cluster.sUnsubscribe(channel, take, true)),
    close: () => cluster.destroy(),
  };
}

/**
 * node-redis closes a connection with the last subscription that it had, and with it one that is just being made: who
 * leaves does so alone.
 */
class Turns {
  #sharing = 0;
  #alone: Promise<unknown> | undefined;
  #free = Promise.withResolvers<void>();

  async share(work: () => Promise<void>): Promise<void> {
    while (this.#alone !== undefined) await this.#alone;
    this.#sharing += 1;
    try {
      await work();
    } finally {
      this.#sharing -= 1;
      this.#wake();
    }
  }

  async alone(work: () => Promise<void>): Promise<void> {
    while (this.#sharing > 0 || this.#alone !== undefined) await this.#free.promise;
    const working = work();
    // Who waits does not hear of its failure.
    this.#alone = working.catch(() => undefined);
    try {
      await working;
    } finally {
      this.#alone = undefined;
      this.#wake();
    }
  }

  #wake(): void {
    this.#free.resolve();
    this.#free = Promise.withResolvers<void>();
  }
}
