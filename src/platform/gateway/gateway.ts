import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { InternalTokens } from '../auth/internal-tokens.ts';
import { answerRaw } from '../http/raw-problem.ts';
import type { Counter, Metrics } from '../observability/metrics.ts';
import { Exchange, type ExchangeDeps, type GatewayRefusal, hasBody, isStreamRequest } from './exchange.ts';
import { createForwarding } from './headers.ts';
import type { Instances } from './instances.ts';
import { createUpgrades } from './upgrades.ts';

export type GatewayOptions = {
  readonly instances: Instances;
  readonly tokens: InternalTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly metrics: Metrics;
  /** Addresses of proxies before the gateway that are believed. */
  readonly trustProxy: readonly string[];
  /** WebSockets open at once at most. */
  readonly upgradesMax: number;
  readonly onLost: (origin: string, error: Error) => void;
};

export type Gateway = {
  /** Takes a request over, unless it is for the gateway itself. @returns whether it has */
  takesOver(request: IncomingMessage, response: ServerResponse): boolean;
  /** Lets the HTTP server's upgrades come in. */
  attach(server: Server): void;
  /** Stop it before the port closes: event streams end with the word to come again, WebSockets end. */
  readonly lifecycle: Lifecycle;
};

/** What the gateway answers itself. */
const OWN = /^\/(?:health\/(?:live|ready)|metrics)(?:\?|$)/;
/** Bodies up to this size are read before they are sent on, so that a second instance can have them. */
const KEPT_BODY_BYTES_MAX = 64 * 1_024;

/** The one address of several instances. */
export function createGateway(options: GatewayOptions): Gateway {
  const { instances, metrics } = options;
  const forwarded = createForwarding(options.trustProxy);
  const upgrades = createUpgrades({ ...options, forwarded });
  const streams = new Set<Exchange>();
  const deps: ExchangeDeps = {
    ...options,
    ...measure(metrics, { instances, upgrades: () => upgrades.count }),
    forwarded,
    refuse: (_request, response, code: GatewayRefusal) => answerRaw(response, code, options.ids.next()),
  };

  function forward(request: IncomingMessage, response: ServerResponse, body: Buffer | undefined): void {
    const exchange = new Exchange(deps, request, response, body);
    if (isStreamRequest(request)) {
      streams.add(exchange);
      response.on('close', () => streams.delete(exchange));
    }
    exchange.begin();
  }

  return {
    takesOver(request, response) {
      const { url = '' } = request;
      if (OWN.test(url)) return false;
      // An address with a host of its own, or none, is for proxies of another kind.
      if (!url.startsWith('/')) answerRaw(response, 'malformed_url', options.ids.next());
      else if (isKept(request)) collect(request, (body) => forward(request, response, body));
      else forward(request, response, undefined);
      return true;
    },
    attach(server) {
      server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
        upgrades.take(request, socket, head),
      );
    },
    lifecycle: createLifecycle('gateway', {
      start: () => undefined,
      stop() {
        for (const stream of streams) stream.endStream();
        upgrades.end();
      },
    }),
  };
}

function isKept(request: IncomingMessage): boolean {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  return hasBody(request) && length <= KEPT_BODY_BYTES_MAX;
}

/** Node ends a body that is longer or shorter than it says, and one that does not come. */
function collect(request: IncomingMessage, done: (body: Buffer) => void): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('error', () => undefined);
  request.on('end', () => done(parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
}

type Measured = { readonly instances: Instances; readonly upgrades: () => number };

function measure(
  metrics: Metrics,
  { instances, upgrades }: Measured,
): Pick<ExchangeDeps, 'onEnd' | 'onRetry'> {
  const requests = metrics.counters({
    name: 'firstcome_gateway_requests_total',
    help: 'Requests that the gateway took, by what became of them.',
  });
  const retries = metrics.counters({
    name: 'firstcome_gateway_retries_total',
    help: 'Requests that went to a further instance, by reason.',
  });
  metrics.gauge(
    { name: 'firstcome_gateway_instances', help: 'Instances behind the gateway, by state.' },
    (set) => {
      for (const state of ['ready', 'unready', 'gone'] as const)
        set(instances.all.filter((instance) => instance.state === state).length, { state });
    },
  );
  metrics.gauge(
    { name: 'firstcome_gateway_under_way', help: 'Requests and streams under way at an instance.' },
    (set) => {
      for (const { origin, underWay, streams } of instances.all) {
        set(underWay, { instance: origin, kind: 'requests' });
        set(streams, { instance: origin, kind: 'streams' });
      }
    },
  );
  metrics.gauge({ name: 'firstcome_gateway_websockets', help: 'WebSockets that pass through.' }, (set) =>
    set(upgrades()),
  );
  const cells = new Map<string, Counter>();
  return {
    onEnd(outcome) {
      let cell = cells.get(outcome);
      if (!cell) cells.set(outcome, (cell = requests({ outcome })));
      cell.value += 1;
    },
    onRetry: (reason) => {
      retries({ reason }).value += 1;
    },
  };
}
