import { principalOf } from '../../platform/http/authentication.ts';
import { IfMatch, seenVersions, withVersion } from '../../platform/http/conditional.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { idempotentWrite } from '../../platform/http/idempotency.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, pageQuery } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { VenueBody, VenuePage, VenuePatch, VenueRemoved, VenueView } from './contract.ts';
import { seller } from './selling-routes.ts';
import type { VenueKeeping } from './venues.ts';
import { venueView } from './views.ts';

/** A plan of 50,000 seats, one run per seat, as drawing programs export them. */
const PLAN_BODY_BYTES = 2 * 1024 * 1024;

/** What sellers and managers do with venues. */
export function venueRoutes(server: HttpServer, venues: VenueKeeping): void {
  collectionRoutes(server, venues);
  readRoute(server, venues);
  changeRoutes(server, venues);
}

function collectionRoutes(server: HttpServer, venues: VenueKeeping): void {
  server.post(
    '/v1/venues',
    {
      bodyLimit: PLAN_BODY_BYTES,
      config: { access: seller, idempotent: true },
      schema: {
        operationId: 'createVenue',
        summary: 'A venue with its stages and their seat plans (2 MB at most)',
        tags: ['Selling'],
        body: VenueBody,
        response: { 201: VenueView, default: Problem },
      },
    },
    async (request, reply) => {
      const write = idempotentWrite<VenueView>(request, 201, (view) => view);
      const result = await venues.addVenue(request.body, { principal: principalOf(request), write });
      if (!result.ok) return problemBody(reply, result);
      return reply.code(201).send(result.value);
    },
  );

  server.get(
    '/v1/venues',
    {
      config: { access: seller },
      schema: {
        operationId: 'listVenues',
        summary: 'Your venues, or all for managers; newest first',
        tags: ['Selling'],
        querystring: closed(pageQuery),
        response: { 200: VenuePage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const rows = await venues.venues(page, principalOf(request));
      return toPage(rows, page.limit, (venue) => [venue.id], venueView);
    },
  );
}

function readRoute(server: HttpServer, venues: VenueKeeping): void {
  server.get(
    '/v1/venues/:id',
    {
      config: { access: seller },
      schema: {
        operationId: 'getVenue',
        summary: 'One of your venues, or any for managers',
        tags: ['Selling'],
        params: ById,
        response: { 200: VenueView, default: Problem },
      },
    },
    async (request, reply) => {
      const result = await venues.venue(request.params.id, principalOf(request));
      return result.ok ? withVersion(reply, result.value) : problemBody(reply, result);
    },
  );
}

function changeRoutes(server: HttpServer, venues: VenueKeeping): void {
  server.patch(
    '/v1/venues/:id',
    {
      bodyLimit: PLAN_BODY_BYTES,
      config: { access: seller, idempotent: true },
      schema: {
        operationId: 'changeVenue',
        summary:
          'Change a venue and its stages; which seats there are, until the first sale on the stage is near',
        tags: ['Selling'],
        params: ById,
        headers: IfMatch,
        body: VenuePatch,
        response: { 200: VenueView, default: Problem },
      },
    },
    async (request, reply) => {
      const write = idempotentWrite<VenueView>(request, 200, (view) => view);
      const by = { principal: principalOf(request), write, seen: seenVersions(request) };
      const result = await venues.changeVenue(request.params.id, request.body, by);
      return result.ok ? withVersion(reply, result.value) : problemBody(reply, result);
    },
  );

  server.delete(
    '/v1/venues/:id',
    {
      config: { access: seller, idempotent: true },
      schema: {
        operationId: 'removeVenue',
        summary: 'Remove a venue that no performance plays at',
        tags: ['Selling'],
        params: ById,
        response: { 204: VenueRemoved, default: Problem },
      },
    },
    async (request, reply) => {
      const write = idempotentWrite<void>(request, 204, () => undefined);
      const by = { principal: principalOf(request), write };
      const result = await venues.removeVenue(request.params.id, by);
      if (!result.ok) return problemBody(reply, result);
      reply.code(204);
      return null;
    },
  );
}
