import { Type } from 'typebox';
import { andThen, ok } from '../../kernel/result.ts';
import { member, ownerOf } from '../../platform/auth/access.ts';
import { closed, Id, ifGiven } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation } from '../../platform/operations/operation.ts';
import { type CancelBatch, type CancelDeps, cancel } from './cancel.ts';
import { PostponementAnswerBody, ReservationBody } from './contract.ts';
import { type KeepDeps, keep } from './keep.ts';
import { keepPass, type ReserveDeps, reserve } from './reserve.ts';
import { type Reservation, toView } from './view.ts';

export type ReservationOperations = ReturnType<typeof reservationOperations>;

/** The writes of reservations. */
export function reservationOperations(deps: ReserveDeps & CancelDeps & KeepDeps, cancelBatch: CancelBatch) {
  // As it was when it was made or changed: a repetition hears the same, also when the hold has lapsed since.
  const present = (reservation: Reservation) => toView(reservation, reservation.updatedAt);
  return {
    reserveSeats: defineOperation({
      operationId: 'reserveSeats',
      input: closed({ ...ReservationBody.properties, pass: ifGiven(Type.String()) }),
      access: member,
      idempotent: true,
      queueable: true,
      priority: 'normal',
      problems: [
        'performance_not_found',
        'performance_cancelled',
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
      run(context, { performanceId, seatIds, pass }) {
        const { key, trace } = context;
        const { accountId } = accountOf(context);
        return reserve(deps, { performanceId, seatIds, pass, kept: context.pass, accountId, key, trace });
      },
      toWait(context, { pass, ...input }) {
        const { accountId } = accountOf(context);
        const { performanceId } = input;
        const kept = keepPass(deps, { pass, accountId, performanceId });
        return andThen(kept, (found) =>
          found.ok ? ok({ input: { ...input, pass: undefined }, pass: found.value }) : found,
        );
      },
      present,
    }),
    answerPostponement: defineOperation({
      operationId: 'answerPostponement',
      input: closed({ reservationId: Id, ...PostponementAnswerBody.properties }),
      access: ownerOf('the reservation'),
      idempotent: true,
      queueable: false,
      priority: 'normal',
      problems: ['reservation_not_found', 'not_postponed'],
      run(context, { reservationId }) {
        const { key, trace } = context;
        return keep(deps, { reservationId, accountId: accountOf(context).accountId, key, trace });
      },
      present,
    }),
    cancelReservation: defineOperation({
      operationId: 'cancelReservation',
      input: closed({ reservationId: Id, how: Type.Enum(['cancel', 'request-cancel']) }),
      access: ownerOf('the reservation, or is a manager'),
      idempotent: true,
      queueable: true,
      priority: 'normal',
      problems: ['reservation_not_found', 'reservation_ended', 'cancellation_closed'],
      run(context, input) {
        const { key, trace } = context;
        return cancel(deps, cancelBatch, { ...input, principal: accountOf(context), key, trace });
      },
      present,
    }),
  };
}
