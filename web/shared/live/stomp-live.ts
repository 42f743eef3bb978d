import type { Client } from '@stomp/stompjs';
import { currentToken, renewToken } from '../api/session.ts';
import type { ServerEvent } from './event-parser.ts';
import type { LiveState } from './live-stream.ts';

export type StompLiveOptions = {
  readonly destination: string;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: LiveState) => void;
  /** It cannot be had this way, such as behind a proxy that knows no WebSocket: follow it in another. */
  readonly onUnusable: () => void;
};

const CONNECT_MS_MAX = 5_000;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 20_000;
/** In a row, while the browser thinks that it is online. */
const FAILURES_MAX = 2;

/**
 * Follows one destination of STOMP: resumes where it was after a cut, renews its token in band, and rests while nobody
 * sees the page. The library comes with the first page that uses it.
 */
export class StompLive {
  readonly #options: StompLiveOptions;
  #client: Client | undefined;
  #isClosed = false;
  #failures = 0;
  #lastEventId: string | undefined;

  constructor(options: StompLiveOptions) {
    this.#options = options;
    options.onState('connecting');
    addEventListener('offline', this.#drop);
    addEventListener('online', this.#turn);
    document.addEventListener('visibilitychange', this.#turn);
    void this.#begin();
  }

  /** Ends it; nothing is told any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    removeEventListener('offline', this.#drop);
    removeEventListener('online', this.#turn);
    document.removeEventListener('visibilitychange', this.#turn);
    void this.#client?.deactivate();
  }

  readonly #drop = (): void => this.#client?.forceDisconnect();

  /** Seen, and with a network: connected at once. Unseen: not at all. */
  readonly #turn = (): void => {
    if (document.visibilityState === 'hidden') void this.#client?.deactivate();
    else if (navigator.onLine && this.#client?.connected === false)
      void this.#client.deactivate({ force: true }).then(() => this.#activate());
  };

  #activate(): void {
    if (!this.#isClosed && document.visibilityState === 'visible') this.#client?.activate();
  }

  async #begin(): Promise<void> {
    try {
      const { Client, ReconnectionTimeMode } = await import('@stomp/stompjs');
      const client = new Client({
        brokerURL: `${location.origin.replace('http', 'ws')}/stomp`,
        connectionTimeout: CONNECT_MS_MAX,
        reconnectDelay: RETRY_MS,
        maxReconnectDelay: RETRY_MS_MAX,
        reconnectTimeMode: ReconnectionTimeMode.EXPONENTIAL,
        discardWebsocketOnCommFailure: true,
      });
      client.beforeConnect = () => this.#authorize(client);
      client.onConnect = () => this.#connected(client);
      client.onWebSocketClose = () => this.#lost();
      this.#client = client;
      this.#activate();
    } catch {
      this.#giveUp();
    }
  }

  async #authorize(client: Client): Promise<void> {
    try {
      const { token } = await currentToken();
      client.connectHeaders = { Authorization: `Bearer ${token}` };
    } catch {
      // The other way says why.
      this.#giveUp();
    }
  }

  #connected(client: Client): void {
    if (this.#isClosed) return;
    this.#failures = 0;
    this.#options.onState('live');
    client.subscribe('/user/queue/replies', ({ body }) => {
      if ((JSON.parse(body) as { type?: string }).type === 'token_expiring') void this.#renew(client);
    });
    const resume = this.#lastEventId === undefined ? {} : { resume: this.#lastEventId };
    client.subscribe(this.#options.destination, ({ headers, body }) => this.#hear(headers, body), {
      ...resume,
    });
  }

  #hear(headers: Readonly<Record<string, string>>, data: string): void {
    if (this.#isClosed) return;
    const { event = '', offset } = headers;
    if (offset !== undefined) this.#lastEventId = offset;
    this.#options.onEvent({ event, data, id: offset });
    if (event !== 'closed') return;
    if ((JSON.parse(data) as { reconnect: boolean }).reconnect) return this.#drop();
    this.#options.onState('ended');
    this.close();
  }

  async #renew(client: Client): Promise<void> {
    try {
      const { token } = await renewToken((await currentToken()).token);
      client.publish({ destination: '/app/session', body: JSON.stringify({ accessToken: token }) });
    } catch {
      // The session ends with its token, and the next one says why there is none.
    }
  }

  #lost(): void {
    if (this.#isClosed || document.visibilityState === 'hidden') return;
    this.#options.onState('lost');
    if (!navigator.onLine) return;
    this.#failures += 1;
    if (this.#failures > FAILURES_MAX) this.#giveUp();
  }

  #giveUp(): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onUnusable();
  }
}
