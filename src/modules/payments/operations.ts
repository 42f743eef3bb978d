import { ownerOf } from '../../platform/auth/access.ts';
import { closed, Id } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation } from '../../platform/operations/operation.ts';
import { PaymentBody } from './contract.ts';
import type { PaymentsService } from './payments-service.ts';
import { paymentView } from './views.ts';

export type PaymentOperations = ReturnType<typeof paymentOperations>;

/** The writes of payments. */
export function paymentOperations(payments: PaymentsService) {
  return {
    payReservation: defineOperation({
      operationId: 'payReservation',
      input: closed({ reservationId: Id, ...PaymentBody.properties }),
      access: ownerOf('the reservation'),
      idempotent: true,
      queueable: false,
      priority: 'high',
      problems: ['reservation_not_found', 'reservation_not_payable', 'hold_expired', 'points_insufficient'],
      run(context, { reservationId }) {
        const { key, trace } = context;
        return payments.payWithPoints({ reservationId, accountId: accountOf(context).accountId, key, trace });
      },
      present: ({ payment }) => paymentView(payment),
    }),
  };
}
