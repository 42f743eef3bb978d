import { type Static, Type } from 'typebox';
import { SeatPlanSchema } from './plan-format.ts';

export const SeatPlanView = Type.Object(
  {
    planHash: Type.String(),
    capacity: Type.Integer(),
    grades: Type.Array(Type.String()),
    seatsUrl: Type.String({ description: 'The same plan spelled out, one object per seat.' }),
    plan: SeatPlanSchema,
  },
  { title: 'SeatPlan' },
);
export type SeatPlanView = Static<typeof SeatPlanView>;

export const PlannedSeat = Type.Object(
  {
    id: Type.String(),
    seatNo: Type.Integer(),
    section: Type.String(),
    row: Type.String(),
    number: Type.Integer(),
    grade: Type.String(),
    x: Type.Number(),
    y: Type.Number(),
  },
  { title: 'PlannedSeat' },
);
export type PlannedSeat = Static<typeof PlannedSeat>;
export const PlanSeatsView = Type.Object(
  {
    planHash: Type.String(),
    capacity: Type.Integer(),
    items: Type.Array(PlannedSeat, { description: 'In order of seatNo.' }),
  },
  { title: 'PlanSeats' },
);
export type PlanSeatsView = Static<typeof PlanSeatsView>;
