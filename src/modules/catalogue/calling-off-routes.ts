import { principalOf } from '../../platform/http/authentication.ts';
import { IfMatch, seenVersions } from '../../platform/http/conditional.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { CallingOff } from './calling-off.ts';
import {
  CancellationBody,
  CancellationView,
  PostponementBody,
  PostponementView,
} from './calling-off-contract.ts';
import { type SellingOperations, seller } from './operations.ts';

const tags = ['Selling'];

/** A performance that is cancelled or postponed, and how far that has got with those who have paid. */
export function callingOffRoutes(
  server: HttpServer,
  callingOff: CallingOff,
  operations: SellingOperations,
): void {
  cancellationRoutes(server, callingOff, operations);
  postponementRoutes(server, callingOff, operations);
}

function cancellationRoutes(
  server: HttpServer,
  callingOff: CallingOff,
  { cancelPerformance }: SellingOperations,
): void {
  const cancel = operationRoute(cancelPerformance, { status: 202 });
  server.post(
    '/v1/performances/:id/cancellation',
    {
      config: operationConfig(cancelPerformance),
      schema: {
        operationId: 'cancelPerformance',
        summary: 'Call a performance off: its sale ends, and everybody gets all of their money back',
        description:
          'Nothing is sold from the answer on. Reservations are cancelled and refunded behind it, to where the money came from; GET says how far that has got. It cannot be taken back. Asking again changes nothing.',
        tags,
        params: ById,
        headers: IfMatch,
        body: CancellationBody,
        response: { 202: CancellationView, default: Problem },
      },
    },
    (request, reply) =>
      cancel(request, reply, { id: request.params.id, ...request.body, seen: seenVersions(request) }),
  );

  server.get(
    '/v1/performances/:id/cancellation',
    {
      config: { access: seller, problems: ['performance_not_found', 'cancellation_not_found'] },
      schema: {
        operationId: 'getCancellation',
        summary: 'How far the cancellation of a performance has got',
        tags,
        params: ById,
        response: { 200: CancellationView, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await callingOff.cancellation(request.params.id, principalOf(request));
      return found.ok ? found.value : problemBody(reply, found);
    },
  );
}

function postponementRoutes(
  server: HttpServer,
  callingOff: CallingOff,
  { postponePerformance }: SellingOperations,
): void {
  const postpone = operationRoute(postponePerformance, { status: 200 });
  server.post(
    '/v1/performances/:id/postponement',
    {
      config: operationConfig(postponePerformance),
      schema: {
        operationId: 'postponePerformance',
        summary: 'Move a performance to a later start; who has paid may keep the tickets or hand them back',
        description:
          'Tickets stay good. Until the new start they can be handed back for all that was paid. Asking again for the same start changes nothing.',
        tags,
        params: ById,
        headers: IfMatch,
        body: PostponementBody,
        response: { 200: PostponementView, default: Problem },
      },
    },
    (request, reply) =>
      postpone(request, reply, { id: request.params.id, ...request.body, seen: seenVersions(request) }),
  );

  server.get(
    '/v1/performances/:id/postponement',
    {
      config: { access: seller, problems: ['performance_not_found', 'postponement_not_found'] },
      schema: {
        operationId: 'getPostponement',
        summary: 'What those who have paid say to the new start',
        tags,
        params: ById,
        response: { 200: PostponementView, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await callingOff.postponement(request.params.id, principalOf(request));
      return found.ok ? found.value : problemBody(reply, found);
    },
  );
}
