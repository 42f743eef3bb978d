import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { ownerOf } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { type EventStream, lastEventId, openEventStream } from '../../platform/http/event-stream.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { tellHappening, tellHistory } from './history.ts';
import { type ReservationStatus, reservationTransitions } from './model.ts';
import type { ReservationHappening } from './ports.ts';
import type { ReservationsService } from './service.ts';
import type { ReservationStreams } from './streams.ts';
import { toView } from './view.ts';

type StreamDeps = { readonly streams: ReservationStreams; readonly clock: Clock };

/**
 * `GET /v1/reservations/{id}/stream`: the reservation as it is (`reservation`), then every change of it
 * (`status`), until it ends. A client that comes back with Last-Event-ID gets what it missed instead.
 */
export function streamRoute(server: HttpServer, service: ReservationsService, deps: StreamDeps): void {
  server.get(
    '/v1/reservations/:id/stream',
    {
      config: { access: ownerOf('the reservation, or its performance, or is a manager') },
      schema: {
        operationId: 'streamReservation',
        summary: 'The changes of a reservation as Server-Sent Events',
        description:
          'Events: `reservation` (the body of GET, first), `status` (an entry of the history). Ends when the reservation has ended. Resumes with Last-Event-ID.',
        tags: ['Reservations'],
        produces: ['text/event-stream'],
        params: ById,
        response: { default: Problem },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id } = request.params;
      const watch = createWatch(deps.streams, id);
      try {
        // The past before the present: what falls between the two is told twice, not never.
        const past = await service.happenings(id);
        const found = await service.get(id, principal);
        if (!found.ok) {
          watch.stop();
          return problemBody(reply, found);
        }
        const resumeFrom = resumePosition(request);
        const view = toView(found.value, deps.clock.now());
        const stream = openEventStream(request, reply, { clock: deps.clock, expiresAt: principal.expiresAt });
        stream.onClose(watch.stop);
        const feed = createFeed(stream);
        if (resumeFrom === undefined) feed.begin(view, past);
        else feed.resume(past, resumeFrom);
        watch.deliver(feed.push);
        return undefined;
      } catch (error) {
        watch.stop();
        throw error;
      }
    },
  );
}

/** Keeps what happens between the first look and the first word, so that nothing falls in between. */
function createWatch(streams: ReservationStreams, id: string) {
  const early: ReservationHappening[] = [];
  let listener = (happening: ReservationHappening): void => void early.push(happening);
  const stop = streams.watch(id, (happening) => listener(happening));
  return {
    stop,
    deliver(push: (happening: ReservationHappening) => void) {
      for (const happening of early) push(happening);
      listener = push;
    },
  };
}

/** Writes each happening once, in order, and ends the stream with the reservation. */
function createFeed(stream: EventStream) {
  let position = 0;
  let status: ReservationStatus = reservationTransitions.initial;

  const endIfFinal = (): void => {
    if (reservationTransitions.isFinal(status)) stream.close();
  };
  const advance = (happening: ReservationHappening) => {
    const entry = tellHappening(happening, status);
    position = happening.position;
    status = entry.status;
    return entry;
  };
  const push = (happening: ReservationHappening): void => {
    if (happening.position <= position) return;
    const entry = advance(happening);
    stream.send('status', entry, position);
    endIfFinal();
  };

  return {
    push,
    /** The state as it is now; what led to it is told by the history. */
    begin(view: object, past: readonly ReservationHappening[]): void {
      position = past.at(-1)?.position ?? 0;
      status = tellHistory(past).at(-1)?.status ?? status;
      stream.send('reservation', view, position);
      endIfFinal();
    },
    resume(past: readonly ReservationHappening[], from: number): void {
      for (const happening of past) {
        if (happening.position <= from) advance(happening);
        else push(happening);
      }
      endIfFinal();
    },
  };
}

function resumePosition(request: FastifyRequest): number | undefined {
  const id = lastEventId(request);
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}
