import { IfMatch, seenVersions, withVersion } from '../../platform/http/conditional.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import {
  ConcertBody,
  ConcertPatch,
  ConcertView,
  PerformanceBody,
  PerformancePatch,
  PerformanceRemoved,
  PerformanceView,
} from './contract.ts';
import type { SellingOperations } from './operations.ts';

/** What sellers and managers do with concerts and their performances. */
export function sellingRoutes(server: HttpServer, operations: SellingOperations): void {
  concertRoutes(server, operations);
  performanceRoutes(server, operations);
}

function concertRoutes(server: HttpServer, operations: SellingOperations): void {
  const create = operationRoute(operations.createConcert, { status: 201 });
  const change = operationRoute(operations.changeConcert, { status: 200, head: withVersion });
  server.post(
    '/v1/concerts',
    {
      config: operationConfig(operations.createConcert),
      schema: {
        operationId: 'createConcert',
        summary: 'A concert, still without performances',
        tags: ['Selling'],
        body: ConcertBody,
        response: { 201: ConcertView, default: Problem },
      },
    },
    (request, reply) => create(request, reply, request.body),
  );

  server.patch(
    '/v1/concerts/:id',
    {
      config: operationConfig(operations.changeConcert),
      schema: {
        operationId: 'changeConcert',
        summary: 'Change what is said of a concert, and who may see it',
        tags: ['Selling'],
        params: ById,
        headers: IfMatch,
        body: ConcertPatch,
        response: { 200: ConcertView, default: Problem },
      },
    },
    (request, reply) =>
      change(request, reply, { id: request.params.id, patch: request.body, seen: seenVersions(request) }),
  );
}

function performanceRoutes(server: HttpServer, operations: SellingOperations): void {
  const create = operationRoute(operations.createPerformance, { status: 201 });
  const change = operationRoute(operations.changePerformance, { status: 200, head: withVersion });
  const remove = operationRoute(operations.removePerformance, { status: 204 });
  server.post(
    '/v1/concerts/:id/performances',
    {
      config: operationConfig(operations.createPerformance),
      schema: {
        operationId: 'createPerformance',
        summary: 'One dated show of a concert, on one of your stages',
        tags: ['Selling'],
        params: ById,
        body: PerformanceBody,
        response: { 201: PerformanceView, default: Problem },
      },
    },
    (request, reply) => create(request, reply, { concertId: request.params.id, body: request.body }),
  );

  server.patch(
    '/v1/performances/:id',
    {
      config: operationConfig(operations.changePerformance),
      schema: {
        operationId: 'changePerformance',
        summary:
          'Change a performance; prices for later holds only, its stage never, its start until a seat is taken',
        tags: ['Selling'],
        params: ById,
        headers: IfMatch,
        body: PerformancePatch,
        response: { 200: PerformanceView, default: Problem },
      },
    },
    (request, reply) =>
      change(request, reply, { id: request.params.id, patch: request.body, seen: seenVersions(request) }),
  );

  server.delete(
    '/v1/performances/:id',
    {
      config: operationConfig(operations.removePerformance),
      schema: {
        operationId: 'removePerformance',
        summary: 'Take back a performance of which nothing was ever sold',
        description:
          'While it is on sale the answer takes a second: who holds a seat meanwhile keeps it, and it stays.',
        tags: ['Selling'],
        params: ById,
        response: { 204: PerformanceRemoved, default: Problem },
      },
    },
    (request, reply) => remove(request, reply, { id: request.params.id }),
  );
}
