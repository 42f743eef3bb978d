import { integer, oneOf } from './settings.ts';

/** What one account, one address and everybody may ask for. */
export const limitSettings = {
  addressLimits: oneOf(
    'ADDRESS_LIMITS',
    'auto',
    'Whether the address of this machine is limited like any other: on, or auto, only in production.',
    ['auto', 'on'],
  ),
  accountWritesPerSecond: integer(
    'ACCOUNT_WRITES_PER_SECOND',
    25,
    'Writes that one account may go on making; more are answered 429. Raise it for load that comes from few accounts.',
    { min: 1, max: 1_000_000 },
  ),
  accountWritesAtOnce: integer(
    'ACCOUNT_WRITES_AT_ONCE',
    100,
    'Writes that one account may make at once after a rest.',
    { min: 1, max: 1_000_000 },
  ),
  accountRequestsMax: integer(
    'ACCOUNT_REQUESTS_MAX',
    100,
    'Requests that one account may have under way, event streams apart; more are answered 429.',
    { min: 1, max: 1_000_000 },
  ),
  accountStreamsMax: integer(
    'ACCOUNT_STREAMS_MAX',
    50,
    'Event streams that one account may have open; more are answered 429.',
    { min: 1, max: 1_000_000 },
  ),
  addressWritesPerSecond: integer(
    'ADDRESS_WRITES_PER_SECOND',
    50,
    'Writes without an account, such as renewals of tokens, that one address may go on making.',
    { min: 1, max: 1_000_000 },
  ),
  addressRequestsMax: integer(
    'ADDRESS_REQUESTS_MAX',
    1_000,
    'Requests that one address may have under way, event streams apart; more are answered 429.',
    { min: 1, max: 1_000_000 },
  ),
  addressStreamsMax: integer(
    'ADDRESS_STREAMS_MAX',
    1_000,
    'Event streams that one address may have open; more are answered 503.',
    { min: 1, max: 1_000_000 },
  ),
  accountReadsPerSecond: integer(
    'ACCOUNT_READS_PER_SECOND',
    100,
    'Reads that one account may go on making, and ten times as many at once after a rest; more are answered 429.',
    { min: 1, max: 1_000_000 },
  ),
  addressReadsPerSecond: integer(
    'ADDRESS_READS_PER_SECOND',
    500,
    'Reads without an account that one address may go on making, and ten times as many at once after a rest.',
    { min: 1, max: 1_000_000 },
  ),
  overloadQueue: oneOf(
    'OVERLOAD_QUEUE',
    'off',
    'What becomes of holds, cancellations and charges above the threshold: off, they compete as ever; fixed or adaptive, they wait in a durable queue and are answered 202.',
    ['off', 'fixed', 'adaptive'],
  ),
  overloadThreshold: integer(
    'OVERLOAD_THRESHOLD',
    2_000,
    'Writes under way in one process from which on writes wait; with OVERLOAD_QUEUE=adaptive where the limit begins.',
    { min: 1, max: 1_000_000 },
  ),
  requestQueueMax: integer(
    'REQUEST_QUEUE_MAX',
    20_000,
    'Writes that may wait in the queue; more are answered 503.',
    { min: 1, max: 10_000_000 },
  ),
  requestQueueTtlMs: integer(
    'REQUEST_QUEUE_TTL_MS',
    60_000,
    'How long a write may wait before it is given up, with the answer 503 expired_in_queue.',
    { min: 100, max: 3_600_000 },
  ),
  requestQueueConcurrency: integer(
    'REQUEST_QUEUE_CONCURRENCY',
    256,
    'Writes of the queue that are replayed at once.',
    { min: 1, max: 100_000 },
  ),
  streamsMax: integer('STREAMS_MAX', 20_000, 'Event streams open in all; more are answered 503.', {
    min: 1,
    max: 1_000_000,
  }),
} as const;
