import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import type { Refusal } from '../../kernel/result.ts';
import { ownerOf } from '../auth/access.ts';
import type { Hub } from '../live/hub.ts';
import { PolledTopics } from '../live/polled-topics.ts';
import { readResume, stopReconnecting, streamTopic } from '../live/sse/stream-topic.ts';
import type { Operations } from '../operations/operations.ts';
import type { FoundRequest, RequestName } from '../overload/request-queue/ports.ts';
import { pollAfterMs, type RequestQueue } from '../overload/request-queue/request-queue.ts';
import { principalOf } from './authentication.ts';
import { asItIs, statusOf } from './operations.ts';
import { Problem, problemBody, problemDetails } from './problem.ts';
import { ById } from './schemas.ts';
import type { HttpServer } from './server.ts';

const QueueNumber = Type.Integer({ minimum: 1, description: 'Grows with each request that is queued.' });
const Ahead = Type.Integer({ minimum: 0, description: 'Requests that come before this one.' });
const PollAfterMs = Type.Integer({ minimum: 0, description: 'When to ask again.' });

/** The body of a 202 that stands for an answer to come. */
export const QueuedTicket = Type.Object(
  {
    queuedRequestId: Type.String({ description: 'Of GET /v1/queued-requests/{id}.' }),
    number: QueueNumber,
    ahead: Ahead,
    pollAfterMs: PollAfterMs,
  },
  { title: 'QueuedTicket', description: 'So much is asked for that the request waits; it is on disk.' },
);

const QueuedRequestView = Type.Union(
  [
    Type.Object(
      { state: Type.Literal('queued'), number: QueueNumber, ahead: Ahead, pollAfterMs: PollAfterMs },
      { title: 'QueuedRequestWaiting' },
    ),
    Type.Object(
      {
        state: Type.Literal('done'),
        status: Type.Integer({ description: 'Of the answer that the request would have had at once.' }),
        body: Type.Unknown({ description: 'Its body.' }),
      },
      { title: 'QueuedRequestDone' },
    ),
  ],
  { title: 'QueuedRequest' },
);

type View = Readonly<Record<string, unknown>> & { readonly state: 'queued' | 'done' };

export type QueuedRequestRouteDeps = {
  readonly queue: Pick<RequestQueue, 'find'>;
  readonly operations: Pick<Operations, 'find'>;
  readonly hub: Hub;
  readonly clock: Clock;
};

/** How often requests that somebody follows are read, all of them in one statement. */
const FOLLOW_MS = 250;
const NOT_FOUND: Refusal = { ok: false, code: 'queued_request_not_found' };
const config = { access: ownerOf('the request'), problems: ['queued_request_not_found'] };

/** `GET /v1/queued-requests/{id}` and its stream: the real answer of a write that was answered 202. */
export function queuedRequestRoutes(server: HttpServer, deps: QueuedRequestRouteDeps): void {
  const { queue, hub, clock } = deps;
  const read = async (name: RequestName): Promise<View | undefined> => {
    const found = await queue.find(name);
    return found && viewOf(server, deps, found);
  };
  const followed = new PolledTopics({
    hub,
    clock,
    event: 'request',
    everyMs: FOLLOW_MS,
    endOf: (view) =>
      (view as View).state === 'done' ? { reason: 'request-done', reconnect: false } : undefined,
  });

  server.get(
    '/v1/queued-requests/:id',
    {
      config,
      schema: {
        operationId: 'getQueuedRequest',
        summary: 'A write that was answered 202 because of an overload: its place, or its real answer',
        description:
          'For the account that sent it. The answer is kept for ten minutes. It has the status and the body that the request would have had at once; 503 `expired_in_queue`: it waited too long, and nothing was done.',
        tags: ['Queued requests'],
        params: ById,
        response: { 200: QueuedRequestView, default: Problem },
      },
    },
    async (request, reply) => {
      const { accountId } = principalOf(request);
      const view = await read({ id: request.params.id, accountId });
      if (!view) return problemBody(reply, NOT_FOUND);
      return asItIs(reply, view);
    },
  );

  server.get(
    '/v1/queued-requests/:id/stream',
    {
      config,
      schema: {
        operationId: 'streamQueuedRequest',
        summary: 'The same as Server-Sent Events',
        description:
          'Events: `request` (the body of GET, at once and as it changes), `closed` (`reason`: request-done) after the answer. Resumes with Last-Event-ID.',
        tags: ['Queued requests'],
        params: ById,
        response: {
          200: { content: { 'text/event-stream': { schema: Type.String() } } },
          204: Type.Null({ description: 'It is done: do not reconnect.' }),
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const { accountId, expiresAt } = principalOf(request);
      const { hasEnded, ...from } = readResume(request);
      if (hasEnded) return stopReconnecting(reply);
      const name = { id: request.params.id, accountId };
      if (!(await read(name))) return problemBody(reply, NOT_FOUND);
      const topic = await followed.open(`queued-requests/${name.id}`, () => read(name));
      return streamTopic(request, reply, { topic, ...from, hub, clock, expiresAt });
    },
  );
}

async function viewOf(
  server: HttpServer,
  { operations }: Pick<QueuedRequestRouteDeps, 'operations'>,
  found: FoundRequest,
): Promise<View> {
  const { number } = found;
  if (found.state === 'queued') {
    const { ahead } = found;
    return { state: 'queued', number, ahead, pollAfterMs: pollAfterMs(ahead) };
  }
  const { result, account, requestId, input } = found;
  if (!result.ok) {
    const problem = server.problems[result.code] ?? server.problems['internal_error']!;
    return { state: 'done', status: problem.status, body: problemDetails(problem, result, requestId) };
  }
  const operation = operations.find(found.operationId);
  if (!operation) throw new Error(`operation ${found.operationId} is gone`);
  const context = { account, requestId, key: undefined, trace: undefined };
  const body = await operation.present(result.value, { context, input, isReplayed: false });
  return { state: 'done', status: statusOf(operation, result.value), body };
}
