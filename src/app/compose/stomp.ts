import type { Server } from 'node:http';
import { StompRelay } from '../../adapters/rabbitmq/stomp-broker.ts';
import { Fault } from '../../kernel/faults.ts';
import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { Identity } from '../../modules/identity/index.ts';
import { createStompServer } from '../../platform/live/stomp/server.ts';
import type { StompStats } from '../../platform/live/stomp/session-registry.ts';
import { listenTcp } from '../../platform/live/stomp/tcp-listener.ts';
import type { LiveView } from '../../platform/live/view.ts';
import type { Metrics } from '../../platform/observability/metrics.ts';
import type { Foundation } from '../foundation.ts';

export type StompParts = {
  /** Lets the HTTP server's upgrades at /stomp come in. */
  attach(server: Server): void;
  readonly lifecycles: readonly Lifecycle[];
};

/** STOMP over WebSocket, and over TCP where STOMP_PORT is set. */
export function composeStomp(base: Foundation, identity: Identity, views: readonly LiveView[]): StompParts {
  const { config, logger } = base;
  const relay = chooseRelay(base);
  const stomp = createStompServer({
    ...base,
    views,
    broker: relay,
    authenticate: identity.authenticate,
    isNamed: (accountId, login) => isNamed(identity, accountId, login),
    demo: config.mode === 'demo',
    corsOrigins: config.corsOrigins,
    onError(err) {
      if (!base.outage.covers(err)) logger.error({ err, part: 'stomp' }, 'a frame could not be worked on');
    },
  });
  measureStomp(base.metrics, () => stomp.stats());
  identity.onEnding({
    sessionEnded: (ended) => stomp.endSessions(({ sessionId }) => sessionId === ended, 'session_ended'),
    accountTokensEnded: (ended) => stomp.endSessions(({ accountId }) => accountId === ended, 'token_expired'),
  });
  const place = { host: config.stompHost, port: config.stompPort };
  const tcp = listenTcp(
    place,
    (socket) => stomp.openTcp(socket),
    (error) => {
      const text = `STOMP over TCP cannot listen on ${place.host}:${place.port}: set STOMP_PORT to a free port.`;
      if (config.mode === 'production') throw new Fault('listen_failed', text, { cause: error });
      logger.warn(`${text} It goes on without.`);
    },
  );
  return {
    attach: (server) => stomp.attach(server),
    // Sessions end before the connections that they have to the broker.
    lifecycles: [
      ...(relay ? [relay.lifecycle] : []),
      stomp.lifecycle,
      ...(config.stompPort === 0 ? [] : [tcp]),
    ],
  };
}

function chooseRelay({ config, logger, clock, random, metrics }: Foundation): StompRelay | undefined {
  const { stompBroker, stompRelayUrl: url } = config;
  if (stompBroker !== 'relay' || url === undefined) return undefined;
  const relay = new StompRelay({
    url,
    clock,
    random,
    onNews(news, reason) {
      if (news === 'broker_back') logger.info({ part: 'stomp' }, "RabbitMQ's STOMP port is back");
      else logger.warn({ part: 'stomp', reason }, "RabbitMQ's STOMP port is away; tried again");
    },
  });
  metrics.gauge(
    { name: 'firstcome_stomp_broker_up', help: 'Whether RabbitMQ answers the relay of STOMP.' },
    (set) => set(relay.isUp ? 1 : 0),
  );
  return relay;
}

async function isNamed(identity: Identity, accountId: string, login: string): Promise<boolean> {
  if (login === accountId) return true;
  const account = await identity.accounts.find(accountId);
  return account.ok && account.value.email === login.trim().toLowerCase();
}

function measureStomp(metrics: Metrics, stats: () => StompStats): void {
  metrics.gauge({ name: 'firstcome_stomp_connections', help: 'Open connections of STOMP.' }, (set) =>
    set(stats().connections),
  );
  metrics.counter({ name: 'firstcome_stomp_frames_total', help: 'Frames that clients sent.' }, (set) =>
    set(stats().frames),
  );
  metrics.counter(
    { name: 'firstcome_stomp_sessions_ended_total', help: 'Sessions that ended, by reason.' },
    (set) => {
      for (const [reason, count] of stats().ended) set(count, { reason });
    },
  );
}
