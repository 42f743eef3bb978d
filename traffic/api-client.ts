import { once } from 'node:events';
import { Agent, type IncomingMessage, request as sendHttp } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Answer, type ApiRequest, type Login, logIn } from './requests.ts';

/** Who asks, and what goes with it. */
export type From = {
  readonly accessToken?: string | undefined;
  readonly pass?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

export type ApiClientOptions = {
  /** Connections at once; what comes more waits for one. */
  readonly socketsMax?: number;
  readonly timeoutMs?: number;
};

const SOCKETS_MAX = 64;
const TIMEOUT_MS = 30_000;

/**
 * A client of the system over HTTP, as anybody's. It is not what the lab measures with: that writes requests that were
 * encoded before to raw sockets (`lab/load`), so that its own time is not taken for the system's.
 */
export class ApiClient {
  readonly #address: () => string;
  readonly #timeoutMs: number;
  readonly #agent: Agent;

  /** @param address such as `http://127.0.0.1:8080`, or what says it when it is needed */
  constructor(address: string | (() => string), options: ApiClientOptions = {}) {
    const { socketsMax = SOCKETS_MAX, timeoutMs = TIMEOUT_MS } = options;
    this.#address = typeof address === 'string' ? () => address : address;
    this.#timeoutMs = timeoutMs;
    this.#agent = new Agent({ keepAlive: true, maxSockets: socketsMax, maxTotalSockets: socketsMax });
  }

  /** @returns who asks from then on */
  async logIn(login: Login): Promise<From> {
    return this.ask(logIn(login));
  }

  /** Rejects without an answer. */
  async send<T>({ method, path, body }: ApiRequest<T>, from: From = {}): Promise<Answer<T>> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const sent = sendHttp(new URL(path, this.#address()), {
      method,
      headers: headersOf(from, payload),
      agent: this.#agent,
      timeout: this.#timeoutMs,
      ...(from.signal && { signal: from.signal }),
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    // What fails before the answer rejects below; what fails in the middle of it, where it is read.
    sent.on('error', () => undefined);
    sent.end(payload);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const said = await text(answer);
    const fields = (said === '' ? {} : JSON.parse(said)) as Answer<T>['body'];
    return { status: answer.statusCode ?? 0, body: fields };
  }

  /** @throws Error with the answer when it is none of 2xx */
  async ask<T>(request: ApiRequest<T>, from: From = {}): Promise<T> {
    const { status, body } = await this.send(request, from);
    if (status >= 200 && status < 300) return body as T;
    throw new Error(`${request.method} ${request.path} is answered ${status}: ${JSON.stringify(body)}`);
  }
}

function headersOf(
  { accessToken, pass, headers }: From,
  payload: string | undefined,
): Record<string, string> {
  return {
    ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    ...(pass === undefined ? {} : { 'room-pass': pass }),
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
    ...headers,
  };
}
