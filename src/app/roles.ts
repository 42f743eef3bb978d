import type { Lifecycle } from '../kernel/lifecycle.ts';
import type { Catalogue } from '../modules/catalogue/index.ts';
import type { Identity } from '../modules/identity/index.ts';
import type { Reservations } from '../modules/reservations/index.ts';
import type { WaitingRoom } from '../modules/waiting-room/index.ts';
import type { DurableConsumer, EventConsumer } from '../platform/events/event.ts';
import type { HttpServer } from '../platform/http/server.ts';
import type { LiveView } from '../platform/live/view.ts';
import type { Operation } from '../platform/operations/operation.ts';
import { composeCatalogue } from './compose/catalogue.ts';
import { composeDeadLetters } from './compose/dead-letters.ts';
import { composeExport } from './compose/export.ts';
import { composeIdentity } from './compose/identity.ts';
import { composeMail, type Mailing } from './compose/mail.ts';
import { composeMonitoring } from './compose/monitoring.ts';
import { composePayments } from './compose/payments.ts';
import { composePoints } from './compose/points.ts';
import { composeRanking } from './compose/ranking.ts';
import { composeReservations } from './compose/reservations.ts';
import { composeTickets } from './compose/tickets.ts';
import { composeWaitingRoom } from './compose/waiting-room.ts';
import type { Foundation } from './foundation.ts';

/** The modules of a process, put together. */
export type RoleParts = {
  readonly identity: Identity;
  readonly catalogue: Catalogue;
  readonly rates: WaitingRoom['rates'];
  readonly mail: Mailing;
  readonly routes: readonly ((server: HttpServer) => void)[];
  /** All writes, apart from the edge that they come in by. */
  readonly operations: readonly Operation[];
  readonly consumers: readonly EventConsumer[];
  /** See `Reservations`. */
  readonly pingHolds: Reservations['pingHolds'];
  /** What can be followed live. */
  readonly views: readonly LiveView[];
  /** In the order of their start; stopped in reverse. */
  readonly lifecycles: readonly Lifecycle[];
};

/** Of the durable consumers, what an api runs: it ends admissions in the line, which is kept where people are served. */
const OF_API = new Set(['waiting-room']);

/**
 * The modules as the roles of this process have them. An api serves routes, keeps lines and follows events; a worker
 * consumes them and does what is due. Both know accounts, keys and the catalogue.
 */
export function composeRoles(base: Foundation): RoleParts {
  const { tokens, identity } = composeIdentity(base);
  const { catalogue, seating } = composeCatalogue(base);
  const ranking = composeRanking(base, seating);
  const waitingRoom = composeWaitingRoom(base, {
    tokens,
    catalogue: { ...catalogue, availability: seating.availability },
  });
  const { gate } = waitingRoom;
  const reservations = composeReservations(base, {
    catalogue,
    gate,
    consumers: () => consumers.filter(isDurable),
  });
  const payments = composePayments(base, gate);
  const points = composePoints(base, { identity, payments });
  const tickets = composeTickets(base, { catalogue, tokens });
  const mail = composeMail(base, { identity, catalogue });
  const monitoring = composeMonitoring(base, { waitingRoom, seating, identity });
  const consumers = [...waitingRoom.consumers, ...reservations.consumers, ranking.consumer, mail.consumer];
  const exporting = composeExport(base);
  const exports = exporting ? [exporting.consumer] : [];
  const targets = [...consumers.filter(isDurable), payments.refundRetry, ...exports];
  const deadLetters = composeDeadLetters(base, targets);
  const modules = [
    identity,
    catalogue,
    seating,
    ranking,
    waitingRoom,
    reservations,
    payments,
    points,
    tickets,
    monitoring,
    deadLetters,
  ];
  const isApi = base.config.roles.includes('api');
  const isWorker = base.config.roles.includes('worker');
  const forApi = (parts: readonly Lifecycle[]) => (isApi ? parts : []);
  const forWorker = (parts: readonly Lifecycle[]) => (isWorker ? parts : []);
  return {
    identity,
    catalogue,
    rates: waitingRoom.rates,
    mail,
    routes: isApi ? modules.map(({ routes }) => routes) : [],
    operations: modules.flatMap((module) => ('operations' in module ? module.operations : [])),
    consumers: consumers.filter((consumer) =>
      isDurable(consumer) && !OF_API.has(consumer.name) ? isWorker : isApi,
    ),
    pingHolds: isApi ? reservations.pingHolds : undefined,
    views: [...seating.views, ...waitingRoom.views, ...monitoring.views],
    lifecycles: [
      ...forWorker([base.upkeepLease.lifecycle]),
      tokens.lifecycle,
      identity.lifecycle,
      catalogue.lifecycle,
      ...forApi([waitingRoom.lifecycle]),
      ...forWorker([waitingRoom.settling]),
      ...forApi([reservations.draining]),
      ...forWorker([reservations.lifecycle, payments.lifecycle]),
      ...forApi([monitoring.lifecycle]),
      ...forWorker([deadLetters.lifecycle, ...(exporting ? [exporting.lifecycle] : [])]),
    ],
  };
}

function isDurable(consumer: EventConsumer): consumer is DurableConsumer {
  return consumer.kind === 'durable';
}
