import { refuse } from '../../kernel/result.ts';
import { roles } from '../../platform/auth/access.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, pageQuery } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import {
  DeadLetterGroupPage,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterView,
  DiscardBody,
  DiscardedView,
  RedriveAccepted,
  RedriveBody,
  RedrivePage,
  RedriveView,
} from './contract.ts';
import type { DeadLetterOperations } from './operations.ts';
import type { DeadLetters } from './ports.ts';
import { groupView, type KnownConsumer, letterView, redriveView, summaryView } from './views.ts';

const access = roles(['manager']);
const tags = ['Dead letters'];
const DEFAULT_LIMIT = 20;

export type DeadLetterRouteDeps = {
  readonly letters: Pick<DeadLetters, 'groups' | 'list' | 'find' | 'findRedrive' | 'redrives'>;
  readonly operations: DeadLetterOperations;
  readonly consumerOf: (name: string) => KnownConsumer;
};

export function deadLetterRoutes(server: HttpServer, deps: DeadLetterRouteDeps): void {
  letterRoutes(server, deps);
  redriveRoutes(server, deps);
  writeRoutes(server, deps.operations);
}

function letterRoutes(server: HttpServer, { letters, consumerOf }: DeadLetterRouteDeps): void {
  server.get(
    '/v1/dead-letters/groups',
    {
      config: { access },
      schema: {
        operationId: 'listDeadLetterGroups',
        summary: 'What consumers could not take, by consumer and cause, the most first',
        tags,
        response: { 200: DeadLetterGroupPage, default: Problem },
      },
    },
    async () => ({
      items: (await letters.groups()).map((group) => groupView(group, consumerOf(group.consumer))),
      nextCursor: null,
    }),
  );

  server.get(
    '/v1/dead-letters',
    {
      config: { access },
      schema: {
        operationId: 'listDeadLetters',
        summary: 'Dead letters, newest first',
        tags,
        querystring: DeadLetterQuery,
        response: { 200: DeadLetterPage, default: Problem },
      },
    },
    async (request, reply) => {
      const { cursor, limit = DEFAULT_LIMIT, consumer, cause, state } = request.query;
      const before = cursor === undefined ? undefined : decodeCursor(cursor, ['number'])?.[0];
      if (cursor !== undefined && typeof before !== 'number') return refuseCursor(reply);
      const found = await letters.list({
        consumer,
        cause,
        state,
        limit: limit + 1,
        before: Number(before ?? Number.MAX_SAFE_INTEGER),
      });
      return toPage(found, limit, ({ seq }) => [seq], summaryView);
    },
  );

  server.get(
    '/v1/dead-letters/:id',
    {
      config: { access, problems: ['dead_letter_not_found'] },
      schema: {
        operationId: 'getDeadLetter',
        summary: 'A dead letter with its event, and its place in its key',
        tags,
        params: ById,
        response: { 200: DeadLetterView, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await letters.find(request.params.id);
      return found ? letterView(found) : problemBody(reply, refuse('dead_letter_not_found'));
    },
  );
}

function redriveRoutes(server: HttpServer, { letters }: DeadLetterRouteDeps): void {
  server.get(
    '/v1/dead-letters/redrives',
    {
      config: { access },
      schema: {
        operationId: 'listRedrives',
        summary: 'Redrives and dry runs, newest first',
        tags,
        querystring: closed(pageQuery),
        response: { 200: RedrivePage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const rows = await letters.redrives(page);
      return toPage(
        rows,
        page.limit,
        ({ id }) => [id],
        (redrive) => redriveView(redrive, redrive.newFailures),
      );
    },
  );

  server.get(
    '/v1/dead-letters/redrives/:id',
    {
      config: { access, problems: ['redrive_not_found'] },
      schema: {
        operationId: 'getRedrive',
        summary: 'How a redrive stands, or what a dry run came to',
        tags,
        params: ById,
        response: { 200: RedriveView, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await letters.findRedrive(request.params.id);
      return found ? redriveView(found, found.newFailures) : problemBody(reply, refuse('redrive_not_found'));
    },
  );
}

function writeRoutes(server: HttpServer, operations: DeadLetterOperations): void {
  const { redriveDeadLetters, discardDeadLetters, stopRedrive } = operations;
  const redrive = operationRoute(redriveDeadLetters, { status: 202 });
  server.post(
    '/v1/dead-letters/redrives',
    {
      config: operationConfig(redriveDeadLetters),
      schema: {
        operationId: 'redriveDeadLetters',
        summary: 'Apply dead letters again, or try one without effect',
        description:
          'Works behind the answer at the rate asked for: ask `GET /v1/dead-letters/redrives/{id}`. Each key is applied in order, with what waits in it, each event once; where one fails again its key stays parked. It stops by itself when, of at least 20, more than 5% fail again.',
        tags,
        body: RedriveBody,
        response: { 202: RedriveAccepted, default: Problem },
      },
    },
    (request, reply) => redrive(request, reply, request.body),
  );

  const stop = operationRoute(stopRedrive, { status: 204 });
  server.delete(
    '/v1/dead-letters/redrives/:id',
    {
      config: operationConfig(stopRedrive),
      schema: {
        operationId: 'stopRedrive',
        summary: 'Stop a redrive; what it has not come to stays parked',
        tags,
        params: ById,
        response: { 204: { type: 'null', description: 'It does nothing more.' }, default: Problem },
      },
    },
    (request, reply) => stop(request, reply, request.params),
  );

  const discard = operationRoute(discardDeadLetters, { status: 200 });
  server.post(
    '/v1/dead-letters/discards',
    {
      config: operationConfig(discardDeadLetters),
      schema: {
        operationId: 'discardDeadLetters',
        summary: 'Give dead letters up, with a reason',
        description:
          'They never take effect. What waited behind them follows, unless another one of the key is parked. Those that a redrive is at are left alone.',
        tags,
        body: DiscardBody,
        response: { 200: DiscardedView, default: Problem },
      },
    },
    (request, reply) => discard(request, reply, request.body),
  );
}
