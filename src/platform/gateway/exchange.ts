import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import { INTERNAL_TOKEN_HEADER, type InternalTokens } from '../auth/internal-tokens.ts';
import { answerHeaders, type Forwarded, requestHeaders } from './headers.ts';
import type { Instance, Instances, Load } from './instances.ts';
import { isElsewhere, isRepeatable, keptOf } from './retries.ts';

/** What the gateway itself may answer. */
export type GatewayRefusal =
  | 'no_instance'
  | 'instance_lost'
  | 'instance_silent'
  | 'overloaded'
  | 'malformed_http';

export type ExchangeDeps = {
  readonly instances: Instances;
  readonly tokens: InternalTokens;
  readonly forwarded: (request: IncomingMessage) => Forwarded;
  /** Answers where no instance does; only while nothing has been answered. */
  readonly refuse: (request: IncomingMessage, response: ServerResponse, code: GatewayRefusal) => void;
  /** For metrics. */
  readonly onEnd: (outcome: 'answered' | 'aborted' | 'cut' | GatewayRefusal) => void;
  readonly onRetry: (why: RetryReason) => void;
  readonly onLost: (origin: string, error: Error) => void;
};

export type RetryReason = 'unreached' | 'lost' | 'elsewhere' | 'restarted';

/** Instances that one request is offered to: more would lengthen an outage that all share. */
const ATTEMPTS_MAX = 3;
/** A refusal of another instance is shorter; what is longer is passed on unread. */
const REFUSAL_BYTES_MAX = 2_048;
/** Not the request: the next instance may do what this one has not begun. */
const MISDIRECTED = 421;
const LAST_EVENT = 'event: closed\ndata: {"reconnect":true}\n\n';
const END_OF_EVENT = Buffer.from('\n\n');

/**
 * One request and its way to an instance. It goes to another one where the first was never reached, where it says
 * that it has done nothing, or where a repetition changes nothing; never after the first byte of an answer.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #deps: ExchangeDeps;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #load: Load;
  readonly #kept: string | undefined;
  readonly #tried = new Set<Instance>();
  #attempts = 0;
  /** Kept for a second attempt; undefined where it passes through as it comes. */
  readonly #body: Buffer | undefined;
  #instance: Instance | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  /** The client has gone, or has its whole answer. */
  #isOver = false;
  /** Of the answer under way. */
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #missingBytes = Number.NaN;
  #isStream = false;
  #atEndOfEvent = false;
  #held: Buffer[] | undefined;

  constructor(
    deps: ExchangeDeps,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer | undefined,
  ) {
    this.#deps = deps;
    this.#request = request;
    this.#response = response;
    this.#body = body;
    this.#load = isStreamRequest(request) ? 'streams' : 'underWay';
    this.#kept = keptOf(request);
    response.on('close', () => this.#close());
    response.on('drain', () => this.#controller?.resume());
  }

  begin(): void {
    const instance = this.#deps.instances.choose(this.#load, this.#tried, this.#kept);
    if (instance === undefined) return this.#refuse('no_instance');
    if (instance === 'full') return this.#refuse('overloaded');
    this.#tried.add(instance);
    this.#attempts += 1;
    this.#instance = instance;
    this.#controller = undefined;
    instance[this.#load] += 1;
    const { method = 'GET', url = '/' } = this.#request;
    const pool = this.#load === 'streams' ? instance.streaming : instance.requests;
    const headers = this.#headersFor(instance, method, url);
    pool.dispatch({ method, path: url, headers, body: this.#body ?? bodyOf(this.#request) }, this);
  }

  #headersFor(instance: Instance, method: string, target: string): string[] {
    const forwarded = this.#deps.forwarded(this.#request);
    const headers = requestHeaders(this.#request.headers, forwarded);
    const length = this.#request.headers['content-length'];
    if (this.#body === undefined && length !== undefined) headers.push('content-length', length);
    if (instance.id !== undefined)
      headers.push(
        INTERNAL_TOKEN_HEADER,
        this.#deps.tokens.sign(instance.id, { method, target, ...forwarded }),
      );
    return headers;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new errors.RequestAbortedError());
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const length = headers['content-length'];
    this.#missingBytes = length === undefined ? Number.NaN : Number(length);
    if ((status === 503 || status === MISDIRECTED) && this.#missingBytes <= REFUSAL_BYTES_MAX)
      this.#held = [];
    else this.#writeHead();
  }

  #writeHead(): void {
    this.#isStream = this.#headers['content-type']?.startsWith('text/event-stream') ?? false;
    this.#response.writeHead(this.#status, answerHeaders(this.#headers));
    // Who opens a stream waits for its head, and the first event may be long in coming.
    if (this.#isStream) this.#response.flushHeaders();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#held) {
      this.#held.push(chunk);
      return;
    }
    this.#missingBytes -= chunk.length;
    if (this.#isStream) this.#atEndOfEvent = chunk.subarray(-2).equals(END_OF_EVENT);
    // Head and body of a short answer leave in one write.
    if (this.#missingBytes === 0) this.#response.end(chunk);
    else if (!this.#response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    const instance = this.#leave();
    const held = this.#held && Buffer.concat(this.#held);
    if (held && this.#status === MISDIRECTED && this.#mayTryAgain()) {
      // Under its new name it may be asked again.
      if (instance) this.#tried.delete(instance);
      void this.#askUnderNewNames(instance, held);
    } else if (!(held && isElsewhere(this.#status, held) && this.#next('elsewhere')))
      this.#finish(instance, held);
  }

  async #askUnderNewNames(instance: Instance | undefined, held: Buffer): Promise<void> {
    await this.#deps.instances.check();
    if (!this.#next('restarted')) this.#finish(instance, held);
  }

  #finish(instance: Instance | undefined, held: Buffer | undefined): void {
    if (held) {
      this.#writeHead();
      this.#response.end(held);
    } else if (!this.#response.writableEnded) this.#response.end();
    if (instance && this.#kept !== undefined && this.#status < 300)
      this.#deps.instances.keeps(this.#kept, instance);
    this.#end('answered');
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const instance = this.#leave();
    if (this.#isOver) return;
    // Node takes some requests that must not be sent on; that says nothing of the instance.
    if (error instanceof errors.InvalidArgumentError) {
      this.#refuse('malformed_http');
      return;
    }
    const wasSent = this.#controller !== undefined;
    if (instance) this.#deps.onLost(instance.origin, error);
    if (instance && !wasSent) this.#deps.instances.lost(instance, error.message);
    if (this.#response.headersSent) {
      this.#cut();
      return;
    }
    const isSilent = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
    if (isSilent) this.#refuse('instance_silent');
    else if ((wasSent && !isRepeatable(this.#request)) || !this.#next(wasSent ? 'lost' : 'unreached'))
      this.#refuse(wasSent ? 'instance_lost' : 'no_instance');
  }

  /** An answer that has begun cannot go on from elsewhere; who follows a stream is told to come again. */
  #cut(): void {
    this.#end('cut');
    if (this.#isStream && this.#atEndOfEvent) this.#response.end(LAST_EVENT);
    else this.#response.destroy();
  }

  #mayTryAgain(): boolean {
    const isKept = this.#body !== undefined || !hasBody(this.#request);
    return !this.#isOver && isKept && this.#attempts < ATTEMPTS_MAX;
  }

  /** Asks another instance. @returns false where there is none, or it must not be */
  #next(why: RetryReason): boolean {
    if (!this.#mayTryAgain()) return false;
    const next = this.#deps.instances.choose(this.#load, this.#tried, this.#kept);
    if (next === undefined || next === 'full') return false;
    this.#deps.onRetry(why);
    this.#held = undefined;
    this.begin();
    return true;
  }

  #refuse(code: GatewayRefusal): void {
    this.#end(code);
    this.#deps.refuse(this.#request, this.#response, code);
  }

  /** The instance has nothing of this request under way any more. */
  #leave(): Instance | undefined {
    const instance = this.#instance;
    this.#instance = undefined;
    if (instance) instance[this.#load] -= 1;
    return instance;
  }

  #end(outcome: Parameters<ExchangeDeps['onEnd']>[0]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deps.onEnd(outcome);
  }

  /** The client has gone: what it asked for is given up. */
  #close(): void {
    if (this.#isOver) return;
    this.#end('aborted');
    this.#controller?.abort(new errors.RequestAbortedError());
  }

  /** Before the gateway ends: who follows a stream comes again, to whoever is there then. */
  endStream(): void {
    if (!this.#isStream || this.#isOver) return;
    this.#cut();
    this.#controller?.abort(new errors.RequestAbortedError());
  }
}

export function isStreamRequest({ method, url = '' }: IncomingMessage): boolean {
  return method === 'GET' && /\/stream(?:\?|$)/.test(url);
}

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** A stream of its own: undici destroys a body that it is done with, and with a request the client's connection. */
function bodyOf(request: IncomingMessage): PassThrough | null {
  return hasBody(request) ? request.pipe(new PassThrough()) : null;
}
