import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../kernel/clock.ts';
import type { Hub } from '../hub.ts';
import type { Ending, LiveSubscriber } from '../topic.ts';
import type { Followed, ResumeFrom } from '../view.ts';
import { openEventStream } from './event-stream.ts';

/** The id of the event after which nothing comes. */
const END_ID = 'closed.0';
const VERSION = /^\d{1,15}$/;
const SLOW: Ending = { reason: 'slow-consumer', reconnect: true };

/**
 * Where a reader wants to go on: an id of ours in Last-Event-ID, or a version where the topic has any; `hasEnded` where
 * it was told that nothing more comes: a reader that reconnects by itself is then stopped by 204 (WHATWG HTML,
 * section 9.2).
 */
export function readResume({ headers }: FastifyRequest): ResumeFrom & { readonly hasEnded: boolean } {
  const id = headers['last-event-id'];
  if (typeof id !== 'string' || id === '') return { hasEnded: false };
  if (id === END_ID) return { hasEnded: true };
  return VERSION.test(id) ? { version: Number(id), hasEnded: false } : { after: id, hasEnded: false };
}

/** Ends a request whose answer would be a stream of nothing, so that a reader stops reconnecting. */
export function stopReconnecting(reply: FastifyReply): null {
  reply.code(204);
  return null;
}

export type StreamOptions = {
  readonly hub: Hub;
  readonly clock: Clock;
  /** When the access token ends, and the stream with it. */
  readonly expiresAt?: number | undefined;
};

/** Tells a reader of a topic, as Server-Sent Events, until one side ends it. */
export function streamTopic(
  request: FastifyRequest,
  reply: FastifyReply,
  { topic, ...options }: Followed & StreamOptions,
): FastifyReply {
  const { hub, clock, expiresAt } = options;
  const stream = openEventStream(request, reply, {
    clock,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  if (stream.closed) {
    topic.abandon();
    return reply;
  }
  const subscriber: LiveSubscriber = {
    deliver(message, key) {
      if (!stream.deliver(message, key)) hub.end(topic, subscriber, SLOW);
    },
    end(ending) {
      const last = { event: 'closed', data: ending };
      stream.close(ending.reconnect ? last : { ...last, id: END_ID });
    },
  };
  stream.onClose(hub.subscribe(topic, subscriber, options));
  return reply;
}
