import { type Static, Type } from 'typebox';
import { Id, Time } from '../../platform/http/schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const Rate = Type.Number({ minimum: 0 });
const Seats = Type.Union([Count, Type.Null()]);

/** What is drawn over time: one second in a few numbers. */
export const StatsPoint = Type.Object(
  {
    at: Time,
    holds: Type.Number({ minimum: 0, description: 'Holds of seats decided, a second.' }),
    won: Type.Number({ minimum: 0, description: 'Of these, those that got their seats.' }),
    paid: Type.Number({ minimum: 0, description: 'Payments that sold seats, a second.' }),
    admitted: Type.Number({ minimum: 0, description: 'People let in, a second.' }),
    waiting: Count,
    active: Count,
    held: Type.Integer({ minimum: 0, description: 'Seats held, of all performances.' }),
    sold: Count,
    lag: Type.Integer({ minimum: 0, description: 'Of the consumer of events that is furthest behind.' }),
  },
  { title: 'StatsPoint' },
);
export type StatsPoint = Static<typeof StatsPoint>;

const BatchStats = Type.Object(
  {
    name: Type.String({ description: 'What goes together: holds, payments, room, …' }),
    batchesPerSecond: Rate,
    requestsPerSecond: Rate,
    meanSize: Rate,
    meanWaitMs: Type.Number({ minimum: 0, description: 'Of the oldest request of each batch.' }),
    meanRunMs: Rate,
  },
  { title: 'BatchStats' },
);

/** How the system stands, with rates over the last second. */
export const Stats = Type.Object(
  {
    point: StatsPoint,
    holdsUndecided: Count,
    holdOutcomes: Type.Record(Type.String(), Count, {
      description: 'Since the process began: held, and refusals by their code.',
    }),
    holdsExpired: Count,
    paymentOutcomes: Type.Record(Type.String(), Count),
    batches: Type.Array(BatchStats),
    roomWritesQueued: Count,
    rooms: Type.Array(
      Type.Object(
        {
          performanceId: Id,
          waiting: Count,
          active: Count,
          admittedTotal: Count,
          free: Seats,
          held: Seats,
          sold: Seats,
        },
        { title: 'RoomStats' },
      ),
      { description: 'The rooms in which most people are.' },
    ),
    logPosition: Count,
    eventsPerSecond: Rate,
    consumers: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          kind: Type.Enum(['durable', 'follower'], { title: 'ConsumerKind' }),
          position: Type.Integer(),
          lag: Type.Integer(),
          attempts: Count,
          lastError: Type.Union([Type.String(), Type.Null()]),
        },
        { title: 'ConsumerStats' },
      ),
    ),
  },
  { title: 'Stats' },
);
export type Stats = Static<typeof Stats>;

export const StatsPage = Type.Object(
  {
    latest: Type.Union([Stats, Type.Null()], {
      description: 'Null in the first two seconds of a process.',
    }),
    history: Type.Array(StatsPoint, { description: 'The last ten minutes, oldest first.' }),
  },
  { title: 'StatsPage' },
);
export type StatsPage = Static<typeof StatsPage>;
