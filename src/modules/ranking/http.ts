import { Type } from 'typebox';
import { anyone } from '../../platform/auth/access.ts';
import { type Document, sendDocument } from '../../platform/http/conditional.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { FastestQuery, FastestView, SellingNowQuery, SellingNowView } from './contract.ts';

export type RankingReads = {
  sellingNow(query: SellingNowQuery): Promise<Document>;
  fastestSoldOut(query: FastestQuery): Promise<Document>;
};

const NotModified = Type.Null({ description: 'You have this version.' });

export function rankingRoutes(server: HttpServer, ranking: RankingReads): void {
  server.get(
    '/v1/rankings/selling-now',
    {
      config: { access: anyone },
      schema: {
        operationId: 'rankSellingNow',
        summary: 'What sold most in the last minutes',
        tags: ['Rankings'],
        querystring: SellingNowQuery,
        response: { 200: SellingNowView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => sendDocument(request, reply, await ranking.sellingNow(request.query)),
  );

  server.get(
    '/v1/rankings/fastest-sold-out',
    {
      config: { access: anyone },
      schema: {
        operationId: 'rankFastestSoldOut',
        summary: 'What was sold out soonest after its opening',
        tags: ['Rankings'],
        querystring: FastestQuery,
        response: { 200: FastestView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => sendDocument(request, reply, await ranking.fastestSoldOut(request.query)),
  );
}
