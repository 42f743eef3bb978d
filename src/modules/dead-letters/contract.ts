import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents, STAYS_INSIDE } from '../../platform/events/event.ts';
import { closed, Id, pageOf, pageQuery, Time } from '../../platform/http/schemas.ts';

export const deadLetterProblems = defineProblems({
  dead_letter_not_found: {
    kind: 'not_found',
    title: 'There is no such dead letter',
    remedy: 'List them: those that were redriven are removed after 30 days.',
  },
  redrive_not_found: {
    kind: 'not_found',
    title: 'There is no such redrive',
    remedy: 'Use the id that the redrive was answered with.',
  },
  dead_letters_gone: {
    kind: 'conflict',
    title: 'None of these dead letters is waiting to be repaired',
    remedy: 'They were redriven or discarded, or a redrive is at them: list them again.',
  },
  dead_letters_too_wide: {
    kind: 'unprocessable',
    title: 'All dead letters of a consumer are not discarded at once',
    remedy: 'Name a cause, or ids.',
  },
  consumer_unknown: {
    kind: 'unprocessable',
    title: 'No such consumer runs here',
    remedy: 'Name a consumer as the groups do; what a consumer left that is gone can be discarded.',
  },
  redrive_ended: {
    kind: 'conflict',
    title: 'The redrive has ended',
    remedy: 'Look at what it has done; begin another one for what is left.',
  },
});

const Consumer = Type.String({ minLength: 1, maxLength: 100, description: 'The name of the consumer.' });
const Cause = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'What went wrong, without ids and figures: errors of one cause read the same.',
});
const Count = Type.Integer({ minimum: 0 });
const orNull = <T extends Type.TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });

const STATES = ['parked', 'waiting', 'redriven', 'discarded'] as const;
const State = Type.Enum([...STATES], {
  title: 'DeadLetterState',
  description:
    'parked: it failed itself; waiting: behind one of its key that did; redriven and discarded are final.',
});

export const DeadLetterGroup = Type.Object(
  {
    consumer: Consumer,
    cause: orNull(Cause, 'Null: what is left behind those that were discarded.'),
    error: orNull(Type.String(), 'The latest of these errors, as it was.'),
    parked: Type.Integer({ minimum: 0, description: 'Events that failed, each of its own partition key.' }),
    waiting: Type.Integer({ minimum: 0, description: 'Later events of these keys, which wait behind them.' }),
    firstFailedAt: orNull(Time),
    lastFailedAt: orNull(Time),
    sampleId: { ...Id, description: 'The dead letter that failed last.' },
    redriveId: orNull(Id, 'The redrive that is at them now.'),
    outside: orNull(Type.String(), 'What the consumer does that a dry run could not undo; null: nothing.'),
    isKnown: Type.Boolean({
      description: 'False: no such consumer runs here, so that nothing can be redriven.',
    }),
  },
  { title: 'DeadLetterGroup' },
);
export type DeadLetterGroup = Static<typeof DeadLetterGroup>;
export const DeadLetterGroupPage = pageOf(DeadLetterGroup);

const summary = {
  id: Id,
  consumer: Consumer,
  state: State,
  cause: orNull(Cause),
  error: orNull(Type.String()),
  attempts: Type.Integer({ minimum: 0, description: 'How often it was tried; 0: it only waits.' }),
  type: Type.String({ description: 'Of the event.' }),
  subject: Type.String(),
  partitionKey: Type.String({ description: 'Events of one key take effect in order.' }),
  position: orNull(Type.Integer(), 'In the event log; null: it is no event of the log.'),
  occurredAt: Time,
  trace: orNull(Type.String(), 'W3C traceparent of the request that caused the event.'),
  firstFailedAt: orNull(Time),
  lastFailedAt: orNull(Time),
  parkedAt: Time,
  endedAt: orNull(Time, 'When it was redriven or discarded.'),
  reason: orNull(Type.String(), 'Why it was discarded.'),
};

export const DeadLetterSummary = Type.Object(summary, { title: 'DeadLetterSummary' });
export type DeadLetterSummary = Static<typeof DeadLetterSummary>;
export const DeadLetterPage = pageOf(DeadLetterSummary);

export const DeadLetterView = Type.Object(
  {
    ...summary,
    event: Type.Object(
      { id: Type.String(), version: Type.Integer(), data: Type.Record(Type.String(), Type.Unknown()) },
      { title: 'DeadLetterEvent', description: 'The rest of the event, as it was saved.' },
    ),
    aheadOfIt: Type.Integer({
      minimum: 0,
      description: 'Dead letters of its key that take effect before it.',
    }),
    behindIt: Type.Integer({ minimum: 0, description: 'Dead letters of its key that wait behind it.' }),
    redriveId: orNull(Id, 'The redrive that is at it now.'),
  },
  { title: 'DeadLetter' },
);
export type DeadLetterView = Static<typeof DeadLetterView>;

export const DeadLetterQuery = closed({
  ...pageQuery,
  consumer: Type.Optional(Consumer),
  cause: Type.Optional(Cause),
  state: Type.Optional({ ...State, description: 'Without it: parked and waiting.' }),
});

const ids = Type.Optional(
  Type.Array(Id, {
    minItems: 1,
    maxItems: 100,
    uniqueItems: true,
    description: 'These dead letters; each with what stands before it in its key.',
  }),
);

export const RATE_DEFAULT = 100;
const RATE_MAX = 1_000;

export const RedriveBody = closed(
  {
    consumer: Consumer,
    cause: Type.Optional(Cause),
    ids,
    ratePerSecond: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: RATE_MAX,
        description: `Events a second; without it ${RATE_DEFAULT}.`,
      }),
    ),
    dryRun: Type.Optional(
      Type.Boolean({
        description:
          'Tries one of them, the first of `ids` or the oldest, in a transaction that is rolled back, and says what would happen.',
      }),
    ),
  },
  { title: 'RedriveRequest', description: 'Without `cause` and `ids`: all of the consumer.' },
);

export const DiscardBody = closed(
  {
    consumer: Consumer,
    cause: Type.Optional(Cause),
    ids,
    reason: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '\\S',
      description: 'Why; it is on record.',
    }),
  },
  { title: 'DiscardRequest', description: 'With `cause` or `ids`.' },
);

export const RedriveAccepted = Type.Object({ id: Id }, { title: 'RedriveAccepted' });

export const DiscardedView = Type.Object(
  {
    discarded: Count,
    redriveId: orNull(Id, 'The redrive that what waited behind them follows by; null: nothing did.'),
  },
  { title: 'DeadLettersDiscarded' },
);

const DryRun = Type.Object(
  {
    deadLetterId: Id,
    outcome: Type.Enum(['would_succeed', 'would_fail', 'not_possible'], { title: 'DryRunOutcome' }),
    detail: orNull(Type.String(), 'The error that it would fail with, or what could not be undone.'),
  },
  { title: 'DryRun' },
);

export const RedriveView = Type.Object(
  {
    id: Id,
    consumer: Consumer,
    cause: orNull(Cause),
    state: Type.Enum(['queued', 'running', 'completed', 'stopped'], {
      title: 'RedriveState',
      description: 'It goes on where it was when the process that runs it ends. completed: each was tried.',
    }),
    ratePerSecond: Type.Integer(),
    total: Type.Integer({ minimum: 0, description: 'Dead letters that it is about, with those that wait.' }),
    done: Type.Integer({ minimum: 0, description: 'Took effect, and left the store.' }),
    failedAgain: Type.Integer({
      minimum: 0,
      description: 'Failed again, and stay parked with the new error.',
    }),
    newFailures: Type.Integer({
      minimum: 0,
      description: 'Events of the consumer that were parked since it began, and that it is not about.',
    }),
    stoppedBecause: orNull(
      Type.Enum(['failing_again', 'requested', 'consumer_unknown'], {
        title: 'RedriveStopReason',
        description: 'failing_again: of at least 20 that were tried, more than 5% failed.',
      }),
    ),
    lastError: orNull(Type.String(), 'Of the one that failed again last, or why it cannot go on right now.'),
    dryRun: orNull(DryRun, 'What a dry run came to; null before, and where it is none.'),
    isDryRun: Type.Boolean(),
    createdAt: Time,
    endedAt: orNull(Time),
  },
  { title: 'Redrive' },
);
export type RedriveView = Static<typeof RedriveView>;
export const RedrivePage = pageOf(RedriveView);

const by = Type.Union([Id, Type.Null()]);
const selected = {
  consumer: Type.String(),
  cause: Type.Union([Type.String(), Type.Null()]),
  letters: Count,
  by,
};

/** Events that this module saves: what managers did, and those who have the machine (`by` null). */
export const deadLetterEvents = {
  ...defineEvents(
    { subject: 'redriveId' },
    { 'dead-letters.redriven': Type.Object({ redriveId: Id, ...selected, isDryRun: Type.Boolean() }) },
  ),
  ...defineEvents(
    { subject: 'discardId' },
    {
      'dead-letters.discarded': Type.Object({
        discardId: Id,
        ...selected,
        reason: Type.String({ ...STAYS_INSIDE, description: 'In the words of a manager; no export has it.' }),
      }),
    },
  ),
};
