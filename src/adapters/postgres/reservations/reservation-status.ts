import type { ReservationRecord } from '../../../modules/reservations/index.ts';

type ReservationStatus = ReservationRecord['status'];

/** How `reservation.status` is stored. */
const STORED = {
  held: 0,
  confirmed: 1,
  cancelling: 2,
  cancelled: 3,
  expired: 4,
} as const satisfies Readonly<Record<ReservationStatus, number>>;

const NAMES = new Map<number, ReservationStatus>(
  Object.entries(STORED).map(([name, status]) => [status, name as ReservationStatus]),
);

export const RESERVATION_STATUS = {
  ...STORED,
  /** @throws when the database holds a number that this version does not know */
  nameOf(status: number): ReservationStatus {
    const name = NAMES.get(status);
    if (name === undefined) throw new Error(`unknown reservation status ${status}`);
    return name;
  },
} as const;
