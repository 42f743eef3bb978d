import { type Static, Type } from 'typebox';
import { roles } from '../auth/access.ts';
import { Problem } from '../http/problem.ts';
import { pageOf, Time } from '../http/schemas.ts';
import type { HttpServer } from '../http/server.ts';
import type { ConsumerStatus, EventFeed } from './feed.ts';

const ConsumerView = Type.Object(
  {
    name: Type.String(),
    kind: Type.Enum(['durable', 'follower'], {
      title: 'ConsumerKind',
      description: 'A durable consumer saves how far it has got; a follower keeps something in memory.',
    }),
    position: Type.Integer({ description: 'How far it has got in the feed.' }),
    lag: Type.Integer({ description: 'How far the feed has been read beyond that.' }),
    attempts: Type.Integer({
      description: 'How often in a row the batch at hand has failed; 0: all is well.',
    }),
    lastError: Type.Union([Type.String(), Type.Null()]),
    failingSince: Type.Union([Time, Type.Null()]),
    failedPosition: Type.Union([Type.Integer(), Type.Null()]),
  },
  { title: 'EventConsumer' },
);

/** How those who run the system see what follows the event feed. */
export function eventRoutes(server: HttpServer, feed: Pick<EventFeed, 'consumers'>): void {
  server.get(
    '/v1/events/consumers',
    {
      config: { access: roles(['manager']) },
      schema: {
        operationId: 'listEventConsumers',
        summary: 'Where every consumer of the event feed stands, and what it is stuck at',
        tags: ['Events'],
        response: { 200: pageOf(ConsumerView), default: Problem },
      },
    },
    async () => ({ items: (await feed.consumers()).map(consumerView), nextCursor: null }),
  );
}

function consumerView(status: ConsumerStatus): Static<typeof ConsumerView> {
  const { name, kind, position, lag, failure } = status;
  return {
    name,
    kind,
    position,
    lag,
    attempts: failure?.attempts ?? 0,
    lastError: failure?.error ?? null,
    failingSince: failure ? new Date(failure.since).toISOString() : null,
    failedPosition: failure?.position ?? null,
  };
}
