import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { closed, Id, Time } from '../../platform/http/schemas.ts';

/** More would be a load test, which the lab does from outside. */
const PEOPLE_MAX = 5_000;
const ARRIVE_MS_MAX = 600_000;
const RATE_MAX = 100_000;

export const crowdProblems = defineProblems({
  crowd_running: {
    kind: 'conflict',
    title: 'A crowd is under way',
    remedy: 'Wait until it has gone, or send it away with DELETE /v1/demo/crowds/current.',
  },
});

export const CrowdBody = closed(
  {
    performanceId: Id,
    people: Type.Integer({ minimum: 1, maximum: PEOPLE_MAX }),
    arriveMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: ARRIVE_MS_MAX,
        default: 10_000,
        description: 'They come evenly spread over this time.',
      }),
    ),
    ratePerSecond: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: RATE_MAX,
        description:
          'How many the waiting room lets in a second while the crowd is there; its own rate comes back afterwards. Left out, or where there is no room: as it does.',
      }),
    ),
  },
  { title: 'NewCrowd' },
);
export type CrowdBody = Static<typeof CrowdBody>;

const Count = Type.Integer({ minimum: 0 });

export const CrowdView = Type.Object(
  {
    status: Type.Enum(['none', 'running', 'done', 'stopped', 'failed'], { title: 'CrowdStatus' }),
    performanceId: Type.Union([Id, Type.Null()]),
    people: Count,
    startedAt: Type.Union([Time, Type.Null()]),
    endedAt: Type.Union([Time, Type.Null()]),
    arrived: Type.Integer({ minimum: 0, description: 'Have asked for a place in line.' }),
    waiting: Type.Integer({ minimum: 0, description: 'Stand in line now.' }),
    inside: Type.Integer({ minimum: 0, description: 'Choose seats, hold some or pay, now.' }),
    paid: Type.Integer({ minimum: 0, description: 'Went with tickets.' }),
    dropped: Type.Integer({ minimum: 0, description: 'Held seats and went without paying.' }),
    empty: Type.Integer({ minimum: 0, description: 'Went with nothing: sold out, or others were faster.' }),
    failed: Type.Integer({ minimum: 0, description: 'Met an answer that should not be.' }),
    seats: Type.Integer({ minimum: 0, description: 'Seats paid for.' }),
    lentRate: Type.Union(
      [Type.Null(), Type.Object({ ratePerSecond: Count, before: Count }, { title: 'LentRate' })],
      {
        description:
          'The rate of the waiting room as it is changed for the crowd, and the one that comes back afterwards.',
      },
    ),
    refusals: Type.Record(Type.String(), Count, { description: 'Answers that were no success, by code.' }),
  },
  { title: 'Crowd' },
);
export type CrowdView = Static<typeof CrowdView>;
