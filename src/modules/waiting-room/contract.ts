import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents } from '../../platform/events/event.ts';
import { Id, Time, Version } from '../../platform/http/schemas.ts';

/** What this module refuses with; the four `pass_*` are what `AdmissionGate.check` answers. */
export const waitingRoomProblems = defineProblems({
  room_not_found: {
    kind: 'not_found',
    title: 'There is no such waiting room',
    remedy: 'Take the performance from GET /v1/concerts/{id}; one without a room is reserved directly.',
  },
  room_elsewhere: {
    kind: 'unavailable',
    title: 'Another instance keeps this waiting room',
    remedy:
      'Ask the other instance, or this one again after `Retry-After`: it takes the room over once the other has ended.',
  },
  entry_not_found: {
    kind: 'not_found',
    title: 'You are not in this line',
    remedy:
      'Join with POST /v1/performances/{id}/room/entries; `ended` says how your last place ended, where it is known.',
  },
  room_draining: {
    kind: 'conflict',
    title: 'The waiting room takes nobody new',
    remedy: 'Those in line are still admitted; look again later.',
  },
  room_closed: {
    kind: 'conflict',
    title: 'The waiting room is closed',
    remedy: 'Nobody is admitted any more; see GET /v1/performances/{id} for the state of the sale.',
  },
  sold_out: {
    kind: 'conflict',
    title: 'Everything is sold',
    remedy: 'Choose another performance, or look again later for seats that are given back.',
  },
  pass_required: {
    kind: 'forbidden',
    title: 'A pass is required',
    remedy: 'Join the room of this performance and send the pass you are given as `Room-Pass`.',
  },
  pass_invalid: {
    kind: 'forbidden',
    title: 'The pass is not valid',
    remedy: 'Send the pass as it was given, for the performance and the account it was given for.',
  },
  pass_expired: {
    kind: 'forbidden',
    title: 'The pass has expired',
    remedy: 'Take the current pass from GET …/room/entries/me, or join the line again.',
  },
  pass_spent: {
    kind: 'forbidden',
    title: 'The pass has been used',
    remedy: 'A pass serves one booking; join the line again for another.',
  },
});

const Count = Type.Integer({ minimum: 0 });

/** The same body for joining and for polling. */
export const EntryView = Type.Object(
  {
    entryId: Type.String(),
    number: Type.Integer({
      minimum: 1,
      description: 'The place in the sequence of arrivals; it never changes.',
    }),
    status: Type.Enum(['waiting', 'admitted'], { title: 'EntryStatus' }),
    ahead: Type.Integer({ minimum: 0, description: 'People who wait with a smaller number; exact.' }),
    behind: Type.Integer({ minimum: 0, description: 'People who wait with a larger number; exact.' }),
    estimatedWaitMs: Type.Union([Count, Type.Null()], {
      description: 'From the measured rate of admission; null while nobody is being admitted.',
    }),
    pollAfterMs: Type.Integer({ minimum: 0, description: 'When to ask again.' }),
    graceMs: Type.Integer({
      minimum: 0,
      description:
        'How long the place is kept once others were admitted before you because you were not heard of; it runs while people are admitted.',
    }),
    pass: Type.Optional(Type.String({ description: 'Send it as `Room-Pass`.' })),
    passExpiresAt: Type.Optional(Time),
    soldOut: Type.Optional(
      Type.Literal(true, { description: 'No seat is left at the moment; some may be given back.' }),
    ),
    seatsSpokenFor: Type.Optional(
      Type.Literal(true, {
        description:
          'All seats that are left are held, or wanted by those inside: nobody is admitted until some come back, and then the next in line.',
      }),
    ),
  },
  { title: 'RoomEntry' },
);
export type EntryView = Static<typeof EntryView>;

/** The answer to leaving has no body. */
export const Left = Type.Null({ description: 'You are out of the line, and your pass is void.' });

const RATE_PER_SECOND_MAX = 100_000;
const CONCURRENCY_MAX = 1_000_000;

const GRACE_MS_MAX = 86_400_000;

const settings = {
  ratePerSecond: Type.Integer({ minimum: 0, maximum: RATE_PER_SECOND_MAX }),
  concurrency: Type.Integer({ minimum: 0, maximum: CONCURRENCY_MAX, description: 'Active passes at once.' }),
  graceMs: Type.Integer({
    minimum: 1_000,
    maximum: GRACE_MS_MAX,
    description: 'How long somebody who was passed over keeps the place; it runs while people are admitted.',
  }),
  state: Type.Enum(['open', 'paused', 'draining', 'closed'], {
    title: 'RoomState',
    description: 'paused: nobody is admitted; draining: nobody may join; closed: neither.',
  }),
};

export const RoomPatch = Type.Object(
  {
    ratePerSecond: Type.Optional(settings.ratePerSecond),
    concurrency: Type.Optional(settings.concurrency),
    graceMs: Type.Optional(settings.graceMs),
    state: Type.Optional(settings.state),
  },
  { title: 'RoomChange', additionalProperties: false, minProperties: 1 },
);
export type RoomPatch = Static<typeof RoomPatch>;

export const RoomView = Type.Object(
  {
    performanceId: Id,
    ...settings,
    rateBefore: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'While the rate is changed for a crowd of the demonstration: the one that comes back.',
      }),
    ),
    version: Version,
    opensAt: Time,
    closesAt: Time,
    waiting: Type.Integer({ minimum: 0, description: 'People in line who are there.' }),
    silent: Type.Integer({ minimum: 0, description: 'People in line who were not heard of for a while.' }),
    active: Type.Integer({ minimum: 0, description: 'Passes in use.' }),
    admittedTotal: Count,
    currentRate: Type.Number({
      minimum: 0,
      description: 'Admissions per second, measured over the last seconds.',
    }),
  },
  { title: 'Room' },
);
export type RoomView = Static<typeof RoomView>;

/** Events that this module saves. */
export const waitingRoomEvents = defineEvents(
  { subject: 'performanceId' },
  {
    'room.changed': Type.Object({
      performanceId: Id,
      state: settings.state,
      ratePerSecond: settings.ratePerSecond,
      concurrency: settings.concurrency,
      graceMs: settings.graceMs,
      changedBy: Type.Union([Id, Type.Null()]),
    }),
  },
);
