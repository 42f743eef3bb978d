import type { SeatHold } from '../../../modules/seating/index.ts';

type SeatStatus = SeatHold['status'];

/** How `seat_hold.status` is stored. */
export const SEAT_STATUS = { free: 0, held: 1, sold: 2 } as const satisfies Readonly<
  Record<SeatStatus, number>
>;

const NAMES = new Map<number, SeatStatus>(
  Object.entries(SEAT_STATUS).map(([name, status]) => [status, name as SeatStatus]),
);

/** @throws when the database holds a number that this version does not know */
export function seatStatusOf(status: number): SeatStatus {
  const name = NAMES.get(status);
  if (name === undefined) throw new Error(`unknown seat status ${status}`);
  return name;
}
