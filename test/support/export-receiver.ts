/** A data platform on this machine, which takes batches of CloudEvents as a stranger would, and fails when it is told to. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { type OutsideEvent, readCloudEvent } from './outside-events.ts';

/**
 * What befalls a request: `cut` while it comes in, `cut-after` when its events are kept, `hang` without an answer, or
 * an answer of this status that keeps nothing.
 */
export type Trouble = 'cut' | 'cut-after' | 'hang' | number;

export type Received = {
  readonly headers: IncomingHttpHeaders;
  /** As it was before it was compressed. */
  readonly body: string;
};

export class ExportReceiver {
  url = '';
  readonly requests: Received[] = [];
  /** Every event that was kept, in order, repetitions too. */
  readonly events: OutsideEvent[] = [];
  /** What befalls every request, until there is nothing. */
  away: Trouble | undefined;
  /** Ids and types of events that are refused for good; a batch that holds one is refused whole. */
  readonly refused = new Set<string>();
  /** What a refusal says besides its status. */
  headers: Readonly<Record<string, string>> = {};
  readonly #troubles: Trouble[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async open(port = 0): Promise<ExportReceiver> {
    const receiver = new ExportReceiver();
    receiver.#server.listen(port, '127.0.0.1');
    await once(receiver.#server, 'listening');
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}/events`;
    return receiver;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The next requests meet this, one each. */
  trouble(...what: readonly Trouble[]): void {
    this.#troubles.push(...what);
  }

  /** What was kept, without repetitions. */
  get once(): readonly OutsideEvent[] {
    return [...new Map(this.events.map((event) => [event.id, event])).values()];
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const trouble = this.#troubles.shift() ?? this.away;
    if (trouble === 'cut') return void request.once('data', () => request.socket.destroy());
    const bytes = await buffer(request).catch(() => undefined);
    if (bytes === undefined) return;
    const body = String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes);
    this.requests.push({ headers: request.headers, body });
    if (trouble === 'hang') return;
    if (typeof trouble === 'number') return void response.writeHead(trouble, this.headers).end('no');
    const events = (JSON.parse(body) as unknown[]).map(readCloudEvent);
    if (events.some(({ id, type }) => this.refused.has(id) || this.refused.has(type)))
      return void response.writeHead(422).end('bad event');
    this.events.push(...events);
    if (trouble === 'cut-after') return void request.socket.destroy();
    response.writeHead(204).end();
  }
}
