import { principalOf } from '../../platform/http/authentication.ts';
import { IfMatch, seenVersions, withVersion } from '../../platform/http/conditional.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, pageQuery } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { type SellingOperations, seller } from './operations.ts';
import { VenueBody, VenuePage, VenuePatch, VenueRemoved, VenueView } from './venue-contract.ts';
import type { VenueKeeping } from './venues.ts';
import { venueView } from './views.ts';

/** A plan of 50,000 seats, one run per seat, as drawing programs export them. */
const PLAN_BODY_BYTES = 2 * 1024 * 1024;

/** What sellers and managers do with venues. */
export function venueRoutes(server: HttpServer, venues: VenueKeeping, operations: SellingOperations): void {
  collectionRoutes(server, venues, operations);
  readRoute(server, venues);
  changeRoutes(server, operations);
}

function collectionRoutes(server: HttpServer, venues: VenueKeeping, operations: SellingOperations): void {
  const create = operationRoute(operations.createVenue, { status: 201 });
  server.post(
    '/v1/venues',
    {
      bodyLimit: PLAN_BODY_BYTES,
      config: operationConfig(operations.createVenue),
      schema: {
        operationId: 'createVenue',
        summary: 'A venue with its stages and their seat plans (2 MB at most)',
        tags: ['Selling'],
        body: VenueBody,
        response: { 201: VenueView, default: Problem },
      },
    },
    (request, reply) => create(request, reply, request.body),
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
      config: { access: seller, problems: ['venue_not_found'] },
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

function changeRoutes(server: HttpServer, operations: SellingOperations): void {
  const change = operationRoute(operations.changeVenue, { status: 200, head: withVersion });
  const remove = operationRoute(operations.removeVenue, { status: 204 });
  server.patch(
    '/v1/venues/:id',
    {
      bodyLimit: PLAN_BODY_BYTES,
      config: operationConfig(operations.changeVenue),
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
    (request, reply) =>
      change(request, reply, { id: request.params.id, patch: request.body, seen: seenVersions(request) }),
  );

  server.delete(
    '/v1/venues/:id',
    {
      config: operationConfig(operations.removeVenue),
      schema: {
        operationId: 'removeVenue',
        summary: 'Remove a venue that no performance plays at',
        tags: ['Selling'],
        params: ById,
        response: { 204: VenueRemoved, default: Problem },
      },
    },
    (request, reply) => remove(request, reply, { id: request.params.id }),
  );
}
