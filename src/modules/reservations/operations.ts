import { member, ownerOf } from '../../platform/auth/access.ts';
import { accountOf, defineOperation, type Operation } from '../../platform/operations/operation.ts';
import { type CancelBatch, type CancelCommand, type CancelDeps, cancel } from './cancel.ts';
import { type ReserveCommand, type ReserveDeps, reserve } from './reserve.ts';
import { type Reservation, toView } from './view.ts';

export type ReserveInput = Pick<ReserveCommand, 'performanceId' | 'seatIds' | 'pass'>;
export type CancelInput = Pick<CancelCommand, 'reservationId' | 'how'>;

export type ReservationOperations = ReturnType<typeof reservationOperations>;

/** The writes of reservations. */
export function reservationOperations(deps: ReserveDeps & CancelDeps, cancelBatch: CancelBatch) {
  // As it was when it was made or changed: a repetition hears the same, also when the hold has lapsed since.
  const present = (reservation: Reservation) => toView(reservation, reservation.updatedAt);
  return {
    reserveSeats: defineOperation({
      kind: 'reserveSeats',
      access: member,
      idempotent: true,
      problems: [
        'performance_not_found',
        'not_on_sale_yet',
        'sales_closed',
        'over_limit',
        'seat_unknown',
        'seat_taken',
        'limit_reached',
        'pass_required',
        'pass_invalid',
        'pass_expired',
        'pass_spent',
      ],
      run(operation: Operation<ReserveInput>) {
        const { input, key, trace } = operation;
        return reserve(deps, { ...input, accountId: accountOf(operation).accountId, key, trace });
      },
      present,
    }),
    cancelReservation: defineOperation({
      kind: 'cancelReservation',
      access: ownerOf('the reservation, or is a manager'),
      idempotent: true,
      problems: ['reservation_not_found', 'reservation_ended', 'cancellation_closed'],
      run(operation: Operation<CancelInput>) {
        const { input, key, trace } = operation;
        return cancel(deps, cancelBatch, { ...input, principal: accountOf(operation), key, trace });
      },
      present,
    }),
  };
}
