import { roles } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { IfMatch, seenVersions, withVersion } from '../../platform/http/conditional.ts';
import { idempotentWrite } from '../../platform/http/idempotency.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
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
import type { Selling } from './selling.ts';

export const seller = roles(['seller', 'manager'], 'sellers: their own');

/** What sellers and managers do with concerts and their performances. */
export function sellingRoutes(server: HttpServer, selling: Selling): void {
  concertRoutes(server, selling);
  performanceRoutes(server, selling);
}

function concertRoutes(server: HttpServer, selling: Selling): void {
  server.post(
    '/v1/concerts',
    {
      config: { access: seller, idempotent: true },
      schema: {
        operationId: 'createConcert',
        summary: 'A concert, still without performances',
        tags: ['Selling'],
        body: ConcertBody,
        response: { 201: ConcertView, default: Problem },
      },
    },
    async (request, reply) => {
      const write = idempotentWrite<ConcertView>(request, 201, (view) => view);
      const by = { principal: principalOf(request), write };
      return reply.code(201).send(await selling.addConcert(request.body, by));
    },
  );

  server.patch(
    '/v1/concerts/:id',
    {
      config: { access: seller, idempotent: true },
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
    async (request, reply) => {
      const write = idempotentWrite<ConcertView>(request, 200, (view) => view);
      const by = { principal: principalOf(request), write, seen: seenVersions(request) };
      const result = await selling.changeConcert(request.params.id, request.body, by);
      return result.ok ? withVersion(reply, result.value) : problemBody(reply, result);
    },
  );
}

function performanceRoutes(server: HttpServer, selling: Selling): void {
  server.post(
    '/v1/concerts/:id/performances',
    {
      config: { access: seller, idempotent: true },
      schema: {
        operationId: 'createPerformance',
        summary: 'One dated show of a concert, on one of your stages',
        tags: ['Selling'],
        params: ById,
        body: PerformanceBody,
        response: { 201: PerformanceView, default: Problem },
      },
    },
    async (request, reply) => {
      const write = idempotentWrite<PerformanceView>(request, 201, (view) => view);
      const by = { principal: principalOf(request), write };
      const result = await selling.addPerformance(request.params.id, request.body, by);
      if (!result.ok) return problemBody(reply, result);
      return reply.code(201).send(result.value);
    },
  );

  server.patch(
    '/v1/performances/:id',
    {
      config: { access: seller, idempotent: true },
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
    async (request, reply) => {
      const write = idempotentWrite<PerformanceView>(request, 200, (view) => view);
      const by = { principal: principalOf(request), write, seen: seenVersions(request) };
      const result = await selling.changePerformance(request.params.id, request.body, by);
      return result.ok ? withVersion(reply, result.value) : problemBody(reply, result);
    },
  );

  server.delete(
    '/v1/performances/:id',
    {
      config: { access: seller, idempotent: true },
      schema: {
        operationId: 'removePerformance',
        summary: 'Take back a performance of which nothing was ever sold',
        description:
          'While it is on sale the answer takes a second: who claims a seat meanwhile keeps it, and it stays.',
        tags: ['Selling'],
        params: ById,
        response: { 204: PerformanceRemoved, default: Problem },
      },
    },
    async (request, reply) => {
      const write = idempotentWrite<void>(request, 204, () => undefined);
      const by = { principal: principalOf(request), write };
      const result = await selling.removePerformance(request.params.id, by);
      if (!result.ok) return problemBody(reply, result);
      reply.code(204);
      return null;
    },
  );
}
