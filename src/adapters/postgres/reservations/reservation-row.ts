import type { ReservationRecord } from '../../../modules/reservations/index.ts';
import { RESERVATION_STATUS } from './reservation-status.ts';

/** A row of `reservation`, as the driver gives it. */
export type ReservationRow = {
  id: string;
  performance_id: string;
  account_id: string;
  seat_nos: number[];
  /** bigint[]: the driver leaves each as text. */
  prices: string[];
  epoch: number;
  amount: number;
  status: number;
  created_at: Date;
  expires_at: Date;
  updated_at: Date;
  kept_for: Date | null;
};

/** The columns of `ReservationRow`, for select lists. */
export const RESERVATION_COLUMNS =
  'id, performance_id, account_id, seat_nos, prices, epoch, amount, status, created_at, expires_at, updated_at, kept_for';

export function toRecord(row: ReservationRow): ReservationRecord {
  return {
    id: row.id,
    performanceId: row.performance_id,
    accountId: row.account_id,
    seatNos: row.seat_nos,
    prices: row.prices.map(Number),
    amount: row.amount,
    status: RESERVATION_STATUS.nameOf(row.status),
    epoch: row.epoch,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    keptFor: row.kept_for?.getTime() ?? null,
  };
}
