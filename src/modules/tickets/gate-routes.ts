import type { Clock } from '../../kernel/clock.ts';
import { refuse } from '../../kernel/result.ts';
import { anyone } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import { GateBody, GatePage, GateView, PageQuery } from './door-contract.ts';
import { GATE_PASS, readGatePass } from './doorkeepers.ts';
import type { GatePasses } from './gate-pass.ts';
import { isOwnDoor, ofSeller, type TicketOperations } from './operations.ts';
import type { GateStore } from './ports.ts';
import { gateView, ownGateView } from './views.ts';

export type GateRouteDeps = {
  readonly gates: Pick<GateStore, 'list' | 'findByPass'>;
  readonly gatePasses: GatePasses;
  readonly termsOf: (performanceId: string) => Promise<SalesTerms | undefined>;
  readonly clock: Clock;
};

const tags = ['Doors'];

/** Passes for those who stand at the doors: good for check-ins of one performance, for a night. */
export function gateRoutes(server: HttpServer, deps: GateRouteDeps, operations: TicketOperations): void {
  addGateRoute(server, operations);
  listGatesRoute(server, deps);
  revokeGateRoute(server, operations);

  server.get(
    '/v1/gates/current',
    {
      config: {
        access: { ...anyone, owner: 'shows a gate pass', credential: GATE_PASS },
        problems: ['gate_pass_invalid', 'gate_pass_ended'],
      },
      schema: {
        operationId: 'getOwnGate',
        summary: 'The gate whose pass you show, with its performance',
        tags,
        response: { 200: GateView, default: Problem },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const gate = await readGatePass(deps, request.headers['gate-pass']);
      return gate.ok ? gateView(gate.value) : problemBody(reply, gate);
    },
  );
}

function addGateRoute(server: HttpServer, { addGate }: TicketOperations): void {
  const answer = operationRoute(addGate, { status: 201 });
  server.post(
    '/v1/performances/:id/gates',
    {
      config: operationConfig(addGate),
      schema: {
        operationId: 'addGate',
        summary: 'A pass for a door of your performance, good for twelve hours',
        description:
          'Anyone who has the pass may let in at this performance and do nothing else. Show it as a QR code to the phone at the door.',
        tags,
        params: ById,
        body: GateBody,
        response: { 201: GateView, default: Problem },
      },
    },
    (request, reply) => answer(request, reply, { performanceId: request.params.id, name: request.body.name }),
  );
}

function listGatesRoute(server: HttpServer, deps: GateRouteDeps): void {
  server.get(
    '/v1/performances/:id/gates',
    {
      config: { access: ofSeller, problems: ['performance_not_found'] },
      schema: {
        operationId: 'listGates',
        summary: 'The gates of your performance with their passes, newest first',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: GatePage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const { id: performanceId } = request.params;
      if (!(await isOwnDoor(deps, performanceId, principalOf(request))))
        return problemBody(reply, refuse('performance_not_found'));
      const rows = await deps.gates.list(performanceId, page);
      return toPage(
        rows,
        page.limit,
        ({ id }) => [id],
        (gate) => ownGateView(deps, gate),
      );
    },
  );
}

function revokeGateRoute(server: HttpServer, { revokeGate }: TicketOperations): void {
  const answer = operationRoute(revokeGate, { status: 204 });
  server.delete(
    '/v1/gates/:id',
    {
      config: operationConfig(revokeGate),
      schema: {
        operationId: 'revokeGate',
        summary: 'End the pass of a gate at once',
        tags,
        params: ById,
        response: { 204: { type: 'null', description: 'It is revoked, now or before.' }, default: Problem },
      },
    },
    (request, reply) => answer(request, reply, { id: request.params.id }),
  );
}
