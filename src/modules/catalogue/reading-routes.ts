import { Type } from 'typebox';
import { anyone, anyoneOrMember } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { sendDocument } from '../../platform/http/conditional.ts';
import { sendCsv, wantsCsv } from '../../platform/http/csv.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, NotModified } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import {
  ConcertPage,
  ConcertQueryString,
  ConcertView,
  OwnConcertsQuery,
  PerformanceView,
} from './contract.ts';
import { seller } from './operations.ts';
import type { Reading } from './reading.ts';
import { TakingsView, takingsCsv } from './takings.ts';

const NOT_PUBLIC =
  'Of a draft only its seller and managers know; of what was hidden also those who have booked it. With a token.';

/** The first of our languages that a reader names; browsers name them by preference. */
function languageOf(header = ''): 'ko' | 'en' {
  return /\b(ko|en)\b/i.exec(header)?.[1]?.toLowerCase() === 'en' ? 'en' : 'ko';
}

/** Concerts and performances. */
export function readingRoutes(server: HttpServer, reading: Reading): void {
  listRoutes(server, reading);
  takingsRoute(server, reading);
  recordRoutes(server, reading);
}

function listRoutes(server: HttpServer, reading: Reading): void {
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
      const language = request.query.language ?? languageOf(request.headers['accept-language']);
      const found = await reading.concerts({ ...request.query, language });
      reply.header('vary', 'Accept-Language');
      if (!found.ok) return problemBody(reply, found);
      return sendDocument(request, reply, found.value);
    },
  );

  server.get(
    '/v1/selling/concerts',
    {
      config: { access: seller },
      schema: {
        operationId: 'listOwnConcerts',
        summary: 'Your concerts, drafts and hidden ones among them, or all for managers; newest first',
        tags: ['Selling'],
        querystring: OwnConcertsQuery,
        response: { 200: ConcertPage, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.ownConcerts(request.query, principalOf(request));
      return found.ok ? found.value : problemBody(reply, found);
    },
  );
}

function takingsRoute(server: HttpServer, reading: Reading): void {
  server.get(
    '/v1/concerts/:id/takings',
    {
      config: { access: seller, problems: ['concert_not_found'] },
      schema: {
        operationId: 'getTakings',
        summary: 'What was paid for your concert, less refunds, by day, performance and grade',
        description: 'As CSV with `Accept: text/csv` or `?format=csv`.',
        tags: ['Selling'],
        params: ById,
        querystring: closed({
          format: Type.Optional(Type.Enum(['json', 'csv'], { description: 'Before what Accept says.' })),
        }),
        response: { 200: TakingsView, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.takings(request.params.id, principalOf(request));
      if (!found.ok) return problemBody(reply, found);
      if (!wantsCsv(request, request.query.format)) return found.value;
      sendCsv(reply, { name: `takings-${request.params.id}.csv`, text: takingsCsv(found.value) });
      return reply;
    },
  );
}

function recordRoutes(server: HttpServer, reading: Reading): void {
  server.get(
    '/v1/concerts/:id',
    {
      config: { access: anyoneOrMember, problems: ['concert_not_found'] },
      schema: {
        operationId: 'getConcert',
        summary: 'A concert with its performances',
        description: NOT_PUBLIC,
        tags: ['Catalogue'],
        params: ById,
        response: { 200: ConcertView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.concert(request.params.id, request.principal);
      if (!found.ok) return problemBody(reply, found);
      return sendDocument(request, reply, found.value);
    },
  );

  server.get(
    '/v1/performances/:id',
    {
      config: { access: anyoneOrMember, problems: ['performance_not_found'] },
      schema: {
        operationId: 'getPerformance',
        summary: 'A performance: its sale, its prices, the seats that remain',
        description: NOT_PUBLIC,
        tags: ['Catalogue'],
        params: ById,
        response: { 200: PerformanceView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.performance(request.params.id, request.principal);
      if (!found.ok) return problemBody(reply, found);
      return sendDocument(request, reply, found.value);
    },
  );
}
