/** How `reservation.status` is stored; names as in modules/reservations/model.ts. */
const NAMES = ['held', 'confirmed', 'cancelling', 'cancelled', 'expired'] as const;

export type ReservationStatusName = (typeof NAMES)[number];

export const RESERVATION_STATUS = {
  held: 0,
  confirmed: 1,
  cancelling: 2,
  cancelled: 3,
  expired: 4,
  /** @throws when the database holds a number that this version does not know */
  nameOf(status: number): ReservationStatusName {
    const name = NAMES[status];
    if (!name) throw new Error(`unknown reservation status ${status}`);
    return name;
  },
} as const;
