import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { roles } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { lastEventId, openEventStream } from '../../platform/http/event-stream.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { FigurePage, type Figures } from './contract.ts';
import type { Recorder } from './recorder.ts';

const access = roles(['manager']);
const tags = ['Operations'];

/** How those who run the system see it work. */
export function operationsRoutes(server: HttpServer, recorder: Recorder, clock: Clock): void {
  server.get(
    '/v1/operations/figures',
    {
      config: { access },
      schema: {
        operationId: 'getFigures',
        summary: 'How the system stands: rooms, claims, payments, events; with the last ten minutes',
        tags,
        response: { 200: FigurePage, default: Problem },
      },
    },
    () => recorder.page(),
  );

  server.get(
    '/v1/operations/figures/stream',
    {
      config: { access },
      schema: {
        operationId: 'streamFigures',
        summary: 'The figures once a second, as Server-Sent Events',
        description:
          'Events: `history` (points of the last ten minutes, or of those after Last-Event-ID), then `figures` (`latest` of GET /v1/operations/figures) each second.',
        tags,
        response: {
          200: { content: { 'text/event-stream': { schema: Type.String() } } },
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const { expiresAt } = principalOf(request);
      const stream = openEventStream(request, reply, { clock, expiresAt });
      const points = recorder.since(readId(lastEventId(request)));
      const { latest } = recorder.page();
      stream.send('history', points, latest ? idOf(latest) : 0);
      if (latest) stream.send('figures', latest, idOf(latest));
      stream.onClose(recorder.listen((figures) => stream.send('figures', figures, idOf(figures))));
      return reply;
    },
  );
}

/** The moment of the figures, epoch ms: it means the same to the next process. */
function idOf({ point }: Figures): number {
  return Date.parse(point.at);
}

function readId(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
