import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import { readResume, streamTopic } from '../../platform/live/sse/stream-topic.ts';
import { StatsPage } from './contract.ts';
import { figuresAccess } from './live.ts';
import type { Recorder } from './recorder.ts';

const access = figuresAccess;
const tags = ['Operations'];

type FigureRouteDeps = { readonly recorder: Recorder; readonly hub: Hub; readonly clock: Clock };

/** How those who run the system see it work. */
export function monitoringRoutes(server: HttpServer, { recorder, hub, clock }: FigureRouteDeps): void {
  server.get(
    '/v1/operations/figures',
    {
      config: { access },
      schema: {
        operationId: 'getFigures',
        summary: 'How the system stands: rooms, holds, payments, events; with the last ten minutes',
        tags,
        response: { 200: StatsPage, default: Problem },
      },
    },
    () => recorder.page(),
  );

  server.get(
    '/v1/operations/figures/stream',
    {
      config: { access },
      schema: {
        operationId: 'streamStats',
        summary: 'The stats once a second, as Server-Sent Events',
        description:
          'Events: `figures` (`latest` of GET /v1/operations/figures) each second. Before them `history` (points of the last ten minutes, or of those after Last-Event-ID), where what was missed cannot be told event by event.',
        tags,
        response: {
          200: { content: { 'text/event-stream': { schema: Type.String() } } },
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const { expiresAt } = principalOf(request);
      const { after } = readResume(request);
      const { topic, whole } = recorder;
      return streamTopic(request, reply, { topic, whole, after, hub, clock, expiresAt });
    },
  );
}
