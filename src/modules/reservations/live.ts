import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { ownerOf } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { type EventStream, lastEventId, openEventStream } from '../../platform/http/event-stream.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { type ReservationChange, tellChange } from './history.ts';
import { type ReservationStatus, reservationTransitions } from './model.ts';
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
        const past = await service.changes(id);
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
  const early: ReservationChange[] = [];
  let listener = (change: ReservationChange): void => void early.push(change);
  const stop = streams.watch(id, (change) => listener(change));
  return {
    stop,
    deliver(push: (change: ReservationChange) => void) {
      for (const change of early) push(change);
      listener = push;
    },
  };
}

/** Writes each change once, in order, and ends the stream with the reservation. */
function createFeed(stream: EventStream) {
  let position = 0;
  let status: ReservationStatus = reservationTransitions.initial;

  const endIfFinal = (): void => {
    if (reservationTransitions.isFinal(status)) stream.close();
  };
  const advance = (change: ReservationChange) => {
    const entry = tellChange(change);
    position = change.position;
    status = entry.status;
    return entry;
  };
  const push = (change: ReservationChange): void => {
    if (change.position <= position) return;
    const entry = advance(change);
    stream.send('status', entry, position);
    endIfFinal();
  };

  return {
    push,
    /** The state as it is now; what led to it is told by the history. */
    begin(view: object, past: readonly ReservationChange[]): void {
      const last = past.at(-1);
      if (last) advance(last);
      stream.send('reservation', view, position);
      endIfFinal();
    },
    resume(past: readonly ReservationChange[], from: number): void {
      for (const change of past) {
        if (change.position <= from) advance(change);
        else push(change);
      }
      endIfFinal();
    },
  };
}

function resumePosition(request: FastifyRequest): number | undefined {
  const id = lastEventId(request);
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}
