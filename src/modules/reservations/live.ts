import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { ok, type Result } from '../../kernel/result.ts';
import { ownerOf } from '../../platform/auth/access.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { type Follower, follower } from '../../platform/events/event.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import { jsonContent } from '../../platform/live/message.ts';
import { readResume, stopReconnecting, streamTopic } from '../../platform/live/sse/stream-topic.ts';
import type { Ending, Topic } from '../../platform/live/topic.ts';
import type { Followed, ResumeFrom } from '../../platform/live/view.ts';
import { CHANGE_EVENTS, type ReservationChange, tellChange } from './history.ts';
import { reservationTransitions } from './model.ts';
import type { ReservationsService } from './service.ts';
import { toView } from './view.ts';

export type ReservationTopicsDeps = {
  readonly service: Pick<ReservationsService, 'get' | 'changes'>;
  readonly hub: Hub;
  readonly clock: Clock;
};

type Live = {
  readonly topic: Topic;
  /** People on their way to it. */
  opening: number;
  /** What changed before the past was loaded; undefined afterwards. */
  early: ReservationChange[] | undefined;
  /** Of the last change that was told. */
  position: number;
};

const ENDED: Ending = { reason: 'reservation-ended', reconnect: false };
const UNFOLLOWED: Ending = { reason: 'unfollowed', reconnect: true };

/**
 * A topic for each reservation that somebody follows: how it changed so far, and how it changes. Its epoch is the
 * reservation, its offsets count changes, which are on record: so one can resume anywhere, also after a restart.
 */
export class ReservationTopics {
  readonly follower: Follower = follower({
    name: 'reservations.streams',
    types: CHANGE_EVENTS,
    apply: (changes) => {
      // Looking a subject up costs its hash: a sale has thousands of events a second.
      if (this.#live.size === 0) return;
      for (const change of changes) {
        const live = this.#live.get(change.subject);
        if (live?.early) live.early.push(change);
        else if (live) this.#tell(live, change);
      }
    },
  });
  readonly #deps: ReservationTopicsDeps;
  readonly #live = new Map<string, Live>();

  constructor(deps: ReservationTopicsDeps) {
    this.#deps = deps;
  }

  /** Access rests on the owner, who stays, and on roles, with which the token ends: it is decided here once. */
  async open(id: string, principal: Principal, from: ResumeFrom): Promise<Result<Followed>> {
    const live = this.#live.get(id) ?? this.#add(id);
    live.opening += 1;
    try {
      // The past before the present: what falls between the two is told twice, not never.
      const past = await this.#deps.service.changes(id);
      const found = await this.#deps.service.get(id, principal);
      if (!found.ok) return found;
      for (const change of [...past, ...(live.early ?? [])]) this.#tell(live, change);
      live.early = undefined;
      const view = jsonContent('reservation', toView(found.value, this.#deps.clock.now()));
      return ok({ topic: live.topic, ...from, whole: () => [view] });
    } finally {
      live.opening -= 1;
      if (live.early) this.#dropQuiet(id, live);
    }
  }

  #add(id: string): Live {
    const topic = this.#deps.hub.open(`reservations/${id}`, { epoch: id });
    const live: Live = { topic, opening: 0, early: [], position: 0 };
    topic.onSize = () => this.#dropQuiet(id, live);
    this.#live.set(id, live);
    return live;
  }

  /** Tells each change once, in order, and ends the topic with the reservation. */
  #tell(live: Live, change: ReservationChange): void {
    if (change.position <= live.position) return;
    const entry = tellChange(change);
    live.position = change.position;
    live.topic.publish(jsonContent('status', entry));
    if (reservationTransitions.isFinal(entry.status)) this.#deps.hub.close(live.topic, ENDED);
  }

  #dropQuiet(id: string, live: Live): void {
    if (live.topic.size + live.opening > 0 || this.#live.get(id) !== live) return;
    this.#live.delete(id);
    this.#deps.hub.close(live.topic, UNFOLLOWED);
  }
}

type StreamDeps = { readonly topics: ReservationTopics; readonly hub: Hub; readonly clock: Clock };

/** `GET /v1/reservations/{id}/stream`. */
export function streamRoute(server: HttpServer, { topics, hub, clock }: StreamDeps): void {
  server.get(
    '/v1/reservations/:id/stream',
    {
      config: {
        access: ownerOf('the reservation, or its performance, or is a manager'),
        problems: ['reservation_not_found'],
      },
      schema: {
        operationId: 'streamReservation',
        summary: 'The changes of a reservation as Server-Sent Events',
        description:
          'Events: `reservation` (the body of GET, first), `status` (an entry of the history), `closed` (`reason`: reservation-ended), after which nothing comes. Resumes with Last-Event-ID.',
        tags: ['Reservations'],
        params: ById,
        response: {
          200: { content: { 'text/event-stream': { schema: Type.String() } } },
          204: Type.Null({ description: 'It has ended: do not reconnect.' }),
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { hasEnded, ...from } = readResume(request);
      if (hasEnded) return stopReconnecting(reply);
      const opened = await topics.open(request.params.id, principal, from);
      if (!opened.ok) return problemBody(reply, opened);
      return streamTopic(request, reply, { ...opened.value, hub, clock, expiresAt: principal.expiresAt });
    },
  );
}
