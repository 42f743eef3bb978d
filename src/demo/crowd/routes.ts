import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { roles } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import { PolledTopics } from '../../platform/live/polled-topics.ts';
import { readResume, streamTopic } from '../../platform/live/sse/stream-topic.ts';
import { CrowdBody, CrowdView } from './contract.ts';
import type { Crowds } from './crowds.ts';

const config = { access: roles(['manager']) };
const tags = ['Demo'];
const LOOK_EVERY_MS = 500;

type CrowdRouteDeps = { readonly hub: Hub; readonly clock: Clock };

/** In demo mode only: a crowd that managers send, watch and send away. There is one at a time. */
export function crowdRoutes(server: HttpServer, crowds: Crowds, deps: CrowdRouteDeps): void {
  controlRoutes(server, crowds);
  watchRoutes(server, crowds, deps);
}

function controlRoutes(server: HttpServer, crowds: Crowds): void {
  server.post(
    '/v1/demo/crowds',
    {
      config: { ...config, problems: ['performance_not_found', 'sales_closed', 'crowd_running'] },
      schema: {
        operationId: 'sendCrowd',
        summary: 'Sends fans to a performance: they stand in line, choose seats and pay, over HTTP',
        description: 'In demo mode only. They are made for it, and the points that they pay with as well.',
        tags,
        body: CrowdBody,
        response: { 201: CrowdView, default: Problem },
      },
    },
    async (request, reply) => {
      const started = await crowds.start(request.body, principalOf(request).accountId);
      if (!started.ok) return problemBody(reply, started);
      return reply.code(201).send(started.value);
    },
  );

  server.delete(
    '/v1/demo/crowds/current',
    {
      config,
      schema: {
        operationId: 'stopCrowd',
        summary: 'Sends the crowd away; who stands in line falls silent there',
        tags,
        response: { 200: CrowdView, default: Problem },
      },
    },
    () => crowds.stop(),
  );
}

function watchRoutes(server: HttpServer, crowds: Crowds, { hub, clock }: CrowdRouteDeps): void {
  const views = new PolledTopics({ hub, clock, event: 'crowd', everyMs: LOOK_EVERY_MS });
  server.get(
    '/v1/demo/crowds/current',
    {
      config,
      schema: {
        operationId: 'getCrowd',
        summary: 'How the crowd fares that was sent last',
        tags,
        response: { 200: CrowdView, default: Problem },
      },
    },
    () => crowds.view(),
  );

  server.get(
    '/v1/demo/crowds/current/stream',
    {
      config,
      schema: {
        operationId: 'streamCrowd',
        summary: 'How the crowd fares, as Server-Sent Events',
        description:
          'Event: `crowd` (the body of GET …/current), twice a second where anything changed. Last-Event-ID names what you have: it is not sent again.',
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
      const topic = await views.open('demo/crowd', () => crowds.view());
      return streamTopic(request, reply, { topic, after, hub, clock, expiresAt });
    },
  );
}
