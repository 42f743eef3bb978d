import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { refuse } from '../../kernel/result.ts';
import { isFresh, REVALIDATE } from '../../platform/http/conditional.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, NotModified } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import {
  BatchBody,
  BatchView,
  CheckInBody,
  CheckInView,
  DoorView,
  OfflineListView,
} from './door-contract.ts';
import { Doorkeepers, doorAccess, findDoor } from './doorkeepers.ts';
import type { TicketOperations } from './operations.ts';
import type { CheckInStore, GateStore } from './ports.ts';

export type DoorRouteDeps = {
  readonly checkIns: Pick<CheckInStore, 'counts' | 'offlineList'>;
  readonly gates: Pick<GateStore, 'findByPass'>;
  readonly termsOf: (performanceId: string) => Promise<SalesTerms | undefined>;
  readonly clock: Clock;
};

const tags = ['Doors'];
/** Tickets in the list for doors without network: about 10 MB. */
const OFFLINE_TICKETS_MAX = 100_000;

/** What people at the doors do. */
export function doorRoutes(server: HttpServer, deps: DoorRouteDeps, operations: TicketOperations): void {
  const doorkeepers = new Doorkeepers(deps);
  checkInRoute(server, operations, doorkeepers);
  batchRoute(server, operations, doorkeepers);
  undoRoute(server, operations);
  const guard = {
    config: {
      access: doorAccess,
      problems: ['performance_not_found', 'gate_pass_invalid', 'gate_pass_ended'],
    },
    preHandler: doorkeepers.recognise,
  };
  const doorOf = (request: FastifyRequest & { params: ById }) =>
    findDoor(deps, request.params.id, doorkeepers.of(request));

  server.get(
    '/v1/performances/:id/door',
    {
      ...guard,
      schema: {
        operationId: 'getDoor',
        summary: 'How many are in, and how many tickets there are',
        tags,
        params: ById,
        response: { 200: DoorView, default: Problem },
      },
    },
    async (request, reply) => {
      const terms = await doorOf(request);
      if (!terms) return problemBody(reply, refuse('performance_not_found'));
      const gate = doorkeepers.gateOf(request);
      return {
        performanceId: terms.performanceId,
        startsAt: new Date(terms.startsAt).toISOString(),
        gate: gate?.name ?? null,
        passExpiresAt: gate ? new Date(gate.expiresAt).toISOString() : null,
        ...(await deps.checkIns.counts(terms.performanceId)),
      };
    },
  );

  server.get(
    '/v1/performances/:id/door/tickets',
    {
      ...guard,
      schema: {
        operationId: 'getDoorTickets',
        summary: 'The tickets of a performance for a door that loses its network: hashes of codes, no names',
        tags,
        params: ById,
        response: { 200: OfflineListView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const terms = await doorOf(request);
      if (!terms) return problemBody(reply, refuse('performance_not_found'));
      // Read before the list: what changes in between comes again with the next version.
      const { version } = await deps.checkIns.counts(terms.performanceId);
      const etag = `W/"${version}"`;
      reply.headers({ etag, 'cache-control': `private, ${REVALIDATE}` });
      if (isFresh(request, etag)) return reply.code(304).send(null);
      return offlineList(deps, terms, version);
    },
  );
}

async function offlineList(
  { checkIns, clock }: DoorRouteDeps,
  terms: SalesTerms,
  version: number,
): Promise<OfflineListView> {
  const takenAt = new Date(clock.now()).toISOString();
  const rows = await checkIns.offlineList(terms.performanceId, OFFLINE_TICKETS_MAX + 1);
  const tickets = rows.slice(0, OFFLINE_TICKETS_MAX).map(({ codeHash, seatNo, state }) => {
    const { section, row, number } = terms.seatAt(seatNo);
    return { codeHash, section, row, number, state };
  });
  const isComplete = rows.length <= OFFLINE_TICKETS_MAX;
  return { performanceId: terms.performanceId, version, takenAt, isComplete, tickets };
}

type Writes = Pick<TicketOperations, 'checkIn' | 'settleScans' | 'undoCheckIn'>;

function checkInRoute(server: HttpServer, { checkIn }: Writes, doorkeepers: Doorkeepers): void {
  const answer = operationRoute(checkIn, { status: 201 });
  server.post(
    '/v1/check-ins',
    {
      config: { ...operationConfig(checkIn), access: doorAccess },
      preHandler: doorkeepers.recognise,
      schema: {
        operationId: 'checkIn',
        summary: 'Let somebody in with a ticket, once',
        description:
          'Whether the ticket is of this performance, and good, is judged before whether it was used. Gates that scan one ticket at once: one of them gets 201.',
        tags,
        body: CheckInBody,
        response: { 201: CheckInView, default: Problem },
      },
    },
    (request, reply) =>
      answer(request, reply, { ...request.body, gateOfPass: gateOfPass(doorkeepers, request) }),
  );
}

function batchRoute(server: HttpServer, { settleScans }: Writes, doorkeepers: Doorkeepers): void {
  const answer = operationRoute(settleScans, { status: 200 });
  server.post(
    '/v1/check-ins/batches',
    {
      config: { ...operationConfig(settleScans), access: doorAccess },
      preHandler: doorkeepers.recognise,
      schema: {
        operationId: 'settleScans',
        summary: 'Settle the scans of a door that had no network',
        description:
          'Those people are inside: the first scan of a ticket to arrive is its check-in; each other one is answered with `already_checked_in` and shown to the seller as a conflict. A scan that is sent again changes nothing.',
        tags,
        body: BatchBody,
        response: { 200: BatchView, default: Problem },
      },
    },
    (request, reply) =>
      answer(request, reply, { ...request.body, gateOfPass: gateOfPass(doorkeepers, request) }),
  );
}

/** What the operations take of the gate whose pass was shown. */
function gateOfPass(doorkeepers: Doorkeepers, request: FastifyRequest) {
  const gate = doorkeepers.gateOf(request);
  return gate && { id: gate.id, performanceId: gate.performanceId, name: gate.name };
}

function undoRoute(server: HttpServer, { undoCheckIn }: Writes): void {
  const answer = operationRoute(undoCheckIn, { status: 204 });
  server.delete(
    '/v1/check-ins/:id',
    {
      config: operationConfig(undoCheckIn),
      schema: {
        operationId: 'undoCheckIn',
        summary: 'Take a check-in back: the ticket lets in again; goes on record',
        tags,
        params: ById,
        response: { 204: { type: 'null', description: 'It is undone, now or before.' }, default: Problem },
      },
    },
    (request, reply) => answer(request, reply, { id: request.params.id }),
  );
}
