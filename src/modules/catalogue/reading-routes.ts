import { Type } from 'typebox';
import { sendDocument } from '../../platform/http/conditional.ts';
import { anyone } from '../../platform/http/principal.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { ConcertPage, ConcertQueryString, ConcertView, PerformanceView } from './contract.ts';
import type { Reading } from './reading.ts';

/** For readers that sent the ETag of what they have. */
export const NotModified = Type.Null({ description: 'You have this version.' });

/** Concerts and performances. */
export function readingRoutes(server: HttpServer, reading: Reading): void {
  server.get(
    '/v1/concerts',
    {
      config: { access: anyone },
      schema: {
        operationId: 'listConcerts',
        summary: 'Concerts, searched, filtered and in order',
        tags: ['Catalogue'],
        querystring: ConcertQueryString,
        response: { 200: ConcertPage, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.concerts(request.query);
      if (!found.ok) return problemBody(reply, found);
      return sendDocument(request, reply, found.value);
    },
  );

  server.get(
    '/v1/concerts/:id',
    {
      config: { access: anyone },
      schema: {
        operationId: 'getConcert',
        summary: 'A concert with its performances',
        tags: ['Catalogue'],
        params: ById,
        response: { 200: ConcertView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.concert(request.params.id);
      if (!found.ok) return problemBody(reply, found);
      return sendDocument(request, reply, found.value);
    },
  );

  server.get(
    '/v1/performances/:id',
    {
      config: { access: anyone },
      schema: {
        operationId: 'getPerformance',
        summary: 'A performance: its sale, its prices, the seats that remain',
        tags: ['Catalogue'],
        params: ById,
        response: { 200: PerformanceView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.performance(request.params.id);
      if (!found.ok) return problemBody(reply, found);
      return sendDocument(request, reply, found.value);
    },
  );
}
