import { type Static, Type } from 'typebox';
import { closed, Id, pageOf, pageQuery } from '../../platform/http/schemas.ts';
import { Grade, PlannedSeat } from '../catalogue/index.ts';

const SeatCounts = Type.Record(Type.String(), Type.Integer());

export const SeatMapView = Type.Object(
  {
    performanceId: Id,
    planHash: Type.String(),
    planUrl: Type.String({ description: 'The seat plan; never changes, cache it for good.' }),
    streamUrl: Type.String({ description: 'Deltas; resume it with `version` as Last-Event-ID.' }),
    version: Type.Integer({ description: 'Grows; deltas after it bring this state forward.' }),
    capacity: Type.Integer(),
    remaining: SeatCounts,
    state: Type.String({
      description: 'One character per seat in the order of the plan: 0 free, 1 held, 2 sold.',
    }),
  },
  { title: 'SeatMap' },
);
export type SeatMapView = Static<typeof SeatMapView>;

const SeatStatus = Type.Enum(['free', 'held', 'sold'], { title: 'SeatStatus' });

export const SeatView = Type.Object(
  {
    ...PlannedSeat.properties,
    status: SeatStatus,
  },
  { title: 'Seat' },
);
export type SeatView = Static<typeof SeatView>;
export const SeatPage = pageOf(SeatView);

export const SeatQueryString = closed({
  ...pageQuery,
  status: Type.Optional({ ...SeatStatus, description: 'Only seats that are so now.' }),
  grade: Type.Optional(Grade),
  section: Type.Optional(
    Type.String({ pattern: '^[0-9A-Za-z가-힣]{1,12}$', description: 'The id of a section.' }),
  ),
});
export type SeatQueryString = Static<typeof SeatQueryString>;

/**
 * Data of the stream's `delta`: the state, at `version`, of every seat that changed after `from`. Seat numbers
 * ascend and are told as distances: the first from 0, each other from the one before. Where thousands of seats
 * change, a frame is two fifths as long: 8.5 instead of 21.8 kB for 4,000 of 20,000 seats.
 */
const SeatDelta = Type.Object({
  from: Type.Integer(),
  version: Type.Integer(),
  free: Type.Array(Type.Integer()),
  held: Type.Array(Type.Integer()),
  sold: Type.Array(Type.Integer()),
  remaining: SeatCounts,
});
export type SeatDelta = Static<typeof SeatDelta>;
